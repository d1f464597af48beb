import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { demoServer, demoWeb, tokensOf } from "./support/client.ts";
import {
  eventually,
  LATER_MS,
  logged,
  signedIn,
  sleep,
  startSeeded,
  tokensFor,
} from "./support/flow.ts";
import { config } from "./support/settings.ts";

const ostiary = await startSeeded({ faults: true, twin: true, deadLetters: true });
after(() => ostiary.stop());
afterEach(() => ostiary.faults());
const [{ queue, max_retries, dead_letter_queue } = assert.fail("no consumer")] =
  config.queues.consumers;

/** What a scope is named by in the audit log. */
async function made(prefix: string): Promise<string[]> {
  const database = await ostiary.database("AUDIT_DB");
  const rows = database.prepare(
    "SELECT reason FROM audit WHERE kind = 'scope_created' AND reason LIKE ? || '%'",
  );
  const { results } = await rows.bind(prefix).all();
  return (results as { reason: string }[]).map(({ reason }) => reason).sort();
}

/** Makes a scope, at either of the two Workers. */
async function make(name: string, server = ostiary.twin): Promise<void> {
  const headers = { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" };
  const body = JSON.stringify({ name, description: "See photos" });
  const answer = await server.fetch("/admin/api/scopes", { method: "POST", headers, body });
  assert.equal(answer.status, 201, await answer.text());
}

test("under load everything that decides something is one row, whatever else is counted meanwhile", async () => {
  const names = Array.from({ length: 400 }, (_, n) => `load:${String(n).padStart(3, "0")}`);
  const alice = await signedIn(ostiary);
  const waiting = [...names];
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    const server = lane % 2 ? ostiary : ostiary.twin;
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
      await make(name, server);
  });
  const refreshes = (async () => {
    let { refresh_token } = await tokensFor(ostiary, alice, demoServer);
    for (let round = 0; round < 40; round += 1)
      ({ refresh_token } = await tokensOf(await demoServer.refresh(ostiary, refresh_token)));
  })();
  await Promise.all([...lanes, refreshes]);
  await eventually("as many rows", async () => (await made("load:")).length >= 400 || undefined);
  await sleep(LATER_MS);
  assert.deepEqual(await made("load:"), names);
});

test("an event outlives a consumer that fails for a while, and arrives once", async () => {
  await ostiary.faults({ binding: "AUDIT_DB", method: "batch", mode: "fail", times: 8 });
  await make("while:failing");
  await eventually("the row", async () => (await made("while:")).length > 0 || undefined);
  await sleep(LATER_MS);
  assert.deepEqual(await made("while:"), ["while:failing"]);
  const calls = await ostiary.calls();
  assert.ok((calls[`${queue} messages`] ?? 0) > 8, JSON.stringify(calls));
  assert.equal(calls[`${dead_letter_queue} messages`], undefined);
});

test("what a consumer gave up lies in the dead-letter queue, and arrives once when that is consumed", async () => {
  await ostiary.faults({ binding: "AUDIT_DB", method: "batch", mode: "fail" });
  await make("dead:letter");
  await sleep(max_retries * 1_000); // a batch waits for a second, each time
  const given = await eventually("a dead letter", async () => {
    const calls = await ostiary.calls();
    return (calls[`${dead_letter_queue} messages`] ?? 0) > 0 ? calls : undefined;
  });
  assert.equal(given[`${queue} attempts`], max_retries + 1, JSON.stringify(given));
  assert.deepEqual(await made("dead:"), [], "it is not there yet");
  await ostiary.faults();
  await eventually("the row", async () => (await made("dead:")).length > 0 || undefined);
  await sleep(LATER_MS);
  assert.deepEqual(await made("dead:"), ["dead:letter"]);
});

test("the cron trigger removes what is older than AUDIT_RETENTION_DAYS, and nothing else", async () => {
  await ostiary.setVars({ AUDIT_RETENTION_DAYS: "2" });
  const before = await made("load:");
  assert.equal(before.length, 400);
  await ostiary.advance(24 * 60 * 60);
  await make("day:later");
  await eventually("the row", async () => (await made("day:")).length > 0 || undefined);
  await ostiary.cron();
  assert.deepEqual(await made("load:"), before, "a day old");
  await ostiary.advance(24 * 60 * 60 + 60);
  await ostiary.cron();
  assert.deepEqual([await made("load:"), await made("day:")], [[], ["day:later"]]);
  await logged(ostiary, "cleaned_up", '"audit":');
});

test("a request's lines name it, and so does its row", async () => {
  const headers = { "CF-Ray": "ray-of-this-test-AMS" };
  await ostiary.fetch("/admin/api/users", {
    headers: { ...headers, "X-Admin-Token": "x".repeat(20) },
  });
  await ostiary.fetch("/oauth/authorize?response_type=code&client_id=nobody", { headers });
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code: "x",
    client_id: demoWeb.id,
  });
  await ostiary.fetch("/oauth/token", { method: "POST", body: form, headers });
  const told = (
    await eventually("the lines", async () => {
      const lines = ostiary.logs.filter((line) => line.includes("ray-of-this-test-AMS"));
      return lines.length >= 9 ? lines : undefined;
    })
  ).map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of told) assert.equal(line.request_id, "ray-of-this-test-AMS");
  const answered = told.filter(({ event }) => event === "request_answered");
  assert.deepEqual(
    answered.map(({ method, route, status }) => ({ method, route, status })),
    [
      { method: "GET", route: "/admin/api/{noun}", status: 401 },
      { method: "GET", route: "/oauth/authorize", status: 400 },
      { method: "POST", route: "/oauth/token", status: 400 },
    ],
  );
  for (const event of ["admin_refused", "authorization_refused", "token_refused"])
    assert.equal(told.filter((line) => line.event === event).length, 1, event);
  assert.equal(told.filter(({ event }) => event === "request_refused").length, 3);
});
