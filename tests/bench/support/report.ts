/** Tables for people: Markdown that is also readable as it stands. */
import type { Part, Table } from "./plan.ts";

export function written(part: Part): string {
  const lines = [`## ${part.title}`, "", ...part.tables.flatMap((one) => [table(one), ""])];
  return [...lines, ...part.notes.map((note) => `- ${note}`), ""].join("\n");
}

/** The first column is text, the others are figures. */
export function table({ head, rows }: Table): string {
  const cells = [head, ...rows.map((row) => row.map(shown))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    `| ${row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, n) => (n === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  const [first = [], ...rest] = cells;
  return [line(first), rule, ...rest.map(line)].join("\n");
}

/** Three significant figures are more than such a measurement gives. */
function shown(cell: string | number): string {
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "–";
  if (Math.abs(cell) >= 100) return Math.round(cell).toString();
  return Number(cell.toPrecision(3)).toString();
}
