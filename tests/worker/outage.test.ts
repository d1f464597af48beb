/**
 * Every binding in trouble at every request that asks it, on the runtime: it fails, hangs far beyond every deadline, or loses
 * its answer. What must hold: an answer in time that the table of outcomes allows; then, when all is well again, the same
 * request works, or is refused as the table says and the flow begun anew works; and nothing half done is stored. A request
 * works while all bindings that it does not ask are down.
 */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, describe, test } from "node:test";
import { AGENT_REQUESTS, prepareAgents } from "./outage/agents.ts";
import { BROKER_REQUESTS, idp, prepareBroker } from "./outage/broker.ts";
import { play, playWithout } from "./outage/field.ts";
import { IDENTITY_REQUESTS, prepareIdentity } from "./outage/identity.ts";
import { Lanes } from "./outage/lanes.ts";
import { NEWCOMER_REQUESTS } from "./outage/newcomers.ts";
import { NOUN_REQUESTS } from "./outage/nouns.ts";
import { OPERATOR_REQUESTS } from "./outage/operators.ts";
import { type Binding, REQUESTS, type Request } from "./outage/requests.ts";
import { type Trouble, troublesFrom } from "./outage/troubles.ts";
import { LOGO, World } from "./outage/world.ts";
import { provider } from "./support/agents.ts";
import { startSeeded } from "./support/flow.ts";
import type { Server } from "./support/ostiary.ts";
import { config } from "./support/settings.ts";

/** All that wrangler.toml gives the Worker. */
const BINDINGS = [
  config.d1_databases.map(({ binding }) => binding),
  config.kv_namespaces.map(({ binding }) => binding),
  config.durable_objects.bindings.map(({ name }) => name),
  config.queues.producers.map(({ binding }) => binding),
  config.ratelimits.map(({ name }) => name),
].flat() as Binding[];
/** What no request of the matrix asks, and where its troubles are shown instead. */
const ELSEWHERE: Partial<Record<Binding, string>> = {
  SOCKETS: "agent-socket-outage.test.ts: it is asked by a WebSocket and by who is to tell one",
  GUESS_LIMITER: "throttle.test.ts: it is asked when something is wrong, and here all is right",
};
/**
 * Most fields wait for a deadline, so many can be played at once. But no more than the machine has cores for: what hashes
 * passwords is one after another, and the last in the row must be done within the 4 s of the guard.
 */
const LANES = Math.min(12, 4 * availableParallelism());
const GIF = Buffer.from("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", "base64");

const ostiary = await startSeeded({
  faults: true,
  lanes: LANES,
  outbound: (request) => {
    const { url } = request;
    const played = provider(request);
    if (played) return played;
    if (url.startsWith("https://tools.example/")) return new Response("found");
    if (url.startsWith("https://idp.example/")) return idp(url);
    const headers = { "Content-Type": "image/gif" };
    if (url.endsWith("/signed-out")) return new Response(null);
    if (url === LOGO) return new Response(new Uint8Array(GIF), { headers });
    return new Response(null, { status: 502 });
  },
});
after(() => ostiary.stop());
const world = await World.at(ostiary);
await prepareBroker(world);
await prepareIdentity(world);
await prepareAgents(world);
const ALL = [
  REQUESTS,
  NOUN_REQUESTS,
  BROKER_REQUESTS,
  IDENTITY_REQUESTS,
  AGENT_REQUESTS,
  NEWCOMER_REQUESTS,
  OPERATOR_REQUESTS,
].flat();
const lanes = new Lanes(ostiary.lanes);
let played = 0;

describe("whatever is in trouble, the next try works", { concurrency: true }, () => {
  for (const request of ALL) {
    const asked = request.asks.join(", ") || "nothing";
    test(`${request.name}, which asks ${asked}`, async () => {
      const others = BINDINGS.filter((binding) => !request.asks.includes(binding));
      const fields = [
        lanes.use((lane) => playWithout(world, lane, request, others)),
        ...request.asks.map((binding) => playBinding(request, binding)),
      ];
      const failed = (await Promise.allSettled(fields)).filter((one) => one.status === "rejected");
      assert.deepEqual(
        failed.map((one) => String(one.reason)),
        [],
      );
    });
  }
});

test("no binding of wrangler.toml is left out", () => {
  const asked = new Set([...ALL.flatMap(({ asks }) => asks), ...Object.keys(ELSEWHERE)]);
  assert.deepEqual([...asked].sort(), [...BINDINGS].sort());
  for (const { name, asks } of ALL)
    for (const binding of asks) assert.ok(!(binding in ELSEWHERE), `${name} asks ${binding}`);
});

/** Troubles at the first call; under `make soak` at each call in turn. */
async function playBinding(request: Request, binding: Binding): Promise<void> {
  for (let from = 0; from === 0 || process.env.SOAK; from += 1) {
    const [first, ...others] = troublesFrom(binding, from).map(
      (trouble) => () => lanes.use((lane) => playField(lane, request, binding, trouble)),
    );
    if (from > 0 && !(await first?.())) return;
    const rest = from > 0 ? others : [first, ...others];
    const met = await Promise.all(rest.map((field) => field?.()));
    assert.ok(met.every(Boolean), `${binding} was called as often as before`);
  }
}

async function playField(
  lane: Server,
  request: Request,
  binding: Binding,
  trouble: Trouble,
): Promise<boolean> {
  played += 1;
  try {
    return await play(world, lane, request, binding, trouble);
  } catch (error) {
    const calls = trouble.once ? "only" : "from";
    throw new Error(`${binding} ${trouble.mode} at call ${trouble.from} ${calls}: ${error}`);
  }
}

/** Each a question whose every row is something half done. */
const HALF_DONE = {
  "a user without one user client": `SELECT users.name FROM users WHERE 1 <>
    (SELECT COUNT(*) FROM clients WHERE clients.owner_user_id = users.id)`,
  "a grant whose code record is another's": `SELECT grants.id FROM grants
    WHERE json_extract(code_record, '$.client_id') <> client_id
    OR json_extract(code_record, '$.user_id') <> user_id OR json_extract(code_record, '$.sid') <> sid`,
  "a remembered consent of which there is no grant": `SELECT consents.client_id FROM consents
    WHERE NOT EXISTS (SELECT 1 FROM grants WHERE grants.user_id = consents.user_id
    AND grants.client_id = consents.client_id AND ended_at IS NULL)`,
  "a session of nobody": `SELECT sid FROM sessions WHERE user_id NOT IN (SELECT id FROM users)`,
};

test("nothing half done is stored after all of it", async (t) => {
  t.diagnostic(`${played} fields were played`);
  const database = await ostiary.database("DB");
  for (const [what, question] of Object.entries(HALF_DONE)) {
    const { results } = await database.prepare(question).all();
    assert.deepEqual(results, [], what);
  }
});
