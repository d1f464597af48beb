/** The pages of a person's account, each empty, full, with something wrong, and with what goes along said. */
import { createHash, randomUUID } from "node:crypto";
import { CODE, makeProvider } from "../../worker/support/agents.ts";
import { Client } from "../../worker/support/client.ts";
import { codeFor, tokensFor } from "../../worker/support/flow.ts";
import { Person } from "../../worker/support/person.ts";
import type { House } from "./house.ts";
import type { PageCase } from "./pages.ts";
import { press } from "./press.ts";
import { move, passwordLink, type Resident } from "./resident.ts";
import type { Visitor } from "./visitor.ts";

export const ACCOUNT_PAGES: PageCase[] = [
  { name: "account", template: "account", open: at("/account") },
  { name: "account-full", template: "account", open: at("/account", fill) },
  { name: "profile", template: "profile", open: at("/account/profile") },
  { name: "profile-wrong", template: "profile", statuses: [400], open: wrongProfile },
  { name: "profile-saved", template: "profile", open: savedProfile },
  { name: "password", template: "password", open: at("/account/password") },
  { name: "password-none", template: "password", open: withoutPassword },
  { name: "password-wrong", template: "password", statuses: [403], open: wrongPassword },
  { name: "password-different", template: "password", statuses: [400], open: differentPasswords },
  { name: "password-changed", template: "password", open: changedPassword },
  { name: "sessions", template: "sessions", open: at("/account/sessions") },
  { name: "sessions-full", template: "sessions", open: at("/account/sessions", signInElsewhere) },
  { name: "sessions-end", template: "confirm", open: at("/account/sessions/end") },
  { name: "apps-empty", template: "apps", open: at("/account/apps") },
  { name: "apps-full", template: "apps", open: at("/account/apps", letAppsIn) },
  { name: "apps-remove", template: "confirm", open: removeApp },
  { name: "tools-empty", template: "tools", open: withoutTools },
  { name: "tools-full", template: "tools", open: at("/account/tools", switchTools) },
  { name: "connections-empty", template: "connections", open: at("/account/connections") },
  { name: "connections-full", template: "connections", open: at("/account/connections", connect) },
  { name: "connections-remove", template: "confirm", open: removeConnection },
  {
    name: "connections-agents",
    template: "connections",
    open: at("/account/connections", connectForAgents),
  },
  { name: "agent-remove", template: "confirm", open: removeAgent },
  { name: "connect", template: "connect", open: at("/connect/example", offer) },
  { name: "connected-for-agent", template: "agent_connected", open: connectedForAgent },
  { name: "client", template: "client", open: at("/account/client") },
  { name: "client-wrong", template: "client", statuses: [400], open: wrongRedirectUri },
  { name: "client-new-secret", template: "confirm", open: at("/account/client/secret") },
  { name: "client-secret", template: "client_secret", open: newSecret },
  { name: "set-password", template: "set_password", open: setPassword },
  { name: "set-password-wrong", template: "set_password", statuses: [400], open: setPasswordWrong },
  { name: "set-password-done", template: "message", open: setPasswordDone },
  { name: "set-password-over", template: "message", statuses: [410], open: setPasswordOver },
  {
    name: "branded-account",
    template: "apps",
    vars: {
      BRAND_NAME: "The Long-Winded Example Company of Upper and Lower Bavaria, Limited",
      BRAND_COLOR: "#ffd400",
      TERMS_URL: "https://terms.example/",
    },
    open: at("/account/apps", letAppsIn),
  },
];

type Fill = (house: House, resident: Resident) => Promise<void>;

/** A page of somebody who has just moved in, after `fill`. */
function at(path: string, fill?: Fill): PageCase["open"] {
  return async (house, visitor) => {
    const resident = await move(house, visitor, path);
    if (!fill) return;
    await fill(house, resident);
    await visitor.page.goto(`${house.ostiary.url}${path}`);
  };
}

