/** Counts what is billed while something is done at a server of its own. */

import { sleep } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { each, type Usage } from "./prices.ts";

/** What is only counted is sent two seconds later, and the Queue's consumer waits for one more here: then all is done. */
const SETTLED_MS = 5_000;

/** Of one invocation of the Worker, in milliseconds. Assumed: `make bench` sees some 1 ms where no store is asked. */
const CPU_MS = 3;

/** Of one call of an object. Assumed, since time here says nothing of the time there: some disk, or a password's hash. */
const WORKS_SECONDS = { "GRANTS.obey": 0.01, "LOGIN_GUARD.obey": 0.06, alarm: 0.01 };
const GB = 0.128;

/** What objects do with their storage, in rows written. Removing everything removes the one value and the alarm. */
const ROWS_WRITTEN = {
  "storage.put": 1,
  "storage.setAlarm": 1,
  "storage.delete": 1,
  "storage.deleteAll": 2,
};

export class UsageMeter {
  readonly #ostiary: Ostiary;

  constructor(ostiary: Ostiary) {
    this.#ostiary = ostiary;
  }

  /** What one of `times` uses, on average, with all that follows its answer. */
  async measure(times: number, act: () => Promise<unknown>): Promise<Usage> {
    const server = this.#ostiary;
    await sleep(SETTLED_MS);
    await server.faults();
    const lines = server.logs.length;
    await act();
    await sleep(SETTLED_MS);
    const counted = { ...(await server.calls()), ...(await server.billed()) };
    const used = usageOf(counted, server.logs.length - lines);
    return each((name) => used[name] / times);
  }
}

function usageOf(counted: Record<string, number>, lines: number): Usage {
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (counted[name] ?? 0), 0);
  const weighed = (weights: Record<string, number>) =>
    Object.entries(weights).reduce((sum, [name, weight]) => sum + of(name) * weight, 0);
  const requests = of("fetch", "scheduled");
  const objectRequests = of("GRANTS.obey", "LOGIN_GUARD.obey", "alarm");
  return {
    requests,
    cpuMs: of("fetch", "scheduled", "queue") * CPU_MS,
    d1Read: of("D1.read"),
    d1Written: of("D1.written"),
    kvRead: of("CODES.get"),
    kvWritten: of("CODES.put"),
    objectRequests,
    objectGbSeconds: weighed(WORKS_SECONDS) * GB,
    objectRead: of("storage.get"),
    objectWritten: weighed(ROWS_WRITTEN),
    queueOperations: of("EVENTS.send", "LOGOUTS.send") * 3,
    logEvents: lines + requests + objectRequests + of("queue"),
  };
}
