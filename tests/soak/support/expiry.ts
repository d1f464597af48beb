/** What is left when everything is over. */
import { sleep } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { codes, type Inventory, rows, takeInventory } from "./inventory.ts";
import { ringAlarms } from "./objects.ts";

/** Beyond every lifetime: grants live 180 days, a known address 90. */
const BEYOND_ALL_S = 400 * 24 * 60 * 60;
/** KV keeps nothing shorter than a minute, by the real time. */
const KV_MS = 90_000;
const MOST_CALLS = 1_000;

/** Moves the clock beyond all lifetimes, has clean-up and alarms do their work, and looks at what is left. */
export async function expireAll(ostiary: Ostiary, folder: string): Promise<Inventory> {
  await codesGo(ostiary);
  await ostiary.advance(BEYOND_ALL_S);
  const calls = await cleanUp(ostiary);
  console.log(`  clean-up had nothing left to do after ${calls} calls`);
  await ringAlarms(ostiary, folder);
  return takeInventory(ostiary, folder);
}

/** Waits until no code is left in KV. */
export async function codesGo(ostiary: Ostiary): Promise<void> {
  const limit = Date.now() + KV_MS;
  while ((await codes(ostiary)) > 0 && Date.now() < limit) await sleep(2_000);
}

/** Calls the cron trigger until it changes nothing more. */
async function cleanUp(ostiary: Ostiary): Promise<number> {
  let before = "";
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const both = [await rows(ostiary, "DB"), (await rows(ostiary, "AUDIT_DB")).audit];
    const now = JSON.stringify(both);
    if (now === before) return calls;
    before = now;
    await ostiary.cron();
  }
  throw new Error(`clean-up was not done after ${MOST_CALLS} calls`);
}
