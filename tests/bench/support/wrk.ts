/** Load by wrk: a thread a connection, each playing its own flow by a script of `load/`. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Running } from "./boot.ts";
import { cpuMicros } from "./cpu.ts";
import { median } from "./plan.ts";

const LOAD = join(import.meta.dirname, "../load");

/** A kind of request, or a flow of several, as wrk plays it. */
export interface Load {
  /** A script in `load/`, without its ending. */
  script: "same" | "code" | "refresh";
  /** The script's own arguments, made for each run: some are used up by it. */
  arguments: (connections: number) => Promise<string[]>;
}

/** What one run showed. A flow of several requests counts once. */
export interface Measured {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** CPU time of workerd for each flow, microseconds: the Worker, its objects and the stores played beside them. */
  cpu: number;
}

/** Of several runs the median, each figure by itself. */
export function medians(runs: Measured[]): Measured {
  const of = (field: keyof Measured) => median(runs.map((one) => one[field]));
  return { perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
}

/** The line that `flow.lua` prints. */
interface Line {
  flows: number;
  counted: number;
  bad: number;
  broken: number;
  micros: number;
  p50: number;
  p99: number;
  sample: string;
}

/** Runs a load for so many seconds. Fails when an answer was not the expected one: such a figure would mean nothing. */
export async function run(
  running: Running,
  load: Load,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const own = await load.arguments(connections);
  const warmUp = Math.min(1, seconds / 4);
  const pid = running.pid;
  const before = cpuMicros(pid);
  const line = await wrk(running.url, load.script, connections, seconds, [
    String(warmUp * 1000),
    ...own,
  ]);
  const cpu = cpuMicros(pid) - before;
  if (line.bad > 0 || line.broken > 0 || line.counted === 0)
    throw new Error(
      `${load.script}: ${line.flows} good, ${line.bad} wrong and ${line.broken} broken answers; ${line.sample}`,
    );
  return {
    perSecond: line.counted / (line.micros / 1e6 - warmUp),
    p50: line.p50 / 1000,
    p99: line.p99 / 1000,
    cpu: cpu / line.flows,
  };
}

async function wrk(
  url: string,
  script: string,
  connections: number,
  seconds: number,
  own: string[],
): Promise<Line> {
  const file = join(LOAD, `${script}.lua`);
  const options = [`-t${connections}`, `-c${connections}`, `-d${seconds}s`, "--timeout", "10s"];
  const child = spawn("wrk", [...options, "-s", file, url, "--", ...own], {
    env: { ...process.env, BENCH_LOAD: LOAD },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  const line = output.split("\n").find((one) => one.startsWith("{"));
  if (code !== 0 || !line) throw new Error(`wrk ended with ${code}:\n${output}`);
  return JSON.parse(line) as Line;
}
