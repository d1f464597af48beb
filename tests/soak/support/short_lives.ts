/**
 * Minimal lifetimes and real waiting: alarms fire by themselves and remove what objects keep, and KV drops its entries.
 * Shows what moving the clock can't.
 */
import assert from "node:assert/strict";
import { demoServer } from "../../worker/support/client.ts";
import { sleep } from "../../worker/support/flow.ts";
import { codesGo } from "./expiry.ts";
import type { House } from "./house.ts";
import { codes } from "./inventory.ts";
import { lookIntoObjects } from "./objects.ts";

/** Settings with which a grant is over soon after it ended. */
export const SHORT_LIVES = {
  AUTH_CODE_TTL_SECONDS: "5",
  ACCESS_TOKEN_EXPIRE_MINUTES: "1",
  REFRESH_RETRY_WINDOW_SECONDS: "1",
  REFRESH_TOKEN_TTL_DAYS: "1",
  GRANT_TTL_DAYS: "1",
  SESSION_TTL_HOURS: "1",
};

const OF_EACH = 5;
/** A minute until the last access token is over, and time for a busy machine. */
const ALARMS_MS = 120_000;

export async function liveShortly({ ostiary, world, folder }: House): Promise<void> {
  const keeping = async () => (await lookIntoObjects(ostiary, folder)).GrantObject?.keeping ?? 0;
  const [account] = world.accounts;
  const [app] = world.apps;
  assert.ok(account && app);
  const person = await world.signedIn(account);
  for (let n = 0; n < OF_EACH; n += 1) {
    // Ends by itself; is taken back; is stolen.
    await world.redeem(world.brief, await world.codeFor(person, account, world.brief));
    await (await world.redeem(app, await world.codeFor(person, account, app))).revoke();
    await (await world.redeem(app, await world.codeFor(person, account, app))).replay();
  }
  const lasting = await world.redeem(app, await world.codeFor(person, account, app));
  assert.equal(await keeping(), 3 * OF_EACH + 1, "each grant keeps something");
  assert.ok((await codes(ostiary)) > 0, "codes are in KV");

  const began = Date.now();
  while ((await keeping()) > 1 && Date.now() - began < ALARMS_MS) await sleep(1_000);
  const seconds = Math.round((Date.now() - began) / 1_000);
  assert.equal(await keeping(), 1, "all grants that are over have removed themselves");
  await codesGo(ostiary);
  assert.equal(await codes(ostiary), 0, "KV has dropped its codes");
  await lasting.refresh();
  assert.equal(await demoServer.isActive(world.server, lasting.held.access_token), true);
  console.log(`  ${3 * OF_EACH} grants removed themselves within ${seconds} s, and KV is empty`);
}
