/** What requests cost the stores: how often each binding is called, and how many rows the database looks at. */
import assert from "node:assert/strict";
import { type Client, demoServer, type Tokens, tokensOf } from "../../worker/support/client.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import type { Page, Person } from "../../worker/support/person.ts";

export interface Cost {
  calls: Record<string, number>;
  rowsRead: number;
}

/** Costs by what was done. */
export type Costs = Record<string, Cost>;

/** Measures what is done one after another; nothing else may be asked of the server meanwhile. */
export class Till {
  readonly costs: Costs = {};
  readonly #ostiary: Ostiary;
  readonly #before: () => Promise<void>;

  /** `before`: what is done, unmeasured, before each thing. */
  constructor(ostiary: Ostiary, before: () => Promise<void>) {
    this.#ostiary = ostiary;
    this.#before = before;
  }

  async ring<T>(what: string, act: () => Promise<T>): Promise<T> {
    await this.#before();
    await this.#ostiary.faults();
    const result = await act();
    const calls = Object.entries(await this.#ostiary.calls()).sort(([a], [b]) => (a < b ? -1 : 1));
    const rowsRead = await this.#ostiary.rowsRead();
    this.costs[what] = { calls: Object.fromEntries(calls.filter(foreground)), rowsRead };
    return result;
  }
}

/** The audit log's database is the Queue's consumer's, which comes by when it likes; events go to it some moments after the answer. */
function foreground([call]: [string, number]): boolean {
  return !call.startsWith("AUDIT_DB.") && call !== "EVENTS.send";
}

/** All that a client whose consent is remembered and `person` do, each part measured. */
export async function walk(
  till: Till,
  ostiary: Ostiary,
  person: Person,
  client: Client,
): Promise<Tokens> {
  const first = client.request();
  const page = await till.ring("consent page", () => person.get(first.path));
  assert.equal(page.status, 200, page.html);
  const yes = await till.ring("consent", () => person.submit(page, { action: "approve" }));
  const code = client.codeOf(back(yes), first);
  const redeemed = await till.ring("code", () => client.redeem(ostiary, code));
  const { refresh_token } = await tokensOf(redeemed);
  const second = client.request();
  const again = await till.ring("authorize", () => person.get(second.path));
  client.codeOf(back(again), second);
  const refreshed = await till.ring("refresh", () => client.refresh(ostiary, refresh_token));
  const tokens = await tokensOf(refreshed);
  const { access_token } = tokens;
  const alive = await till.ring("introspection", () => demoServer.isActive(ostiary, access_token));
  assert.equal(alive, true);
  return tokens;
}

function back({ status, location, html }: Page): URL {
  assert.equal(status, 303, html);
  return new URL(location);
}

/** The least of each: the Queue's consumer may have come between one of them and its measuring, but not all. */
export function least(samples: Costs[]): Costs {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, leastOf(samples.map((s) => s[name]))]));
}

function leastOf(samples: (Cost | undefined)[]): Cost {
  const [first = { calls: {}, rowsRead: 0 }, ...others] = samples.filter(
    (one) => one !== undefined,
  );
  const all = ({ calls, rowsRead }: Cost) =>
    Object.values(calls).reduce((sum, times) => sum + times, rowsRead);
  return others.reduce((a, b) => (all(b) < all(a) ? b : a), first);
}
