/** Resident memory of a process, sampled, and the median of a minute. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** One look. Times in seconds since the load began, memory in MiB. */
export interface Sample {
  second: number;
  workerd: number;
  driver: number;
  requests: number;
}

/** Resident memory in MiB. On Linux with what a busy machine has swapped out: that is no less in use. */
export function residentMiB(pid: number): number {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status))
    return (
      Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024
    );
  const lines = readFileSync(status, "utf8").matchAll(/^(?:VmRSS|VmSwap):\s+(\d+) kB$/gm);
  return [...lines].reduce((sum, [, kib]) => sum + Number(kib), 0) / 1024;
}

/** The median of what workerd had in the `n`-th minute, counted from 1. */
export function minute(samples: Sample[], n: number): number {
  const within = samples.filter(({ second }) => second >= (n - 1) * 60 && second < n * 60);
  const sorted = within.map(({ workerd }) => workerd).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error(`there is no sample of minute ${n}`);
  return middle;
}
