import assert from "node:assert/strict";
import { after, test } from "node:test";
import { demoServer, tokensOf } from "./support/client.ts";
import { codeFor, logged, signedIn, startSeeded, tokensFor } from "./support/flow.ts";

const ostiary = await startSeeded({ faults: true });
after(() => ostiary.stop());

const DAY = 24 * 60 * 60;

/** How many rows there are of all that clean-up removes. */
async function rows(): Promise<Record<string, number>> {
  const database = await ostiary.database("DB");
  const counts = ["sessions", "grants", "revoked_tokens"].map(async (table) => {
    const row = await database.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).first();
    return [table, Number(row?.rows)];
  });
  return Object.fromEntries(await Promise.all(counts));
}

test("the cron trigger removes what is over and keeps what lives, and a failing database stops it only once", async () => {
  const alice = await signedIn(ostiary);
  let { refresh_token } = await tokensFor(ostiary, alice, demoServer);
  await codeFor(alice, demoServer);
  await demoServer.revoke(ostiary, (await demoServer.ownToken(ostiary)).access_token);
  const all = { sessions: 1, grants: 2, revoked_tokens: 1 };
  await ostiary.cron();
  assert.deepEqual(await rows(), all);

  await ostiary.advance(40 * 60);
  for (const mode of ["fail", "failAfter"] as const) {
    await ostiary.faults({ binding: "DB", mode, times: 1, skip: mode === "fail" ? 0 : 1 });
    await ostiary.cron();
  }
  await logged(ostiary, "cleanup_failed");
  await ostiary.faults();
  await ostiary.cron();
  assert.deepEqual(await rows(), { sessions: 1, grants: 1, revoked_tokens: 0 });
  ({ refresh_token } = await tokensOf(await demoServer.refresh(ostiary, refresh_token)));

  await ostiary.advance(29 * DAY);
  await ostiary.cron();
  assert.deepEqual(await rows(), { sessions: 0, grants: 1, revoked_tokens: 0 });
  await tokensOf(await demoServer.refresh(ostiary, refresh_token));

  await ostiary.advance(31 * DAY);
  await ostiary.cron();
  assert.deepEqual(await rows(), { sessions: 0, grants: 0, revoked_tokens: 0 });
});
