/** Applies migrations/*.sql to the databases of a running Miniflare, as `wrangler d1 migrations apply` would. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { config, ROOT } from "./settings.ts";

export async function applyMigrations(miniflare: Miniflare): Promise<void> {
  for (const { binding, migrations_dir } of config.d1_databases) {
    const database = await miniflare.getD1Database(binding);
    await database.exec("CREATE TABLE IF NOT EXISTS d1_migrations (name TEXT PRIMARY KEY)");
    const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
    const applied = new Set(results.map((row: Record<string, unknown>) => row.name));
    for (const name of sqlFiles(join(ROOT, migrations_dir))) {
      if (applied.has(name)) continue;
      // The local D1 takes a whole file as one statement (and one transaction); `exec` would split it by lines.
      await database.prepare(readFileSync(join(ROOT, migrations_dir, name), "utf8")).run();
      await database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name).run();
    }
  }
}

function sqlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
}
