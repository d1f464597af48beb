/** A server of the soak: storage of its own that can be looked into, and everybody who plays there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSeeded } from "../../worker/support/flow.ts";
import { PEEK } from "../../worker/support/objects.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { Elsewhere } from "./elsewhere.ts";
import type { Ledger } from "./ledger.ts";
import { Meter } from "./meter.ts";
import { World } from "./world.ts";

export interface House {
  ostiary: Ostiary;
  /** Where it stores everything. */
  folder: string;
  world: World;
  ledger: Ledger;
}

/** Opens a house with these settings and a rate of requests, does `what` in it, and takes it down. */
export async function inHouse(
  vars: Record<string, string>,
  rate: number,
  ledger: Ledger,
  what: (house: House) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ostiary-soak-"));
  const elsewhere = new Elsewhere(ledger);
  const { outbound } = elsewhere;
  const ostiary = await startSeeded({
    persist: folder,
    entry: PEEK,
    vars,
    outbound,
    searchLogs: false,
  });
  try {
    const meter = new Meter(ostiary.url, ledger, rate);
    const world = new World(meter, ostiary.adminToken, elsewhere);
    await world.prepare();
    await what({ ostiary, folder, world, ledger });
  } catch (error) {
    ledger.add("the soak itself", error);
  } finally {
    await ostiary.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
