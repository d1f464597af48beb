/** What is stored: rows by table, KV entries, objects that keep anything. */
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { lookIntoObjects, type Objects } from "./objects.ts";

export interface Inventory {
  /** Rows of each table of DB, and of AUDIT_DB. */
  rows: Record<string, number>;
  audit: Record<string, number>;
  /** Entries of CODES that are not over. */
  codes: number;
  objects: Objects;
}

export async function takeInventory(ostiary: Ostiary, folder: string): Promise<Inventory> {
  return {
    rows: await rows(ostiary, "DB"),
    audit: await rows(ostiary, "AUDIT_DB"),
    codes: await codes(ostiary),
    objects: await lookIntoObjects(ostiary, folder),
  };
}

/** Rows by table, whatever tables there are. */
export async function rows(ostiary: Ostiary, binding: string): Promise<Record<string, number>> {
  const database = await ostiary.database(binding);
  const tables = await database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'",
    )
    .all<{ name: string }>();
  const counts: Record<string, number> = {};
  for (const { name } of tables.results) {
    const row = await database.prepare(`SELECT COUNT(*) AS rows FROM "${name}"`).first();
    counts[name] = Number(row?.rows);
  }
  return counts;
}

/** Entries of CODES that are not over. */
export async function codes(ostiary: Ostiary): Promise<number> {
  const namespace = (await ostiary.kv("CODES")) as unknown as Listed;
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await namespace.list({ cursor });
    count += page.keys.length;
    if (page.list_complete) return count;
    cursor = page.cursor;
  }
}

/** What Miniflare's type of a namespace leaves out. */
interface Listed {
  list(options: {
    cursor: string | undefined;
  }): Promise<{ keys: unknown[]; list_complete: boolean; cursor?: string }>;
}

/**
 * Where `after` is not `before`. What people and administrators made is no expired thing and stays, so for those tables
 * the rows that the load made are expected: `made`, by table. Of the audit log no more may be left than there was, for events go, too.
 */
export function differences(
  before: Inventory,
  after: Inventory,
  made: Record<string, number>,
): string[] {
  const found: string[] = [];
  const compare = (what: string, expected: number, held: number) => {
    if (held !== expected) found.push(`${what}: ${held} instead of ${expected}`);
  };
  for (const table of new Set([...Object.keys(before.rows), ...Object.keys(after.rows)]))
    compare(table, (before.rows[table] ?? 0) + (made[table] ?? 0), after.rows[table] ?? 0);
  const [first = 0, last = 0] = [before.audit.audit, after.audit.audit];
  compare("audit", Math.min(first, last), last);
  compare("CODES", before.codes, after.codes);
  for (const [name, { keeping }] of Object.entries(after.objects))
    compare(name, before.objects[name]?.keeping ?? 0, keeping);
  return found;
}
