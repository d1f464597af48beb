/** Who looks after the server: every list of the admin API, what comes and goes there, the pages, the audit log, the metrics. */
import assert from "node:assert/strict";
import { Person } from "../../worker/support/person.ts";
import { pick } from "../support/chance.ts";
import type { World } from "../support/world.ts";

/** Each kind of thing, how one is made, and a change of it. */
const KINDS: [noun: string, settings: (name: string) => object, change: object][] = [
  ["tools", (name) => ({ name: name.replace("-", "_"), request: request(name) }), described()],
  ["tool-groups", (name) => ({ name, tools: ["search"] }), described()],
  ["scopes", (name) => ({ name: `soak:${name}`, description: name }), described()],
  ["resources", (name) => ({ resource: `https://${name}.example/`, name }), { name: "Other" }],
  ["initial-access-tokens", (name) => ({ name }), { name: "Other" }],
  ["providers", (name) => provider(name), { name: "Other" }],
];
const LISTS = ["users", "clients", ...KINDS.map(([noun]) => noun)];

function described() {
  return { description: "Other" };
}

function request(name: string) {
  return { method: "GET", url: `https://tools.example/${name}` };
}

function provider(id: string) {
  return {
    id,
    kind: "oauth",
    client_id: "us",
    client_secret: "a-secret-of-ours",
    scopes: "x",
    authorization_endpoint: `https://${id}.example/authorize`,
    token_endpoint: `https://${id}.example/token`,
    userinfo_endpoint: `https://${id}.example/me`,
  };
}

export async function operator(world: World): Promise<void> {
  await pick([look, comeAndGo, comeAndGo, search, count, visit])(world);
}

async function look(world: World): Promise<void> {
  for (const noun of LISTS) {
    const list = await world.admin("GET", `/${noun}?limit=3`);
    assert.ok(Array.isArray(list[noun.replaceAll("-", "_")]), `${noun}: ${JSON.stringify(list)}`);
  }
  const { keys } = await world.admin("GET", "/keys");
  assert.ok((keys as unknown[]).length > 0);
  assert.match(String((await world.admin("GET", "/openapi.json")).openapi), /^3\.1/);
  await world.admin("GET", "/settings");
  assert.equal((await world.admin("POST", "/encryption-keys/reseal")).next, null);
}

/** One of a kind is made, changed, and removed. */
async function comeAndGo(world: World): Promise<void> {
  const [noun, settings, change] = pick(KINDS);
  const name = world.newName("thing");
  const { id, ...more } = await world.admin("POST", `/${noun}`, settings(name));
  const path = `/${noun}/${encodeURIComponent(String(id ?? more.name))}`;
  const changed = await world.admin("PATCH", path, change);
  for (const [member, value] of Object.entries(change)) assert.equal(changed[member], value);
  await world.admin("DELETE", path);
  const headers = { "X-Admin-Token": world.adminToken };
  assert.equal((await world.server.fetch(`/admin/api${path}`, { headers })).status, 404);
}

/** The newest sign-ins, page by page, and what somebody did. */
async function search(world: World): Promise<void> {
  const page = async (query: string) => {
    const list = await world.admin("GET", `/audit?${query}`);
    return list as { events: { event: string; actor: string; at: string }[]; next: string | null };
  };
  let after = "";
  for (let n = 0; n < 3; n += 1) {
    const { events, next } = await page(`event=sign_in&limit=5${after}`);
    for (const { event } of events) assert.equal(event, "sign_in");
    if (next === null) break;
    after = `&after=${encodeURIComponent(next)}`;
  }
  const { events } = await page("actor=admin&limit=5");
  for (const { actor } of events) assert.equal(actor, "admin");
}

/** No counter ever falls. */
async function count(world: World): Promise<void> {
  const headers = { Authorization: `Bearer ${world.adminToken}` };
  const stats = await world.server.fetch("/oauth/stats", { headers });
  assert.equal(stats.status, 200, await stats.text());
  // Whoever asks at the same time may be answered earlier.
  const before = new Map(world.counted);
  const answer = await world.server.fetch("/metrics", { headers });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  for (const line of text.split("\n").filter((line) => line && !line.startsWith("#"))) {
    const end = line.lastIndexOf(" ");
    const [name, value] = [line.slice(0, end), Number(line.slice(end + 1))];
    if (!/_total\b/.test(name)) continue;
    assert.ok(value >= (before.get(name) ?? 0), `${name} fell to ${value}`);
    world.counted.set(name, Math.max(value, world.counted.get(name) ?? 0));
  }
}

/** The pages of administrators. */
async function visit(world: World): Promise<void> {
  const person = new Person(world.server, "100.67.0.7");
  const entrance = await person.get("/admin/login");
  const entered = await person.submit(entrance, { token: world.adminToken, action: "sign_in" });
  assert.equal(entered.location, "/admin", entered.html);
  for (const path of [
    "",
    "/audit",
    "/keys",
    "/settings",
    "/users",
    "/clients",
    `/${pick(LISTS)}`,
  ]) {
    const page = await person.get(`/admin${path}`);
    assert.equal(page.status, 200, `${path}: ${page.html}`);
  }
  const home = await person.get("/admin");
  const gone = await person.submit({ ...home, html: onlyLogout(home.html) }, {});
  assert.equal(gone.status, 303, gone.html);
  assert.equal((await person.get("/admin")).status, 303, "nobody administers any more");
}

/** The form that signs out. */
function onlyLogout(html: string): string {
  return /<form method="post" action="\/admin\/logout"[\s\S]*?<\/form>/.exec(html)?.[0] ?? "";
}
