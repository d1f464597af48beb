/** Who somebody is: apps that ask, apps that sign people out, and people who sign in by an account elsewhere. */
import { Client, claimsOf, tokensOf } from "../support/client.ts";
import { codeFor, newPerson } from "../support/flow.ts";
import type { Prepared } from "../support/ostiary.ts";
import type { Person } from "../support/person.ts";
import { type Answer, json, ok, page, type Request, signsIn } from "./requests.ts";
import { newName, type World } from "./world.ts";

const AFTERWARDS = "https://app.example/goodbye";
const REDIRECT_URI = "https://app.example/callback";

export const IDENTITY_REQUESTS: Request[] = [
  json("token: code, openid", ["DB", "CODES", "GRANTS"], code, hasIdToken),
  json("userinfo", ["DB", "GRANTS"], userinfo, tellsWho),
  page(
    "client's logout: hint",
    ["DB", "GRANTS", "LOGOUTS", "EVENTS", "PAGE_LIMITER"],
    logout,
    goesToTheClient,
  ),
  page(
    "elsewhere: to",
    ["DB", "LOGIN_LIMITER", "PAGE_LIMITER"],
    (w) => to(w.stranger()),
    goesThere,
  ),
  page("elsewhere: back", ["DB", "EVENTS", "PAGE_LIMITER"], back, signsIn),
  page("account: link", ["DB", "LOGIN_LIMITER", "PAGE_LIMITER"], link, goesThere),
];

/** Lets people sign in at the provider of broker.ts, and alice as who everybody is there. */
export async function prepareIdentity(world: World): Promise<void> {
  const allow = world.admin("PATCH", "providers/idp", { sign_in: true });
  await (await world.server.send(allow)).text();
  const database = await world.server.database("DB");
  await database
    .prepare(
      `INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, created_at)
       SELECT 'i', id, 'idp', 'https://idp.example/user', 'somebody', 0 FROM users WHERE name = 'alice'`,
    )
    .run();
}

/** An app that wants to know who is there, and is told when they go. */
async function app(world: World): Promise<Client> {
  const made = await world.made("clients", {
    client_name: newName(),
    redirect_uris: [REDIRECT_URI],
    scope: "openid",
    first_party: true,
    consent_policy: "skip",
    post_logout_redirect_uris: [AFTERWARDS],
    backchannel_logout_uri: "https://logo.example/signed-out",
  });
  return new Client(String(made.client_id), REDIRECT_URI, String(made.client_secret));
}

/** Tokens of somebody new, who signs out by them. */
async function tokens(world: World, person: Person) {
  const client = await app(world);
  const given = await client.redeem(world.server, await codeFor(person, client, "openid"));
  return { client, ...((await tokensOf(given)) as { access_token: string; id_token?: string }) };
}

async function code(world: World): Promise<Prepared> {
  const client = await app(world);
  return client.redemption(await codeFor(world.alice, client, "openid"));
}

async function userinfo(world: World): Promise<Prepared> {
  const { access_token } = await tokens(world, world.alice);
  const headers = { Authorization: `Bearer ${access_token}` };
  return { path: "/oauth/userinfo", init: { headers } };
}

async function logout(world: World): Promise<Prepared> {
  const person = await newPerson(world.server);
  const { client, id_token = "" } = await tokens(world, person);
  const query = new URLSearchParams({
    client_id: client.id,
    id_token_hint: id_token,
    post_logout_redirect_uri: AFTERWARDS,
  });
  return person.prepare(`/oauth/logout?${query}`);
}

async function to(person: Person): Promise<Prepared> {
  return person.prepareForm(await person.get("/login"), { provider: "idp" });
}

async function back(world: World): Promise<Prepared> {
  const person = world.stranger();
  const away = await person.submit(await person.get("/login"), { provider: "idp" });
  const state = new URL(away.location).searchParams.get("state");
  return person.prepare(`/oauth/callback/idp?code=the-code&state=${state}`);
}

/** The form that links an account for signing in. */
async function link(world: World): Promise<Prepared> {
  const person = await newPerson(world.server);
  return person.prepareForm(await person.get("/account/connections"), { provider: "idp" });
}

function hasIdToken(answer: Answer): boolean {
  return ok(answer) && Boolean(claimsOf(JSON.parse(answer.body).id_token).sub);
}

function tellsWho(answer: Answer): boolean {
  return ok(answer) && Boolean(JSON.parse(answer.body).sub);
}

function goesToTheClient({ status, location }: Answer): boolean {
  return status === 303 && location === AFTERWARDS;
}

function goesThere({ status, location }: Answer): boolean {
  return status === 303 && location.startsWith("https://idp.example/authorize?");
}
