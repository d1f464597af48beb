/**
 * The server as the load sees it: requests are held to a rate, and counted by kind and status. An answer of 500 or more
 * and one that never came are violations, whatever the story makes of them.
 */
import { sleep } from "../../worker/support/flow.ts";
import { Server } from "../../worker/support/ostiary.ts";
import type { Ledger } from "./ledger.ts";

/** Paths that are counted by themselves; all others together, for generated ones are without number. */
const KINDS = [
  "/",
  "/healthz",
  "/brand.css",
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
  "/oauth/authorize",
  "/oauth/token",
  "/oauth/introspect",
  "/oauth/revoke",
  "/login",
  "/consent",
  "/logout",
  "/account",
  "/api/oauth/clients/me",
  "/admin/api/users",
  "/admin/api/clients",
];

export class Meter extends Server {
  /** "POST /oauth/token grant_type=refresh_token" → status → how often. */
  readonly counts: Record<string, Record<string, number>> = {};
  total = 0;
  slowestMs = 0;
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
    const kind = kindOf(path, init);
    const began = performance.now();
    try {
      const answer = await super.fetch(path, init);
      // Read whole, so that a slow body counts, and nothing is left open.
      const body = await answer.arrayBuffer();
      this.#count(kind, String(answer.status), performance.now() - began);
      if (answer.status >= 500)
        this.#ledger.add(`${kind} → ${answer.status}`, Buffer.from(body).toString("utf8", 0, 300));
      return new Response(body.byteLength > 0 ? body : null, answer);
    } catch (error) {
      this.#count(kind, "none", performance.now() - began);
      this.#ledger.add(`${kind} → no answer`, error);
      throw error;
    }
  }

  /** Waits until the rate allows one more. */
  async #turn(): Promise<void> {
    const now = performance.now();
    const turn = Math.max(now, this.#next);
    this.#next = turn + this.#gapMs;
    if (turn > now) await sleep(turn - now);
  }

  #count(kind: string, status: string, ms: number): void {
    this.total += 1;
    this.slowestMs = Math.max(this.slowestMs, ms);
    this.counts[kind] ??= {};
    this.counts[kind][status] = (this.counts[kind][status] ?? 0) + 1;
  }
}

function kindOf(path: string, init: RequestInit): string {
  const plain = path.split("?")[0]?.replace(/(?<=^\/admin\/api\/\w+)\/.*$/, "") ?? "";
  const known = KINDS.find((kind) => kind === plain) ?? "other paths";
  const grant = init.body instanceof URLSearchParams ? init.body.get("grant_type") : null;
  return `${init.method ?? "GET"} ${known}${grant ? ` ${grant}` : ""}`;
}
