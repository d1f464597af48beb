/** Whether refresh and introspection grow slower with the number of grants that D1 lists. */
import { startOstiary } from "../subjects.ts";
import type { Part, Plan } from "../support/plan.ts";
import { type Measured, medians, run } from "../support/wrk.ts";

const CHUNK = 50_000;
const USERS = 1_000;

export async function measure(plan: Plan): Promise<Part> {
  const sizes = plan.quick ? [1_000, 100_000] : [1_000, 100_000, 1_000_000];
  const found = [];
  const { running, loads } = await startOstiary();
  try {
    const database = await running.miniflare.getD1Database("DB");
    await database.prepare(ADD_USERS).bind(USERS).run();
    let there = 0;
    for (const size of sizes) {
      for (; there < size; there += Math.min(CHUNK, size - there))
        await database
          .prepare(ADD_GRANTS)
          .bind(there, Math.min(CHUNK, size - there), USERS)
          .run();
      for (const row of ["refresh", "introspection"]) {
        const load = loads[row];
        if (!load) throw new Error(`nothing plays ${row}`);
        for (const connections of [1, 16]) {
          const runs: Measured[] = [];
          for (let n = 0; n < plan.rounds; n += 1)
            runs.push(await run(running, load, connections, plan.seconds));
          found.push({ row, size, connections, ...medians(runs) });
        }
      }
    }
  } finally {
    await running.stop();
  }
  found.sort((a, b) => a.row.localeCompare(b.row) * -1 || a.connections - b.connections);
  return {
    title: "Many grants",
    notes: ["Rows of the table grants, of a thousand users, beside the ones that are asked about."],
    tables: [
      {
        head: ["row", "conn.", "grants", "per second", "p50 ms", "p99 ms", "CPU µs"],
        rows: found.map((one) => [
          one.row,
          one.connections,
          one.size.toLocaleString("en"),
          one.perSecond,
          one.p50,
          one.p99,
          one.cpu,
        ]),
      },
    ],
    data: found,
  };
}

const ADD_USERS = `
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
INSERT INTO users (id, name, created_at) SELECT 'many_' || n, 'many ' || n, 0 FROM numbers`;

/** Ids as long as real ones, in no order. */
const ADD_GRANTS = `
WITH RECURSIVE numbers (n) AS (
  SELECT CAST(?1 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1 + ?2
)
INSERT INTO grants
  (id, user_id, client_id, sid, scope, code_hash, code_record, code_expires_at, created_at)
SELECT
  substr(lower(hex(randomblob(24))), 1, 43), 'many_' || (n % CAST(?3 AS INTEGER)), 'demo-server',
  lower(hex(randomblob(11))), 'read:tools', substr(lower(hex(randomblob(24))), 1, 43),
  '{"client_id":"demo-server","user_id":"many","redirect_uri":"https://server.example/callback"}', 0, 0
FROM numbers`;
