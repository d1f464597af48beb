/** Accounts at other providers: connected, used by a tool, disconnected. Each row has a person of its own. */
import { tokensOf } from "../support/client.ts";
import { codeFor, newPerson } from "../support/flow.ts";
import type { Prepared } from "../support/ostiary.ts";
import type { Person } from "../support/person.ts";
import { type Answer, json, ok, page, type Request } from "./requests.ts";
import { TOOL_SCOPES, type World } from "./world.ts";

/** Far beyond the five minutes before its end in which a token is renewed. */
const LIFETIME = 7 * 24 * 60 * 60;

export const BROKER_REQUESTS: Request[] = [
  page(
    "connect: page",
    ["DB", "PAGE_LIMITER"],
    async (w) => (await someone(w)).prepare("/connect/idp"),
    ok,
  ),
  page("connect: yes", ["DB", "PAGE_LIMITER"], async (w) => begin(await someone(w)), goesThere),
  page(
    "provider's answer",
    ["DB", "EVENTS", "PAGE_LIMITER"],
    async (w) => back(w, await someone(w)),
    isConnected,
  ),
  page("account page: connections", ["DB", "PAGE_LIMITER"], connectionsPage, ok),
  page("account: disconnect", ["DB", "EVENTS", "PAGE_LIMITER"], disconnect, isDone),
  json("connections: list", ["DB", "GRANTS"], listed, lists),
  json("call: connected", ["DB", "GRANTS", "OUTBOUND_LIMITER"], called, isCalled),
  json("call: renewed", ["DB", "GRANTS", "CONNECTIONS", "OUTBOUND_LIMITER"], renewed, isCalled),
];

/** Makes the provider known, and a tool that needs an account there. */
export async function prepareBroker(world: World): Promise<void> {
  await world.made("providers", {
    id: "idp",
    kind: "oauth",
    client_id: "us",
    client_secret: "a-secret-of-ours",
    scopes: "mail",
    authorization_endpoint: "https://idp.example/authorize",
    token_endpoint: "https://idp.example/token",
    userinfo_endpoint: "https://idp.example/user",
  });
  await world.made("tools", {
    name: "mail",
    request: { method: "GET", url: "https://tools.example/mail" },
    authentication: { connection: { provider: "idp", scopes: "mail" } },
    default_enabled: true,
  });
}

/** What the provider answers. */
export function idp(url: string): Response {
  if (url.endsWith("/user")) return Response.json({ sub: "somebody" });
  return Response.json({ access_token: "access", refresh_token: "refresh", expires_in: LIFETIME });
}

function someone(world: World): Promise<Person> {
  return newPerson(world.server);
}

async function begin(person: Person): Promise<Prepared> {
  return person.prepareForm(await person.get("/connect/idp"), {});
}

async function back(world: World, person: Person): Promise<Prepared> {
  const away = await world.server.send(await begin(person));
  const state = new URL(away.headers.get("Location") ?? "").searchParams.get("state");
  return person.prepare(`/oauth/callback/idp?code=the-code&state=${state}`);
}

/** Somebody whose account there is connected. */
async function connected(world: World): Promise<Person> {
  const person = await someone(world);
  await (await world.server.send(await back(world, person))).text();
  return person;
}

async function connectionsPage(world: World): Promise<Prepared> {
  return (await connected(world)).prepare("/account/connections");
}

async function disconnect(world: World): Promise<Prepared> {
  const person = await connected(world);
  const { html } = await person.get("/account/connections");
  const id = /\/account\/connections\/remove\?id=([\w-]+)/.exec(html)?.[1];
  return person.prepareForm(await person.get(`/account/connections/remove?id=${id}`), {});
}

async function bearing(world: World, person: Person, method: string, path: string) {
  const client = await world.client({ tools: true });
  const code = await codeFor(person, client, TOOL_SCOPES);
  const { access_token } = await tokensOf(await client.redeem(world.server, code));
  const headers = { Authorization: `Bearer ${access_token}`, "Content-Type": "application/json" };
  return { path, init: { method, headers, ...(method === "POST" && { body: "{}" }) } };
}

async function listed(world: World): Promise<Prepared> {
  return bearing(world, await connected(world), "GET", "/api/users/me/connections");
}

async function called(world: World): Promise<Prepared> {
  return bearing(world, await connected(world), "POST", "/api/tools/mail/call");
}

/** With a token that is over. */
async function renewed(world: World): Promise<Prepared> {
  const person = await connected(world);
  const { html } = await person.get("/account/connections");
  const id = /\/account\/connections\/remove\?id=([\w-]+)/.exec(html)?.[1];
  const database = await world.server.database("DB");
  const over = "UPDATE connections SET expires_at = updated_at WHERE id = ?";
  await database.prepare(over).bind(id).run();
  return bearing(world, person, "POST", "/api/tools/mail/call");
}

function goesThere({ status, location }: Answer): boolean {
  return status === 303 && location.startsWith("https://idp.example/authorize?");
}

function isConnected(answer: Answer): boolean {
  return ok(answer) && answer.body.includes("idp is connected");
}

function isDone({ status, location }: Answer): boolean {
  return status === 303 && location.includes("?done=");
}

function lists(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).connections[0]?.provider === "idp";
}

function isCalled(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).body === "found";
}
