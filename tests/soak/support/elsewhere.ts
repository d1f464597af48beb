/**
 * Every host that the server asks: a provider whose refresh tokens are good once, the servers of two tools, apps that describe
 * themselves, and one that is told of sign-outs. It minds what comes: a refresh token that comes twice, or a tool that is called
 * with a token that is not good, is a violation.
 */
import { randomUUID } from "node:crypto";
import { sleep } from "../../worker/support/flow.ts";
import { documentOf } from "../../worker/support/newcomers.ts";
import { chance } from "./chance.ts";
import type { Ledger } from "./ledger.ts";

export const PROVIDER = "https://mail.example";
/** Where an app is told of sign-outs. */
export const TOLD_AT = "https://rp.example/signed-out";
/** An app that describes itself is called by such an address. */
export const DESCRIBED = /^https:\/\/described-\d+\.example\/client\.json$/;
export const REDIRECT_URI = "https://app.example/callback";

/** Renewed by whoever uses it half a minute later: five minutes before its end. */
const LIFETIME_S = 330;
/** More lines and sessions than that are not remembered. */
const KEPT = 5_000;
/** The Queue is as quick as the machine. */
const TOLD_WITHIN_MS = 60_000;

/** Tokens of one connection: whose account it is there, and how often it was given tokens. */
interface Line {
  sub: string;
  generation: number;
}

export class Elsewhere {
  /** How often it was asked, by what for. */
  readonly counts: Record<string, number> = {};
  readonly #ledger: Ledger;
  readonly #lines = new Map<string, Line>();
  /** Sessions of which the app was told that they ended. */
  readonly #ended = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** For `Options.outbound`. */
  readonly outbound = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const text = request.method === "POST" ? await request.text() : "";
    const bearer = request.headers.get("Authorization")?.replace("Bearer ", "") ?? "";
    const answer = this.#answer(url, new URLSearchParams(text), bearer);
    const what = DESCRIBED.test(url.href) ? "metadata documents" : `${url.host}${url.pathname}`;
    const asked = `${what} → ${answer.status}`;
    this.counts[asked] = (this.counts[asked] ?? 0) + 1;
    return answer;
  };

  /** Whether the app is told in time that this session ended. */
  async isTold(sid: string): Promise<boolean> {
    const end = Date.now() + TOLD_WITHIN_MS;
    while (!this.#ended.has(sid) && Date.now() < end) await sleep(200);
    return this.#ended.delete(sid);
  }

  #answer(url: URL, form: URLSearchParams, bearer: string): Response {
    if (url.href === `${PROVIDER}/token`) return this.#token(form);
    if (url.href === `${PROVIDER}/me`) return this.#me(bearer);
    if (url.href === `${PROVIDER}/revoke`) return this.#revoke(form);
    if (url.href === TOLD_AT) return this.#told(form);
    if (url.pathname === "/search") return new Response("found");
    if (url.pathname === "/mail") return this.#letters(bearer);
    if (DESCRIBED.test(url.href)) return Response.json(documentOf(url.href, REDIRECT_URI));
    this.#ledger.add("elsewhere", `nobody plays ${url.href}`);
    return new Response(null, { status: 404 });
  }

  #token(form: URLSearchParams): Response {
    if (form.get("grant_type") === "authorization_code") {
      const name = randomUUID();
      bound(this.#lines).set(name, { sub: form.get("code") ?? "", generation: 1 });
      // Some tokens are over at once, so that whoever uses them has them renewed.
      return given(name, 1, chance(0.5) ? 1 : LIFETIME_S);
    }
    const [name = "", generation] = (form.get("refresh_token") ?? "").split(".");
    const line = this.#lines.get(name);
    if (line?.generation !== Number(generation)) {
      this.#ledger.add("the provider", `refresh token ${generation} of ${line?.generation} came`);
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    line.generation += 1;
    return given(name, line.generation, LIFETIME_S);
  }

  #me(bearer: string): Response {
    const line = this.#lineOf(bearer);
    return line ? Response.json({ sub: line.sub }) : new Response(null, { status: 401 });
  }

  #letters(bearer: string): Response {
    if (this.#lineOf(bearer)) return new Response("letters");
    this.#ledger.add("a tool", "it was called with a token that is not good");
    return new Response(null, { status: 401 });
  }

  #revoke(form: URLSearchParams): Response {
    this.#lines.delete((form.get("token") ?? "").split(".")[0] ?? "");
    return new Response(null);
  }

  #told(form: URLSearchParams): Response {
    const claims = (form.get("logout_token") ?? "").split(".")[1] ?? "";
    bound(this.#ended).add(JSON.parse(Buffer.from(claims, "base64url").toString()).sid);
    return new Response(null);
  }

  /** A token is good until another was given, and a moment longer: somebody may be on the way with it. */
  #lineOf(bearer: string): Line | undefined {
    const [name = "", generation] = bearer.split(".");
    const line = this.#lines.get(name);
    return line && line.generation - Number(generation) <= 1 ? line : undefined;
  }
}

function given(line: string, generation: number, lifetime: number): Response {
  return Response.json({
    access_token: `${line}.${generation}.access`,
    refresh_token: `${line}.${generation}.refresh`,
    token_type: "Bearer",
    expires_in: lifetime,
    scope: "mail:read",
  });
}

/** Forgets the oldest of too many. */
function bound<T extends Set<string> | Map<string, unknown>>(kept: T): T {
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
  return kept;
}
