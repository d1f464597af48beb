/** What was seen: a few tables on the screen, all of it in tests/soak/output/. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "./inventory.ts";
import type { Sample } from "./memory.ts";
import { minute } from "./memory.ts";

const OUTPUT = join(import.meta.dirname, "../output");

export interface Report {
  minutes: number;
  /** Requests in all, and a second. */
  total: number;
  rate: number;
  slowestMs: number;
  /** Requests that were sent once more, because their connection was closed under them. */
  closed: number;
  counts: Record<string, Record<string, number>>;
  /** What was asked of other hosts. */
  elsewhere: Record<string, number>;
  told: Record<string, number>;
  logged: Record<string, number>;
  samples: Sample[];
  /** At the start, after the load, and when everything is over; and the rows that the load made for good. */
  inventory: Record<"before" | "loaded" | "after", Inventory> & { made: Record<string, number> };
  violations: { count: number; first: string[] };
}

export function publish(report: Report): void {
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(join(OUTPUT, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  const rows = report.samples.map(({ second, workerd, driver, requests }) =>
    [second, workerd.toFixed(1), driver.toFixed(1), requests].join(","),
  );
  const csv = ["second,workerd_mib,driver_mib,requests", ...rows, ""].join("\n");
  writeFileSync(join(OUTPUT, "memory.csv"), csv);
  print(report);
}

function print(report: Report): void {
  const { total, rate, slowestMs, closed, counts, elsewhere, told, logged, inventory } = report;
  console.log(
    `\n${total} requests, ${rate.toFixed(1)} a second, slowest ${slowestMs.toFixed(0)} ms`,
  );
  console.log(`${closed} sent once more, because their connection was closed under them`);
  for (const [kind, statuses] of Object.entries(counts).sort())
    console.log(`  ${kind.padEnd(46)} ${inWords(statuses)}`);
  console.log(
    `\nelsewhere: ${inWords(elsewhere)}\n\nstories: ${inWords(told)}\nlog: ${inWords(logged)}\n\nmemory of workerd, MiB, by minute:`,
  );
  console.log(`  ${minutesOf(report).join(" ")}\n\nstored:`);
  const { before, loaded, after, made } = inventory;
  line("", "start", "loaded", "over", "made for good");
  const tables = Object.keys(after.rows);
  for (const table of tables)
    line(table, ...[before, loaded, after].map(({ rows }) => rows[table] ?? 0), made[table] ?? 0);
  line("CODES", before.codes, loaded.codes, after.codes, 0);
  for (const name of Object.keys(after.objects))
    line(name, ...[before, loaded, after].map(({ objects }) => objects[name]?.keeping ?? 0), 0);
  line("(audit log)", ...[before, loaded, after].map(({ audit }) => audit.audit ?? 0), 0);
}

function minutesOf({ samples, minutes }: Report): string[] {
  const whole = Array.from({ length: Math.floor(minutes) }, (_, n) => n + 1);
  return whole.map((n) => minute(samples, n).toFixed(0));
}

function inWords(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} × ${count}`)
    .join(", ");
}

function line(name: string, ...cells: (string | number)[]): void {
  console.log(`  ${name.padEnd(20)}${cells.map((cell) => String(cell).padStart(14)).join("")}`);
}