/** Fills fields in, presses the button, and waits for the page that answers. */
async function send({ page }: Visitor, fields: Record<string, string>, button: string) {
  for (const [id, text] of Object.entries(fields)) await page.locator(`#${id}`).fill(text);
  await press(page, button);
}

async function fill(house: House, resident: Resident): Promise<void> {
  await signInElsewhere(house, resident);
  await letAppsIn(house, resident);
}

/** In browsers of every kind, and at places with names of every length. */
async function signInElsewhere({ ostiary }: House, { name }: Resident): Promise<void> {
  const database = await ostiary.database("DB");
  const elsewhere: [string | null, string | null, number][] = [
    ["Firefox on Linux", "Amsterdam, NL", 600],
    ["Safari on iPhone", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch, GB", 7_200],
    [null, null, 36_000],
  ];
  for (const [device, place, ago] of elsewhere)
    await database
      .prepare(
        `INSERT INTO sessions (cookie_hash, sid, user_id, auth_time, created_at, last_seen_at, device, place)
         SELECT ?1, ?1, user_id, auth_time - ?2, sessions.created_at - ?2, last_seen_at - ?2, ?3, ?4
         FROM sessions JOIN users ON users.id = user_id WHERE users.name = ?5 LIMIT 1`,
      )
      .bind(randomUUID(), ago, device, place, name)
      .run();
}

/** Somebody who signs in by an account elsewhere only. */
async function withoutPassword(house: House, visitor: Visitor): Promise<void> {
  const { id } = await move(house, visitor, "/account/password");
  const database = await house.ostiary.database("DB");
  await database.prepare("UPDATE users SET password_hash = NULL WHERE id = ?1").bind(id).run();
  await visitor.page.reload();
  await visitor.page.locator("#no-password").waitFor();
}

/** One that may do much, one with a long name that came by itself, one that is only remembered. */
async function letAppsIn(house: House, { name, password }: Resident) {
  const { ostiary } = house;
  const person = new Person(ostiary);
  await person.signIn(name, password);
  const site = "https://photos.example/callback";
  const everything = "read:tools call:tools openid profile email offline_access";
  const made = await house.newClient({
    client_name: "Photo printer",
    redirect_uris: [site],
    scope: everything,
  });
  const printer = new Client(made.id, site, made.secret);
  await printer.redeem(ostiary, await codeFor(person, printer, everything));
  await tokensFor(ostiary, person, await registered(ostiary));
  const other = await house.newClient({ client_name: "Calendar", redirect_uris: [site] });
  const calendar = new Client(other.id, site, other.secret);
  const { refresh_token } = await tokensFor(ostiary, person, calendar);
  await calendar.revoke(ostiary, refresh_token);
}

async function registered(ostiary: House["ostiary"]): Promise<Client> {
  const redirectUri = "https://by-itself.example/callback";
  const answer = await ostiary.fetch("/oauth/register", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: `${"Donaudampfschifffahrtsgesellschaft".repeat(2)} <b>`,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
      scope: "read:tools",
    }),
  });
  const { client_id } = (await answer.json()) as { client_id: string };
  return new Client(client_id, redirectUri);
}

/** A provider that people may connect to; another test of this house may have made it. */
async function offer({ ostiary }: House): Promise<void> {
  await ostiary.fetch("/admin/api/providers", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Admin-Token": ostiary.adminToken },
    body: JSON.stringify({
      id: "example",
      name: `Example ${"Donaudampfschifffahrtsgesellschaft".repeat(2)}`,
      issuer: "https://idp.example",
      client_id: "us",
      client_authentication: "none",
      scopes: "openid email https://idp.example/auth/a-scope-with-a-long-name.readonly",
    }),
  });
}

/** One that is in use, and one that must be connected again. */
async function connect(house: House, { name }: Resident): Promise<void> {
  await offer(house);
  const database = await house.ostiary.database("DB");
  for (const [provider, status] of [
    ["example", "active"],
    ["gone", "needs_authorization"],
  ])
    await database
      .prepare(
        `INSERT INTO connections (id, user_id, provider_id, provider_user_id, email, scopes, tokens, expires_at, status,
         created_at, updated_at, last_used_at)
         SELECT ?1, id, ?2, 'there', 'me@example.com', 'openid email', '', created_at + 3600, ?3, created_at, created_at,
         created_at FROM users WHERE name = ?4`,
      )
      .bind(randomUUID(), provider, status, name)
      .run();
}

