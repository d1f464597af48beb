/**
 * `make bench`: measures, prints tables, and writes output/bench.json and output/bench.md.
 * Arguments name the parts to run; none: all.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../worker/support/settings.ts";
import * as costs from "./parts/costs.ts";
import * as grants from "./parts/grants.ts";
import * as hops from "./parts/hops.ts";
import * as load from "./parts/load.ts";
import * as sizes from "./parts/sizes.ts";
import * as start from "./parts/start.ts";
import * as timing from "./parts/timing.ts";
import { type Part, type Plan, planned } from "./support/plan.ts";
import { written } from "./support/report.ts";

const PARTS: Record<string, { measure: (plan: Plan) => Promise<Part> }> = {
  load,
  sizes,
  start,
  hops,
  grants,
  costs,
  timing,
};

const OUTPUT = join(import.meta.dirname, "output");

async function main(wanted: string[]): Promise<void> {
  const plan = planned();
  const about = machine(plan);
  const texts = [`# ${about.join("; ")}`, ""];
  const data: Record<string, unknown> = { date: new Date().toISOString(), about, plan };
  for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
    const part = PARTS[name];
    if (!part) throw new Error(`no part is called ${name}; there are ${Object.keys(PARTS)}`);
    console.error(`==> ${name}`);
    const found = await part.measure(plan);
    data[name] = found.data;
    texts.push(written(found));
    console.log(written(found));
  }
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(join(OUTPUT, "bench.json"), `${JSON.stringify(data, null, 2)}\n`);
  writeFileSync(join(OUTPUT, "bench.md"), texts.join("\n"));
}

/** What the figures depend on. */
function machine(plan: Plan): string[] {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], {
    encoding: "utf8",
    cwd: ROOT,
  });
  const peer = "@cloudflare/workers-oauth-provider";
  return [
    new Date().toISOString().slice(0, 10),
    `commit ${commit.trim()}`,
    `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `Miniflare ${devDependencies.miniflare}`,
    `${peer} ${devDependencies[peer]}`,
    plan.quick ? "QUICK" : `${plan.rounds} rounds of ${plan.seconds} s, medians`,
  ];
}

await main(process.argv.slice(2));
