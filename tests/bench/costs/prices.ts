/**
 * What Cloudflare asks for, and what is included, as its documentation said when it was read (stored copies, read on
 * 2026-11-22; the sources are named in docs/deployment.md). Prices change: look there before relying on any of this.
 */

/** What is billed, each in units of one. */
export interface Usage {
  /** Requests and cron triggers that the Worker answers; static files are free. */
  requests: number;
  cpuMs: number;
  d1Read: number;
  d1Written: number;
  kvRead: number;
  kvWritten: number;
  /** Calls of objects, and their alarms. */
  objectRequests: number;
  /** GB-seconds: 128 MB for as long as an object works. */
  objectGbSeconds: number;
  objectRead: number;
  objectWritten: number;
  /** Three for a message: written, read, deleted. */
  queueOperations: number;
  /** Lines, and one more for each invocation (`[observability]` in wrangler.toml). */
  logEvents: number;
}

export interface Price {
  name: string;
  /** In a month of the paid plan. */
  included: number;
  /** US dollars for a million beyond. */
  perMillion: number;
  /** In a day of the free plan; missing: no such limit. */
  free?: number;
  /** What happens to a sign-in when the free plan's day is used up: it fails, or only loses something beside. */
  beyond?: "fails" | string;
}

export const PRICES: Record<keyof Usage, Price> = {
  requests: {
    name: "Worker requests",
    included: 10_000_000,
    perMillion: 0.3,
    free: 100_000,
    beyond: "fails",
  },
  cpuMs: { name: "CPU ms", included: 30_000_000, perMillion: 0.02 },
  d1Read: {
    name: "D1 rows read",
    included: 25_000_000_000,
    perMillion: 0.001,
    free: 5_000_000,
    beyond: "fails",
  },
  d1Written: {
    name: "D1 rows written",
    included: 50_000_000,
    perMillion: 1,
    free: 100_000,
    beyond: "fails",
  },
  kvRead: {
    name: "KV reads",
    included: 10_000_000,
    perMillion: 0.5,
    free: 100_000,
    beyond: "nothing: the row in D1 decides",
  },
  kvWritten: {
    name: "KV writes",
    included: 1_000_000,
    perMillion: 5,
    free: 1_000,
    beyond: "nothing but a log line: the row in D1 decides",
  },
  objectRequests: {
    name: "object requests",
    included: 1_000_000,
    perMillion: 0.15,
    free: 100_000,
    beyond: "fails",
  },
  objectGbSeconds: {
    name: "object GB-s",
    included: 400_000,
    perMillion: 12.5,
    free: 13_000,
    beyond: "fails",
  },
  objectRead: {
    name: "object rows read",
    included: 25_000_000_000,
    perMillion: 0.001,
    free: 5_000_000,
    beyond: "fails",
  },
  objectWritten: {
    name: "object rows written",
    included: 50_000_000,
    perMillion: 1,
    free: 100_000,
    beyond: "fails",
  },
  queueOperations: {
    name: "queue operations",
    included: 1_000_000,
    perMillion: 0.4,
    free: 10_000,
    beyond: "the audit log and the counters lack the rest of the day",
  },
  logEvents: {
    name: "log events",
    included: 20_000_000,
    perMillion: 0.6,
    free: 200_000,
    beyond: "Cloudflare keeps no more lines that day",
  },
};

/** US dollars a month, whatever is used. */
export const PLAN = 5;

const NAMES = Object.keys(PRICES) as (keyof Usage)[];

/** A figure for each thing that is billed. */
export function each(figure: (name: keyof Usage) => number): Usage {
  return Object.fromEntries(NAMES.map((name) => [name, figure(name)])) as unknown as Usage;
}

/** US dollars, and what they are for, dearest first. */
export interface Bill {
  sum: number;
  parts: [keyof Usage, number][];
}

/** What a month costs in which this is used, the plan itself included. */
export function month(usage: Usage): Bill {
  const { sum, parts } = bill(each((name) => Math.max(0, usage[name] - PRICES[name].included)));
  return { sum: PLAN + sum, parts };
}

/** What so much costs when all that is included is used up. */
export function bill(usage: Usage): Bill {
  const parts = NAMES.map((name): [keyof Usage, number] => [name, dollars(name, usage[name])]);
  const sum = parts.reduce((all, [, part]) => all + part, 0);
  return { sum, parts: parts.toSorted(([, a], [, b]) => b - a) };
}

/** So many times as much. */
export function times(usage: Usage, many: number): Usage {
  return each((name) => usage[name] * many);
}

/** Both together. */
export function plus(a: Usage, b: Usage): Usage {
  return each((name) => a[name] + b[name]);
}

/** How many fit into a day of the free plan by each of its limits, the narrowest first. */
export function freeDay(usage: Usage): { name: keyof Usage; times: number; fails: boolean }[] {
  return NAMES.flatMap((name) => {
    const { free, beyond } = PRICES[name];
    if (free === undefined || usage[name] === 0) return [];
    return [{ name, times: Math.floor(free / usage[name]), fails: beyond === "fails" }];
  }).toSorted((a, b) => a.times - b.times);
}

function dollars(name: keyof Usage, units: number): number {
  return (units / 1_000_000) * PRICES[name].perMillion;
}