/** Agents, of which one has an account, and one calls itself as long as it may. */
async function connectForAgents(house: House, resident: Resident): Promise<void> {
  await connect(house, resident);
  const database = await house.ostiary.database("DB");
  const long = `agent-${"x".repeat(122)}`;
  for (const agent of ["mail-bot", long])
    await database
      .prepare(
        "INSERT INTO agents (user_id, agent_id, created_at, last_seen_at) VALUES (?1, ?2, 0, 0)",
      )
      .bind(resident.id, agent)
      .run();
  await database
    .prepare("UPDATE connections SET agent_id = ?2 WHERE user_id = ?1 AND provider_id = 'gone'")
    .bind(resident.id, long)
    .run();
}

async function removeAgent(house: House, visitor: Visitor): Promise<void> {
  await at("/account/connections", connectForAgents)(house, visitor);
  await visitor.page.locator("#remove-agent-2").click();
  await visitor.page.waitForURL(/agent\?id=/);
}

/** The page after somebody said yes to an agent, here and at the provider, whose own page is not part of this. */
async function connectedForAgent(house: House, visitor: Visitor): Promise<void> {
  const { ostiary } = house;
  const { id } = await move(house, visitor, "/account");
  const database = await ostiary.database("DB");
  if (!(await database.prepare("SELECT id FROM providers WHERE id = 'mail'").first()))
    await makeProvider(ostiary, "mail");
  const ticket = randomUUID();
  const hash = createHash("sha256").update(ticket).digest("base64url");
  await database
    .prepare(
      "INSERT INTO agents (user_id, agent_id, created_at, last_seen_at) VALUES (?1, 'bot', 0, 0)",
    )
    .bind(id)
    .run();
  await database
    .prepare(
      `INSERT INTO connect_states (hash, user_id, agent_id, provider_id, scopes, expires_at)
       VALUES (?1, ?2, 'bot', 'mail', 'mail:read', 4000000000)`,
    )
    .bind(hash, id)
    .run();
  const { page } = visitor;
  await page.route("https://mail.example/**", (route) => route.fulfill({ body: "The provider" }));
  await page.goto(`${ostiary.url}/connect/mail?ticket=${ticket}`);
  await page.locator("#connect").click();
  await page.waitForURL("https://mail.example/**");
  const state = new URL(page.url()).searchParams.get("state") ?? "";
  const answer = new URLSearchParams({ code: CODE, state });
  await page.goto(`${ostiary.url}/oauth/callback/mail?${answer}`);
}

/** Other tests of this house make tools, so they are hidden. */
async function withoutTools(house: House, visitor: Visitor): Promise<void> {
  const database = await house.ostiary.database("DB");
  await database.prepare("DELETE FROM tools").run();
  await move(house, visitor, "/account/tools");
}

