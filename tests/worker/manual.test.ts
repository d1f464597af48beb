/** What README.md, docs/deployment.md, docs/operations.md and docs/checklist.md tell operators to type. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { examplesIn } from "../clients/support/markdown.ts";
import { Terminal } from "../clients/support/terminal.ts";
import { demoServer, demoWeb, refused, type Tokens, tokensOf } from "./support/client.ts";
import { eventually, signedIn, startSeeded, tokensFor } from "./support/flow.ts";
import { commandsOf, sqlOf } from "./support/manual.ts";
import { Person } from "./support/person.ts";
import { ROOT } from "./support/settings.ts";
import { administer, agentToken, switchTool } from "./support/tools.ts";

const DOCUMENTS = ["README.md", "docs/deployment.md", "docs/operations.md", "docs/checklist.md"];
const commands = DOCUMENTS.flatMap(commandsOf);
const statements = commands.flatMap((command) => sqlOf(command) ?? []);

const ostiary = await startSeeded();
after(() => ostiary.stop());
const { tokens, tool } = await live();

/** A day in the life of the server. */
async function live() {
  const alice = await signedIn(ostiary);
  const tokens = {
    web: await tokensFor(ostiary, alice, demoWeb),
    server: await tokensFor(ostiary, alice, demoServer),
    bob: await tokensFor(ostiary, await signedIn(ostiary, "bob"), demoServer),
  };
  await new Person(ostiary, "198.51.100.7").signIn("alice", "guessed");
  const request = { method: "GET", url: "https://tools.example/weather" };
  const { name } = await administer(ostiary, "POST", "tools", { name: "weather", request });
  await switchTool(ostiary, await agentToken(ostiary), String(name), true);
  const audit = await ostiary.database("AUDIT_DB");
  await eventually("the events are in the audit log", async () => {
    const sql = "SELECT COUNT(*) AS many FROM audit WHERE kind IN ('sign_in', 'tool_switched')";
    return Number(await audit.prepare(sql).first("many")) >= 5 || undefined;
  });
  return { tokens, tool: String(name) };
}

type Row = Record<string, unknown>;

/** Runs the one statement of the documents that holds this text. */
async function run(text: string): Promise<Row[]> {
  const found = statements.filter(({ sql }) => sql.includes(text));
  assert.equal(found.length, 1, `${found.length} statements hold ${text}`);
  const { database = "", sql = "" } = found[0] ?? {};
  return (await (await ostiary.database(database)).prepare(sql).all()).results as Row[];
}

test("every statement of the documents runs, in the database that it names", async () => {
  assert.ok(statements.length > 20, `${statements.length} statements`);
  for (const { database, sql } of statements) {
    const binding = { ostiary: "DB", "ostiary-audit": "AUDIT_DB" }[database] ?? database;
    const store = await ostiary.database(binding);
    // What changes something is tried further down.
    if (/^\s*SELECT/.test(sql)) assert.ok(await store.prepare(sql).all(), sql);
    else assert.ok(await store.prepare(`EXPLAIN ${sql}`).all(), sql);
  }
});

