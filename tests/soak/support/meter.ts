/**
 * The server as the load sees it: requests are held to a rate, and counted by kind and status. An answer of 500 or more
 * and one that never came are violations, whatever the story makes of them.
 *
 * A connection that was idle may be closed by the server in the very moment that it is used again, and Node's `fetch` then
 * fails without having asked anything. Such a request is sent once more, and counted.
 */
import { sleep } from "../../worker/support/flow.ts";
import { Server } from "../../worker/support/ostiary.ts";
import type { Ledger } from "./ledger.ts";

/** What stands in paths for whichever it is. */
const ANY: [RegExp, string][] = [
  [/^(\/admin\/api\/[\w-]+)\/.*$/, "$1/…"],
  [/^\/admin\/(?!api\/|login$|logout$).*$/, "/admin/…"],
  [/^\/oauth\/register\/.*$/, "/oauth/register/…"],
  [/^\/api\/tools\/\w+\/call$/, "/api/tools/…/call"],
  [/^\/api\/users\/me\/(\w+)\/.*$/, "/api/users/me/$1/…"],
  [/^\/oauth\/fastmcp\/agent\/\w+\/(session|token)$/, "/oauth/fastmcp/agent/…/$1"],
];
/** Paths that are counted by themselves; all others together, for generated ones are without number. */
const KINDS =
  /^\/(|healthz|brand\.css|metrics|mcp|login|consent|logout|account(\/[a-z/]+)?|\.well-known\/[\w.-]+|oauth\/(stats|authorize|token|introspect|revoke|userinfo|logout|register(\/…)?|callback\/mail|fastmcp\/agent\/[a-z…/]+)|connect\/mail|api\/[a-z…/-]+|admin(\/login|\/logout|\/…)?|admin\/api\/[\w-]+(\/…)?)$/;
/** Requests come from so many networks, unless a story says from where: limits are for each. */
const ADDRESSES = 1_000;

export class Meter extends Server {
  /** "POST /oauth/token grant_type=refresh_token" → status → how often. */
  readonly counts: Record<string, Record<string, number>> = {};
  total = 0;
  slowestMs = 0;
  /** Requests that were sent once more, because their connection was closed under them. */
  closed = 0;
  readonly #ledger: Ledger;
  readonly #gapMs: number;
  #next = 0;

  constructor(url: string, ledger: Ledger, rate: number) {
    super(url);
    this.#ledger = ledger;
    this.#gapMs = 1_000 / rate;
  }

  override async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    await this.#turn();
    const headers = new Headers(init.headers);
    if (!headers.has("CF-Connecting-IP")) headers.set("CF-Connecting-IP", someAddress());
    const kind = kindOf(path, init);
    const began = performance.now();
    try {
      const answer = await this.#send(path, { ...init, headers });
      // Read whole, so that a slow body counts, and nothing is left open.
      const body = await answer.arrayBuffer();
      this.note(kind, String(answer.status), performance.now() - began);
      if (answer.status >= 500)
        this.#ledger.add(`${kind} → ${answer.status}`, Buffer.from(body).toString("utf8", 0, 300));
      return new Response(body.byteLength > 0 ? body : null, answer);
    } catch (error) {
      this.note(kind, "none", performance.now() - began);
      this.#ledger.add(`${kind} → no answer`, error);
      throw error;
    }
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await super.fetch(path, init);
    } catch (error) {
      if (!wasClosed(error)) throw error;
      this.closed += 1;
      return super.fetch(path, init);
    }
  }

  /** Waits until the rate allows one more. */
  async #turn(): Promise<void> {
    const now = performance.now();
    const turn = Math.max(now, this.#next);
    this.#next = turn + this.#gapMs;
    if (turn > now) await sleep(turn - now);
  }

  /** Counts something that was answered. */
  note(kind: string, status: string, ms = 0): void {
    this.total += 1;
    this.slowestMs = Math.max(this.slowestMs, ms);
    this.counts[kind] ??= {};
    this.counts[kind][status] = (this.counts[kind][status] ?? 0) + 1;
  }
}

function someAddress(): string {
  const n = Math.floor(Math.random() * ADDRESSES);
  return `198.${18 + (n >> 8)}.${n & 255}.7`;
}

/** What Node says of a connection that the other side closed. */
const CLOSED = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];

function wasClosed(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return CLOSED.includes(cause?.code ?? "");
}

function kindOf(path: string, init: RequestInit): string {
  const plain = ANY.reduce(
    (text, [any, name]) => text.replace(any, name),
    path.split("?")[0] ?? "",
  );
  const known = KINDS.test(plain) ? plain : "other paths";
  const grant = init.body instanceof URLSearchParams ? init.body.get("grant_type") : null;
  return `${init.method ?? "GET"} ${known}${grant ? ` ${grant}` : ""}`;
}
