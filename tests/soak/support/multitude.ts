/**
 * Ten thousand users, two thousand clients and a hundred thousand grants: every list that administrators look at, by page and by the
 * API, answers, and pages stay in step while rows come and go between them. How long each takes is told, not judged; that none of them
 * reads a table from end to end is judged natively (tests/routes/admin/scale.rs).
 */
import assert from "node:assert/strict";
import { startSeeded } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { Person } from "../../worker/support/person.ts";
import type { Ledger } from "./ledger.ts";

const USERS = 10_000;
const CLIENTS = 2_000;
const GRANTS = 100_000;
/** So many rows one statement makes at most. */
const CHUNK = 10_000;
const NUMBERS =
  "WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)";

const MADE: [count: number, sql: string][] = [
  [
    USERS,
    "INSERT INTO users (id, name, created_at) SELECT printf('usr_%06d', n), printf('person %06d', n), n FROM numbers",
  ],
  [
    USERS,
    `INSERT INTO clients (id, name, type, owner_user_id, created_at)
     SELECT printf('agent_user_usr_%06d', n), 'Client of one', 'confidential', printf('usr_%06d', n), n FROM numbers`,
  ],
  [
    CLIENTS,
    "INSERT INTO clients (id, name, type, created_at) SELECT printf('app-%06d', n), printf('App %06d', n), 'public', n FROM numbers",
  ],
  [
    GRANTS,
    `INSERT INTO grants (id, user_id, client_id, sid, scope, code_hash, code_record, code_expires_at, created_at)
     SELECT printf('grant-%06d', n), printf('usr_%06d', 1 + n % ${USERS}), printf('app-%06d', 1 + n * 7 % ${CLIENTS}), 'sid',
       'read:tools', printf('hash-%06d', n), '{}', 0, n FROM numbers`,
  ],
];

const LISTS = [
  "users",
  "users?q=person",
  "users?q=person%20009",
  "users?role=admin",
  "users?role=user&after=usr_005000",
  "clients",
  "clients?q=App",
  "clients?owner=none",
  "clients?owner=usr_005000",
  "scopes",
  "resources",
  "initial-access-tokens",
  "tools",
  "tool-groups",
  "audit",
];
const PAGES = [
  "",
  "/users/usr_005000",
  "/users/usr_005000/remove",
  "/clients/app-001000",
  "/clients/app-001000/remove",
];

interface List {
  next: string | null;
}

export async function multitude(ledger: Ledger): Promise<void> {
  const ostiary = await startSeeded({});
  try {
    await fill(ostiary);
    await lookAround(ostiary);
    const left = await walk(ostiary, "users", "id", USERS);
    await walk(ostiary, "clients", "client_id", left + CLIENTS);
  } catch (error) {
    ledger.add("the multitude", error);
  } finally {
    await ostiary.stop();
  }
}

async function fill(ostiary: Ostiary): Promise<void> {
  const database = await ostiary.database("DB");
  for (const [count, sql] of MADE)
    for (let first = 1; first <= count; first += CHUNK)
      await database
        .prepare(`${NUMBERS} ${sql}`)
        .bind(first, Math.min(first + CHUNK - 1, count))
        .run();
}

/** Every list and page once. */
async function lookAround(ostiary: Ostiary): Promise<void> {
  const person = new Person(ostiary);
  const entrance = await person.get("/admin/login");
  await person.submit(entrance, { token: ostiary.adminToken, action: "sign_in" });
  for (const path of [...LISTS.map((list) => `/${list}`), ...PAGES]) {
    const page = await timed(`page /admin${path}`, () => person.get(`/admin${path}`));
    assert.equal(page.status, 200, path);
  }
  const dependents = ["users/usr_005000/dependents", "clients/app-001000/dependents"];
  for (const path of [...LISTS, ...dependents])
    await timed(`API ${path}`, () => api(ostiary, "GET", path));
  const { grants } = await api<{ grants: number }>(ostiary, "GET", dependents[1] ?? "");
  assert.equal(grants, GRANTS / CLIENTS);
}

/** From the first page to the last, while some that were not shown yet go and new ones come. Answers how many are left. */
async function walk(ostiary: Ostiary, noun: string, id: string, all: number): Promise<number> {
  const seen: string[] = [];
  const gone: string[] = [];
  const begun = performance.now();
  for (let after: string | null = "", pages = 0; after !== null; pages += 1) {
    assert.ok(pages < all, `${noun}: a list without end`);
    const query = `limit=200&after=${encodeURIComponent(after)}`;
    const list: List & Record<string, unknown> = await api(ostiary, "GET", `${noun}?${query}`);
    const rows = list[noun] as Record<string, string>[];
    seen.push(...rows.map((row) => String(row[id])));
    after = list.next;
    if (pages % 20 === 5) gone.push(await disturb(ostiary, noun, seen));
  }
  assert.deepEqual(seen, [...new Set(seen)].sort(), `${noun}: each once, in order`);
  for (const one of gone) assert.ok(!seen.includes(one), `${noun}: ${one} was gone`);
  const stayed = seen.filter((one) => /^(usr_|agent_user_usr_|app-)\d{6}$/.test(one));
  assert.equal(stayed.length, all - gone.length, `${noun}: all that stayed`);
  console.log(
    `  ${noun}: ${seen.length} in pages of 200, ${Math.round(performance.now() - begun)} ms`,
  );
  return stayed.length;
}

/** Answers which went that was not seen yet. */
async function disturb(ostiary: Ostiary, noun: string, seen: string[]): Promise<string> {
  const database = await ostiary.database("DB");
  const last = seen.at(-1) ?? "";
  const kind = noun === "users" ? "usr_" : "app-";
  const next = `SELECT id FROM ${noun} WHERE id > ?1 AND id GLOB '${kind}${"[0-9]".repeat(6)}' ORDER BY id LIMIT 1 OFFSET 300`;
  const victim = String(await database.prepare(next).bind(last).first("id"));
  await api(ostiary, "DELETE", `${noun}/${victim}`);
  const name = `late ${seen.length}`;
  const body =
    noun === "users"
      ? { name }
      : { client_name: name, public: true, redirect_uris: ["https://a.example/"] };
  await api(ostiary, "POST", noun, body);
  return victim;
}

async function timed<T>(what: string, action: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const answer = await action();
  console.log(`  ${what}: ${Math.round(performance.now() - begun)} ms`);
  return answer;
}

async function api<T>(ostiary: Ostiary, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await ostiary.fetch(`/admin/api/${path}`, {
    method,
    headers: { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