test("they say who uses what, and who was here", async () => {
  const apps = await run("AS last_allowed");
  assert.equal(apps.length, 3, "the third is the agent that switched the tool");
  for (const id of ["demo-server", "demo-web"])
    assert.deepEqual(apps.map((app) => app.id === id && app.grants).filter(Boolean), [1], id);
  const [here = {}] = await run("AS since, datetime(last_seen_at");
  assert.match(String(here.last_seen), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const lately = await run("ORDER BY sessions.last_seen_at DESC LIMIT 20");
  assert.deepEqual(new Set(lately.map(({ name }) => name)), new Set(["alice", "bob"]));
  const [most] = await run("COUNT(DISTINCT grants.user_id)");
  assert.deepEqual([most?.id, most?.grants, most?.people], ["demo-server", 2, 2]);
});

test("they say which tools are on, and for how many", async () => {
  assert.deepEqual(await run("AS own_switch"), [{ name: tool, own_switch: 1 }]);
  const [first] = await run("COUNT(user_tools.user_id)");
  assert.deepEqual(first, { name: tool, people: 1 });
});

test("they say from where passwords are guessed, and what administrators changed", async () => {
  const [guesses] = await run("AS failures");
  assert.deepEqual(guesses, { address: "198.51.100.7", failures: 1, accounts: 1 });
  const kinds = await run("GROUP BY kind, outcome");
  assert.ok(kinds.some(({ kind, outcome }) => kind === "sign_in" && outcome === "failure"));
  const [counts = {}] = await run("AS sessions, (SELECT");
  assert.ok(Number(counts.users) >= 2 && Number(counts.grants) >= 3, JSON.stringify(counts));
  assert.deepEqual(await run("AS grants_to_ask"), [
    { ended_grants: 0, grants_to_ask: 0, revoked_tokens: 0, connect_states: 0 },
  ]);
});

/** Isolates keep for 30 s who stands behind a grant; new ones know nothing. The clock stays, since SQL goes by the real time. */
const forgetful = () => ostiary.setVars({ LOG_LEVEL: "info" });

/** Refreshes and keeps what it got; else answers what was said. */
async function refreshes(which: keyof typeof tokens): Promise<boolean> {
  const client = which === "web" ? demoWeb : demoServer;
  const answer = await client.refresh(ostiary, tokens[which].refresh_token);
  if (answer.status === 200) {
    tokens[which] = (await tokensOf(answer)) as Tokens;
    return true;
  }
  await refused(answer, "invalid_grant");
  return false;
}

test("what they end is over, and nothing else is", async () => {
  assert.ok((await refreshes("web")) && (await refreshes("server")) && (await refreshes("bob")));
  await run("UPDATE grants SET ended_at = unixepoch()");
  await forgetful();
  assert.equal(await refreshes("web"), false, "alice's grant to demo-web was ended");
  assert.ok((await refreshes("server")) && (await refreshes("bob")));

  const own = await demoServer.ownToken(ostiary);
  const { sql = "" } = statements.find(({ sql }) => sql.includes("UPDATE clients")) ?? {};
  const other = sql.replace("demo-web", "demo-server");
  await (await ostiary.database("DB")).prepare(other).run();
  await forgetful();
  assert.equal(await refreshes("server"), false, "all of demo-server was ended");
  assert.equal(await demoServer.isActive(ostiary, own.access_token), false);
});

test("everything of all people is over when they say so, and people sign in again", async () => {
  const alice = await signedIn(ostiary);
  const fresh = await tokensFor(ostiary, alice, demoWeb);
  await run("UPDATE users SET valid_from");
  await forgetful();
  await refused(await demoWeb.refresh(ostiary, fresh.refresh_token), "invalid_grant");
  assert.equal((await alice.get("/account")).status, 303);
  await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
});

/** Types the lines of a document that ask the server, at this server's address. */
async function type(document: string, section?: string): Promise<string[]> {
  const examples = examplesIn(document).filter(
    (one) => /\bcurl\b|^issuer=/m.test(one.script) && (!section || one.section === section),
  );
  const terminal = new Terminal();
  const printed: string[] = [];
  try {
    for (const { script } of examples) {
      const here = script
        .replace(/^issuer=.*$/m, `issuer=${ostiary.url}`)
        .replace(/^read -rs admin_token.*$/m, `$&\n${ostiary.adminToken}`)
        .replace(/^npx .*$/gm, "");
      const { output, statuses } = await terminal.type(here);
      const good = statuses.every((status) => status < 300) || output === "404\n";
      assert.ok(good, `${document}: ${script}${statuses} ${output}`);
      printed.push(output);
    }
  } finally {
    terminal.close();
  }
  return printed;
}

test("the lines of docs/deployment.md that get the first token do", async () => {
  const [token = ""] = await type("docs/deployment.md", "From an empty account to a token");
  assert.match(token, /"access_token":"eyJ/);
});

test("what docs/checklist.md has asked of the server is answered as it says", async () => {
  // As deployed: neither development's paths nor its clients.
  await ostiary.setVars({ ENABLE_DEV_ENDPOINTS: "false" });
  const [, metadata, development, ...lists] = await type("docs/checklist.md");
  assert.equal(metadata, `"issuer":"${ostiary.url}"\n`);
  assert.equal(development, "404\n");
  assert.equal(lists.length, 4);
  for (const list of lists) assert.ok(JSON.parse(list), list);
});

test("every wrangler command of the documents is one that wrangler has, with the options that it has", async () => {
  const used = new Map<string, Set<string>>();
  for (const { words } of commands) {
    const end = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word));
    const named = words.slice(0, end < 0 ? undefined : end).join(" ");
    const name = NAMES.find((one) => `${named} `.startsWith(`${one} `)) ?? assert.fail(named);
    const options = words.filter((word) => word.startsWith("--"));
    used.set(name, new Set([...(used.get(name) ?? []), ...options]));
  }
  assert.ok(used.size > 10);
  // One after another: all at once would starve the tests that run beside this one.
  for (const [name, options] of used) {
    const help = await helpOf(name);
    assert.match(help, new RegExp(`^wrangler ${name}\\b`, "m"), help);
    for (const option of options) assert.match(help, new RegExp(` ${option}\\b`), name);
  }
});

/** Those that the documents may use; the longer ones first. */
const NAMES = [
  "d1 time-travel info",
  "d1 time-travel restore",
  "d1 migrations list",
  "d1 create",
  "d1 execute",
  "d1 export",
  "d1 info",
  "kv namespace create",
  "queues create",
  "queues info",
  "queues pause-delivery",
  "secret put",
  "secret bulk",
  "secret delete",
  "secret list",
  "deployments list",
  "rollback",
  "login",
  "whoami",
  "tail",
];

async function helpOf(name: string): Promise<string> {
  const wrangler = join(ROOT, "node_modules/.bin/wrangler");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
  const { stdout } = await promisify(execFile)(wrangler, [...name.split(" "), "--help"], { env });
  return stdout;
}