/** Tools and groups of every state. */
async function switchTools({ ostiary }: House, { id }: Resident): Promise<void> {
  const request = { method: "GET", url: "https://tools.example/" };
  const input_schema = { type: "object" };
  const description = `What a tool says of itself may be long. ${"It goes on and on. ".repeat(8)}`;
  const names = [
    "weather",
    "air",
    "tides",
    "a_tool_with_the_longest_name_that_there_may_be_anywhere",
  ];
  for (const name of names) await admin("tools", { name, description, input_schema, request });
  await admin("tool-groups", { name: "outdoors", tools: ["air", "tides"], description });
  await admin("tool-groups", { name: "nothing", tools: [] });
  const database = await ostiary.database("DB");
  for (const [name, on] of [
    ["weather", 1],
    ["tides", 0],
  ] as const)
    await database
      .prepare(
        "INSERT INTO user_tools (user_id, tool_id, enabled) SELECT ?1, id, ?3 FROM tools WHERE name = ?2",
      )
      .bind(id, name, on)
      .run();
  await database
    .prepare(
      "INSERT INTO user_tool_groups (user_id, group_id, enabled) SELECT ?1, id, 1 FROM tool_groups WHERE name = 'outdoors'",
    )
    .bind(id)
    .run();

  /** Those that are there already, from the page's other form, stay. */
  async function admin(path: string, body: unknown): Promise<void> {
    await ostiary.fetch(`/admin/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Admin-Token": ostiary.adminToken },
      body: JSON.stringify(body),
    });
  }
}

async function removeApp(house: House, visitor: Visitor): Promise<void> {
  await at("/account/apps", letAppsIn)(house, visitor);
  await visitor.page.locator("#remove-2").click();
  await visitor.page.locator("#confirm-form").waitFor();
}

async function removeConnection(house: House, visitor: Visitor): Promise<void> {
  await at("/account/connections", connect)(house, visitor);
  await visitor.page.locator("#remove-1").click();
  await visitor.page.locator("#confirm-form").waitFor();
}

async function wrongProfile(house: House, visitor: Visitor): Promise<void> {
  await move(house, visitor, "/account/profile");
  const wrong = {
    email: "alice@localhost",
    birthdate: "yesterday",
    phone_number: "none",
    locale: "English",
  };
  await send(visitor, { ...wrong, name: "Alice Liddell" }, "#save");
}

async function savedProfile(house: House, visitor: Visitor): Promise<void> {
  await move(house, visitor, "/account/profile");
  await send(visitor, { name: "Alice Liddell", email: "alice@example.com" }, "#save");
  await visitor.page.locator("#done").waitFor();
}

async function wrongPassword(house: House, visitor: Visitor): Promise<void> {
  await move(house, visitor, "/account/password");
  await send(visitor, passwords("not the one"), "#save");
}

async function differentPasswords(house: House, visitor: Visitor): Promise<void> {
  const { password } = await move(house, visitor, "/account/password");
  await send(visitor, { ...passwords(password), repeat_password: "something else" }, "#save");
}

async function changedPassword(house: House, visitor: Visitor): Promise<void> {
  const { password } = await move(house, visitor, "/account/password");
  await send(visitor, passwords(password), "#save");
  await visitor.page.locator("#done").waitFor();
}

function passwords(current: string): Record<string, string> {
  const next = "a new one, long enough";
  return { current_password: current, new_password: next, repeat_password: next };
}

async function wrongRedirectUri(house: House, visitor: Visitor): Promise<void> {
  await move(house, visitor, "/account/client");
  const typed = "https://agent.example/callback\nhttp://not-this-machine.example/callback";
  await send(visitor, { redirect_uris: typed }, "#save");
}

async function newSecret(house: House, visitor: Visitor): Promise<void> {
  await move(house, visitor, "/account/client/secret");
  await visitor.page.locator("#confirm").click();
  await visitor.page.locator("#client-secret").waitFor();
}

async function openLink(house: House, visitor: Visitor): Promise<string> {
  const url = await passwordLink(house);
  await visitor.page.goto(url);
  return url;
}

async function setPassword(house: House, visitor: Visitor): Promise<void> {
  await openLink(house, visitor);
}

async function setPasswordWrong(house: House, visitor: Visitor): Promise<void> {
  await openLink(house, visitor);
  const typed = { new_password: "long enough", repeat_password: "long enoughh" };
  await send(visitor, typed, "#save");
}

async function setPasswordDone(house: House, visitor: Visitor): Promise<void> {
  await openLink(house, visitor);
  await send(visitor, { new_password: "long enough", repeat_password: "long enough" }, "#save");
  await visitor.page.locator("#message-title").waitFor();
}

async function setPasswordOver(house: House, visitor: Visitor): Promise<void> {
  const { ostiary } = house;
  const url = await passwordLink(house);
  const database = await ostiary.database("DB");
  await database.prepare("DELETE FROM password_tickets").run();
  await visitor.page.goto(url);
}
