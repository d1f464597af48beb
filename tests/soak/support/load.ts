/** The load: so many actors, each telling one story after another until the time is over. */

import { sleep } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { stories } from "../stories/index.ts";
import { weighted } from "./chance.ts";
import type { House } from "./house.ts";
import type { Ledger } from "./ledger.ts";
import { residentMiB, type Sample } from "./memory.ts";
import type { World } from "./world.ts";

/** Actors at the same time. */
const ACTORS = 8;
const SAMPLE_MS = 10_000;
/** As often as a busy deployment would have it. */
const CRON_MS = 60_000;
/** With so many violations nothing more is to be learnt. */
const ENOUGH = 200;

export interface LoadResult {
  samples: Sample[];
  /** Stories told, by name. */
  told: Record<string, number>;
  /** Lines of the Worker's log, by event. */
  logged: Record<string, number>;
  seconds: number;
}

export async function runLoad(house: House, minutes: number): Promise<LoadResult> {
  const { ostiary, world, ledger } = house;
  const began = performance.now();
  const over = () => performance.now() - began >= minutes * 60_000 || ledger.count >= ENOUGH;
  const result: LoadResult = { samples: [], told: {}, logged: {}, seconds: 0 };
  const every = async (ms: number, what: () => unknown) => {
    for (let next = ms; !over(); next += ms) {
      while (!over() && performance.now() - began < next) await sleep(100);
      if (performance.now() - began >= next) await what();
    }
  };
  const sampler = every(SAMPLE_MS, () => {
    // A millisecond before the full ten seconds, so that the last sample of a minute is that minute's.
    const second = Math.round((performance.now() - began) / 1_000) - 0.001;
    result.samples.push(look(second, ostiary, world));
    report(result, ledger);
    readLog(ostiary.logs, result.logged, ledger);
  });
  const cron = every(CRON_MS, () => ostiary.cron().catch((error) => ledger.add("cron", error)));
  const actors = Array.from({ length: ACTORS }, () => act(world, ledger, result.told, over));
  await Promise.all([...actors, sampler, cron]);
  readLog(ostiary.logs, result.logged, ledger);
  result.seconds = (performance.now() - began) / 1_000;
  return result;
}

async function act(
  world: World,
  ledger: Ledger,
  told: Record<string, number>,
  over: () => boolean,
): Promise<void> {
  while (!over()) {
    const story = weighted(stories);
    try {
      await story.tell(world);
    } catch (error) {
      ledger.add(story.name, error);
      await sleep(1_000);
    }
    told[story.name] = (told[story.name] ?? 0) + 1;
  }
}

function look(second: number, ostiary: Ostiary, world: World): Sample {
  const [workerd, driver] = [residentMiB(ostiary.pid), process.memoryUsage.rss() / 2 ** 20];
  return { second, workerd, driver, requests: world.server.total };
}

/** A line each minute. */
function report({ samples }: LoadResult, ledger: Ledger): void {
  const last = samples.at(-1);
  if (!last || samples.length % 6 !== 0) return;
  const [minute, workerd] = [Math.round(last.second / 60), last.workerd.toFixed(1)];
  const { requests, driver } = last;
  console.log(
    `  minute ${minute}: ${requests} requests, workerd ${workerd} MiB, driver ${driver.toFixed(0)} MiB, ${ledger.count} violations`,
  );
}

/** Counts the log's lines and drops them, so that they don't fill the driver. What is no event, say a panic, is a violation. */
function readLog(lines: string[], counts: Record<string, number>, ledger: Ledger): void {
  for (const line of lines.splice(0)) {
    if (line.startsWith("NOSENTRY")) continue; // the runtime, about its own start
    const event = /"event":"(\w+)"/.exec(line)?.[1] ?? "other";
    counts[event] = (counts[event] ?? 0) + 1;
    if (event === "other" || event === "queue_failed" || event === "cleanup_failed")
      ledger.add("log", line);
  }
}
