/**
 * `make soak`, the long part: mixed load for SOAK_MINUTES (20) on one server, then everything expires. Nothing may fail,
 * no grant be lost, memory not grow, and in the end be stored what was stored at the start.
 */

import { isStillHeard } from "./stories/agents.ts";
import { crowd } from "./support/crowd.ts";
import { expireAll } from "./support/expiry.ts";
import { type House, inHouse } from "./support/house.ts";
import { differences, takeInventory } from "./support/inventory.ts";
import { Ledger } from "./support/ledger.ts";
import { runLoad } from "./support/load.ts";
import { minute, type Sample } from "./support/memory.ts";
import { multitude } from "./support/multitude.ts";
import { publish } from "./support/report.ts";
import { liveShortly, SHORT_LIVES } from "./support/short_lives.ts";

const MINUTES = Math.max(1, Number(process.env.SOAK_MINUTES ?? 20));
/** Requests a second at most; the machine may bear fewer. */
const RATE = Number(process.env.SOAK_RATE ?? 200);
/** Memory in the last minute, over that of the minute after a quarter of the time. */
const MOST_GROWTH = 1.1;
/** A shorter run warms up all the time, so its memory is told, not judged. */
const JUDGED_MINUTES = 10;
/** Connections closed under a request, of all requests: more is no accident. */
const MOST_CLOSED = 1 / 1_000;
/** Grants that ended are gone a minute later, so that what lives at the same time soon stays the same. */
const LOAD = { ACCESS_TOKEN_EXPIRE_MINUTES: "1" };

// Left to itself the local runtime hardly collects its garbage: a Worker that answers "x" and nothing else takes 35 KB more
// for each request, up to 800 MB. Collected eagerly, what is left is what is kept.
process.env.MINIFLARE_WORKERD_V8_FLAGS ??= "--gc-global --optimize-for-size";

/** What is done, in this order; SOAK_PARTS="load" does only that. */
const PARTS: Record<string, [title: string, play: () => Promise<void>]> = {
  crowd: ["11,000 clients that came by themselves", () => crowd(ledger)],
  multitude: ["lists of 10,000 users, 2,000 clients and 100,000 grants", () => multitude(ledger)],
  lives: [
    "minimal lifetimes, and real waiting",
    () => inHouse(SHORT_LIVES, RATE, ledger, liveShortly),
  ],
  load: [
    `${MINUTES} minutes of mixed load, ${RATE} requests a second at most`,
    () => inHouse(LOAD, RATE, ledger, soak),
  ],
};

const ledger = new Ledger();
for (const part of process.env.SOAK_PARTS?.split(" ") ?? Object.keys(PARTS)) {
  const [title, play] = PARTS[part] ?? [];
  if (!title || !play) throw new Error(`SOAK_PARTS are of: ${Object.keys(PARTS).join(" ")}`);
  console.log(`==> ${title}`);
  await play();
}
console.log(
  ledger.count === 0 ? "\nThe soak passed." : `\nThe soak failed: ${ledger.count} times.`,
);
for (const violation of ledger.kept) console.log(`  ${violation}`);
process.exitCode = ledger.count === 0 ? 0 : 1;

async function soak(house: House): Promise<void> {
  const { ostiary, folder, world } = house;
  const before = await takeInventory(ostiary, folder);
  const { seconds, ...load } = await runLoad(house, MINUTES);
  checkMemory(load.samples);
  const { total, slowestMs, closed, counts } = world.server;
  if (closed > total * MOST_CLOSED) ledger.add("connections", `${closed} were closed`);
  await returnToTheLounge(house);
  const loaded = await takeInventory(ostiary, folder);

  console.log("==> everything expires");
  const after = await expireAll(ostiary, folder);
  const { made } = world;
  for (const difference of differences(before, after, made)) ledger.add("inventory", difference);
  publish({
    minutes: MINUTES,
    total,
    rate: total / seconds,
    slowestMs,
    closed,
    counts,
    elsewhere: world.elsewhere.counts,
    ...load,
    inventory: { before, loaded, after, made },
    violations: { count: ledger.count, first: ledger.kept },
  });
}

/** Grants that were left alone must live yet, and agents at idle WebSockets must be heard. */
async function returnToTheLounge({ world }: House): Promise<void> {
  const { grants, agents } = world.lounge;
  for (const chain of grants)
    await chain.isAlive().catch((error) => ledger.add("a grant left alone", error));
  for (const one of agents) {
    await isStillHeard(one).catch((error) => ledger.add("an agent left alone", error));
    one.socket.break();
  }
  console.log(
    `  ${grants.length} grants and ${agents.length} agents that were left alone are there`,
  );
}

function checkMemory(samples: Sample[]): void {
  const [early, late] = [Math.max(1, Math.round(MINUTES / 4)), Math.floor(MINUTES)];
  const [from, to] = [minute(samples, early), minute(samples, late)];
  const growth = `${((to / from - 1) * 100).toFixed(1)} %`;
  const words = `workerd had ${from.toFixed(1)} MiB in minute ${early} and ${to.toFixed(1)} MiB in minute ${late}: ${growth}`;
  console.log(`  ${words}`);
  if (MINUTES >= JUDGED_MINUTES && to > from * MOST_GROWTH) ledger.add("memory", words);
}
