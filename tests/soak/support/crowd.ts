/**
 * Ten thousand clients that registered themselves and a thousand that describe themselves: what a request costs must not
 * depend on them, and those that are not used go, a bounded part at each call of the cron trigger.
 */
import assert from "node:assert/strict";
import { type Client, type Tokens, tokensOf } from "../../worker/support/client.ts";
import { newPerson, startSeeded } from "../../worker/support/flow.ts";
import { describe, register } from "../../worker/support/newcomers.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { Web } from "../../worker/support/web.ts";
import { type Costs, least, Till, walk } from "./costs.ts";
import type { Ledger } from "./ledger.ts";

/** Living grants are to outlast the days after which what is not used goes. */
const VARS = { REFRESH_TOKEN_TTL_DAYS: "365", GRANT_TTL_DAYS: "365" };
/** How many there are of each kind, and how many of them come as such clients come; the others are copies of a row. */
const KINDS = {
  registered: { all: 10_000, real: 300 },
  described: { all: 1_000, real: 100 },
};
const SAMPLES = 3;
/** A person may have so many documents read in a minute, with some to spare. */
const DOCUMENTS = 15;
const CAME_BY_THEMSELVES =
  "registration_token_hash IS NOT NULL OR document_fresh_until IS NOT NULL";
const REDIRECT_URI = "https://app.example/callback";
const DAY_S = 24 * 60 * 60;
/** Clean-up removes 30 times 200 rows of a kind in one call. */
const MOST_A_CALL = 6_000;
/** Indexes into which one request puts a row. */
const NEIGHBOURS = 2;
/** Rows looked at for each client that goes: its own, its consent, and the grants that it might have. */
const ROWS_FOR_EACH = 20;

export async function crowd(ledger: Ledger): Promise<void> {
  const web = new Web();
  const ostiary = await startSeeded({ faults: true, vars: VARS, outbound: web.outbound });
  try {
    await new Crowd(ostiary, web).play();
  } catch (error) {
    ledger.add("the crowd", error);
  } finally {
    await ostiary.stop();
  }
}

class Crowd {
  readonly #ostiary: Ostiary;
  readonly #web: Web;
  /** Those that got tokens, and so stay. */
  readonly #inUse: [Client, Tokens][] = [];
  #names = 0;

  constructor(ostiary: Ostiary, web: Web) {
    this.#ostiary = ostiary;
    this.#web = web;
  }

  async play(): Promise<void> {
    const alone = await this.#costs();
    await this.#gather();
    const crowded = await this.#costs();
    compare(alone, crowded);
    await this.#disperse();
  }

  /** What clients cost that were never seen before, in an isolate that knows all but them and in one that knows nothing. */
  async #costs(): Promise<Costs> {
    const samples: Costs[] = [];
    for (let n = 0; n < SAMPLES; n += 1) samples.push(await this.#sample());
    return least(samples);
  }

