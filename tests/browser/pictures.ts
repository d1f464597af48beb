/** Takes the pictures of docs/admin.md: `scripts/pictures.sh`. */
import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../worker/support/settings.ts";
import { type House, openHouse } from "./support/house.ts";
import { press } from "./support/press.ts";
import type { Visitor } from "./support/visitor.ts";

const FOLDER = join(ROOT, "docs/images");
const SIZE = { width: 880, height: 580 };
/** So that what is shown has the address that the documents use. */
const ADDRESS = { port: 8787, vars: { OAUTH_ISSUER_URL: "http://localhost:8787" } };

async function api(house: House, path: string, body: unknown): Promise<Record<string, string>> {
  const answer = await house.ostiary.fetch(`/admin/api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Admin-Token": house.ostiary.adminToken },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return (await answer.json()) as Record<string, string>;
}

/** A small organization with all that an administrator looks after. */
async function furnish(house: House): Promise<{ tool: string; dana: string }> {
  await api(house, "scopes", { name: "orders:read", description: "See your orders" });
  await api(house, "resources", {
    resource: "https://api.example.com/",
    name: "Orders",
    scope: "orders:read",
  });
  const weather = {
    name: "get_weather",
    description: "The weather of the next days in a city.",
    input_schema: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } },
      required: ["city"],
    },
    request: {
      method: "GET",
      url: "https://weather.example/forecast",
      query: { city: "{city}", days: "{days}" },
    },
  };
  const { id: tool = "" } = await api(house, "tools", weather);
  const mail = { method: "GET", url: "https://mail.example/messages" };
  const list = { name: "list_mail", description: "The newest messages.", request: mail };
  await api(house, "tools", list);
  await api(house, "tool-groups", { name: "office", tools: ["list_mail"] });
  await api(house, "providers", {
    id: "example",
    name: "Example Mail",
    issuer: "https://mail.example",
    client_id: "ostiary",
    client_secret: "a-secret-of-the-picture",
    scopes: "openid email mail:read",
  });
  const claims = { name: "Dana Miller", email: "dana@example.com", email_verified: true };
  const password = "correct horse battery staple";
  const { id: dana = "" } = await api(house, "users", {
    name: "dana",
    password,
    claims,
    tools: ["get_weather"],
  });
  await api(house, "users", { name: "erin", password });
  return { tool, dana };
}

async function open(house: House, { page }: Visitor, path: string): Promise<void> {
  await page.goto(`${house.ostiary.url.replace("127.0.0.1", "localhost")}${path}`);
  const token = page.locator("#token");
  if (!(await token.count())) return;
  await token.fill(house.ostiary.adminToken);
  await page.locator("#sign-in").click();
  await page.waitForURL((url) => url.pathname !== "/admin/login");
}

/** Much text makes a large file, so of some pages the top is enough. */
const HEIGHTS: Record<string, number> = { keys: 440, audit: 480, settings: 480 };
/** What matters on a page whose top is a form of search. */
const BELOW: Record<string, string> = { users: "#current-title", audit: "#events" };

async function take({ page }: Visitor, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  const height = HEIGHTS[name] ?? SIZE.height;
  const below = BELOW[name];
  if (below) await page.locator(below).evaluate((element) => element.scrollIntoView());
  await page.screenshot({ path, clip: { x: 0, y: 0, width: SIZE.width, height } });
  const { size } = statSync(path);
  assert.ok(size < 80_000, `${name} has ${size} bytes`);
  console.log(`${name}.png: ${size} bytes`);
}

async function administration(house: House, visitor: Visitor): Promise<void> {
  const { tool, dana } = await furnish(house);
  const pages = {
    admin: "/admin",
    user: `/admin/users/${dana}`,
    "client-new": "/admin/new/clients",
    scopes: "/admin/scopes",
    tool: `/admin/tools/${tool}`,
    provider: "/admin/providers/example",
    keys: "/admin/keys",
    settings: "/admin/settings",
  };
  for (const [name, path] of Object.entries(pages)) {
    await open(house, visitor, path);
    await take(visitor, name);
  }
  await open(house, visitor, "/users?q=dana");
  await press(visitor.page, `li:has(input[value="${dana}"]) button`);
  await take(visitor, "users");
}

/** What dana sees whom an app sends, and what is then in the audit log. */
async function consent(house: House, visitor: Visitor): Promise<void> {
  const client = await house.newClient({
    client_name: "Orders on your phone",
    redirect_uris: ["https://app.example.com/callback"],
    scope: "openid profile orders:read",
    public: true,
  } as never);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope: "openid profile orders:read",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  await open(house, visitor, `/oauth/authorize?${query}`);
  await visitor.signIn("dana", "a wrong one").catch(() => {});
  await visitor.signIn("dana", "correct horse battery staple");
  await visitor.page.locator("#approve").waitFor();
  await take(visitor, "consent");
}

mkdirSync(FOLDER, { recursive: true });
{
  const vars = { ...ADDRESS.vars, ADMIN_TOKEN: "" };
  const house = await openHouse({ ...ADDRESS, vars });
  const visitor = await house.visitor();
  await visitor.page.setViewportSize(SIZE);
  await open(house, visitor, "/setup");
  await take(visitor, "setup");
  await house.close();
}
const house = await openHouse(ADDRESS);
const visitor = await house.visitor();
await visitor.page.setViewportSize(SIZE);
await administration(house, visitor);
const person = await house.visitor();
await person.page.setViewportSize(SIZE);
await consent(house, person);
// The Queue hands its batch on after a few seconds.
await new Promise((resolve) => setTimeout(resolve, 7_000));
await open(house, visitor, "/admin/audit");
await take(visitor, "audit");
await house.close();
