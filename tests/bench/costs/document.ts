/** The tables of docs/deployment.md, which are those that this bench prints. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";
import type { Table } from "../support/plan.ts";
import { table } from "../support/report.ts";

const DOCUMENT = join(ROOT, "docs/deployment.md");

/** Puts these tables in the place of those that have the same head. */
export function rewrite(tables: Table[]): void {
  let text = readFileSync(DOCUMENT, "utf8");
  for (const one of tables) {
    const found = text
      .match(/^\|.*(\n\|.*)*/gm)
      ?.find((there) => headOf(there) === one.head.join());
    if (!found) throw new Error(`docs/deployment.md has no table of ${one.head.join(", ")}`);
    text = text.replace(found, () => table(one));
  }
  writeFileSync(DOCUMENT, text.replace(/(?<=PARTS=costs` on )[\d-]+/, today()));
}

function headOf(text: string): string {
  const [head = ""] = text.split("\n");
  const cells = head.split("|").slice(1, -1);
  return cells.map((cell) => cell.trim()).join();
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