  async #sample(): Promise<Costs> {
    const person = await newPerson(this.#ostiary);
    const costs: Costs = {};
    const measure = async (way: string, before: () => Promise<void>) => {
      for (const [kind, come] of this.#kinds()) {
        const till = new Till(this.#ostiary, before);
        const client = await till.ring("registration", come);
        this.#inUse.push([client, await walk(till, this.#ostiary, person, client)]);
        for (const [what, cost] of Object.entries(till.costs))
          costs[`${way}, ${kind}: ${what}`] = cost;
      }
    };
    await measure("warm", async () => {}); // and so it gets warm
    await measure("warm", async () => {});
    await measure("cold", () => this.#ostiary.setVars({})); // isolates anew
    return costs;
  }

  #kinds(): [string, () => Promise<Client>][] {
    return [
      ["public", () => this.#register("none")],
      ["confidential", () => this.#register("client_secret_basic")],
      ["described", async () => this.#describe()],
    ];
  }

  async #gather(): Promise<void> {
    const before = await this.#clients(CAME_BY_THEMSELVES);
    const { registered, described } = KINDS;
    let last = await this.#register("none");
    for (let n = 1; n < registered.real; n += 1) last = await this.#register("none");
    await this.#copy(last, registered.all - registered.real, "'crowd-' || n");
    for (let n = 0; n < described.real; ) {
      const person = await newPerson(this.#ostiary);
      for (const end = Math.min(n + DOCUMENTS, described.real); n < end; n += 1) {
        last = this.#describe();
        const page = await person.get(last.request().path);
        assert.match(page.html, /id="consent-form"/);
      }
    }
    const host = "'https://crowd-' || n || '.example/client.json'";
    await this.#copy(last, described.all - described.real, host);
    const gathered = (await this.#clients(CAME_BY_THEMSELVES)) - before;
    assert.equal(gathered, registered.all + described.all);
  }

  /** So many more clients like this one, each of which bob said yes to. */
  async #copy(client: Client, count: number, id: string): Promise<void> {
    const database = await this.#ostiary.database("DB");
    const columns = await database
      .prepare("SELECT name FROM pragma_table_info('clients')")
      .all<{ name: string }>();
    const names = columns.results
      .map(({ name }: { name: string }) => name)
      .filter((name: string) => name !== "id");
    const numbers =
      "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)";
    const copies = `${numbers} INSERT INTO clients (id, ${names}) SELECT ${id}, ${names} FROM clients, numbers WHERE id = ?1`;
    await database.prepare(copies).bind(client.id, count).run();
    await database.exec(
      "INSERT OR IGNORE INTO consents (user_id, client_id, redirect_host, scopes, updated_at) SELECT users.id, clients.id, 'app.example', 'read:tools', 0 FROM users, clients WHERE users.name = 'bob' AND clients.id LIKE '%crowd-%'",
    );
  }

  /** Every client goes that came by itself and is not in use. */
  async #disperse(): Promise<void> {
    await this.#ostiary.advance(92 * DAY_S);
    while ((await this.#cleanUp()) > 0);
    assert.equal(await this.#clients(CAME_BY_THEMSELVES), this.#inUse.length);
    for (const [client, { refresh_token }] of this.#inUse)
      await tokensOf(await client.refresh(this.#ostiary, refresh_token));
  }

  /** One call of the cron trigger; how many clients went. */
  async #cleanUp(): Promise<number> {
    const before = await this.#clients(CAME_BY_THEMSELVES);
    await this.#ostiary.faults();
    await this.#ostiary.cron();
    const removed = before - (await this.#clients(CAME_BY_THEMSELVES));
    const read = await this.#ostiary.rowsRead();
    console.log(`  clean-up removed ${removed} clients and read ${read} rows`);
    assert.ok(removed <= MOST_A_CALL, "a bounded part at each call");
    assert.ok(read <= (removed + 1_000) * ROWS_FOR_EACH, "a few rows for each that goes");
    return removed;
  }

  /** Each from an address of its own. */
  #register(method: string): Promise<Client> {
    this.#names += 1;
    const address = `198.18.${this.#names >> 8}.${this.#names & 255}`;
    const metadata = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: method };
    return register(this.#ostiary, metadata, address);
  }

  #describe(): Client {
    this.#names += 1;
    return describe(this.#web, `https://app-${this.#names}.example/client.json`, REDIRECT_URI);
  }

  async #clients(where: string): Promise<number> {
    const database = await this.#ostiary.database("DB");
    const sql = `SELECT COUNT(*) AS rows FROM clients WHERE ${where}`;
    return Number((await database.prepare(sql).first())?.rows);
  }
}

/** The same calls, and the same rows, but for the neighbour that a new row finds where it is not the last of its index. */
function compare(alone: Costs, crowded: Costs): void {
  for (const [what, { calls, rowsRead }] of Object.entries(crowded)) {
    const before = alone[what];
    assert.ok(before);
    const hops = Object.entries(calls).map(([call, times]) => `${call} × ${times}`);
    console.log(`  ${what}: ${rowsRead} rows, ${before.rowsRead} before; ${hops.join(", ")}`);
    assert.deepEqual(calls, before.calls, what);
    assert.ok(rowsRead <= before.rowsRead + NEIGHBOURS, `${what} reads more among many clients`);
  }
}
