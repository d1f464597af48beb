/** An app that wants to know who is there, and people who sign in by an account elsewhere. */
import assert from "node:assert/strict";
import { claimsOf, refused } from "../../worker/support/client.ts";
import { type Page, Person } from "../../worker/support/person.ts";
import type { Chain } from "../support/chain.ts";
import { chance } from "../support/chance.ts";
import { type Account, AFTERWARDS, type World } from "../support/world.ts";

/** Somebody comes to the portal, which learns who they are, and is told when they go. */
export function identity(world: World): Promise<void> {
  return world.borrow(async (account) => {
    const person = await (chance(0.3) ? signedInElsewhere : signedIn)(world, account);
    const chain = await world.redeem(
      world.portal,
      await world.codeFor(person, account, world.portal),
    );
    await chain.isAlive();
    await isKnown(world, chain);
    const { sid } = claimsOf(chain.idToken);
    await (chance(0.5) ? leaveByTheApp(world, person, chain) : leave(world, person));
    await refused(
      await chain.client.refresh(world.server, chain.held.refresh_token),
      "invalid_grant",
    );
    await chain.hasEnded();
    assert.ok(await world.elsewhere.isTold(String(sid)), "the app was not told of the sign-out");
  });
}

function signedIn(world: World, account: Account): Promise<Person> {
  return world.signedIn(account);
}

/** The ID token and UserInfo say the same of the same person, as often as it is asked. */
async function isKnown({ server }: World, chain: Chain): Promise<void> {
  const { sub, iss, aud } = claimsOf(chain.idToken);
  assert.deepEqual([iss, aud], [server.url, chain.client.id]);
  const headers = { Authorization: `Bearer ${chain.held.access_token}` };
  for (const method of ["GET", "POST"]) {
    const answer = await server.fetch("/oauth/userinfo", { method, headers });
    const told = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual([answer.status, told.sub], [200, sub]);
  }
}

async function leave(world: World, person: Person): Promise<void> {
  assert.equal((await person.submit(await person.get("/account"), {})).location, "/logout");
  await isOut(world, person);
}

async function leaveByTheApp(world: World, person: Person, chain: Chain): Promise<void> {
  const query = new URLSearchParams({
    id_token_hint: chain.idToken,
    post_logout_redirect_uri: AFTERWARDS,
    state: "here",
  });
  const { status, location } = await person.get(`/oauth/logout?${query}`);
  assert.deepEqual([status, location], [303, `${AFTERWARDS}?state=here`]);
  await isOut(world, person);
}

async function isOut(_world: World, person: Person): Promise<void> {
  assert.equal((await person.get("/account")).status, 303, "the session ended");
}

/** By the account at the provider that they linked the first time. */
async function signedInElsewhere(world: World, account: Account): Promise<Person> {
  if (!account.isLinked) await link(world, account);
  const person = new Person(world.server, account.address);
  const login = await person.get("/login");
  const done = await comeBack(person, await person.submit(login, { provider: "mail" }), account);
  assert.deepEqual([done.status, done.location], [303, "/account"], done.html);
  return person;
}

async function link(world: World, account: Account): Promise<void> {
  const person = await world.signedIn(account);
  const page = await person.get("/account/connections");
  const away = await person.submit(page, { provider: "mail" });
  const done = await comeBack(person, away, account);
  assert.equal(done.location, "/account/connections?done=linked", done.html);
  world.keeps("user_identities", account.name);
  account.isLinked = true;
}

/** The person was sent to the provider, which sends them back as who they are there. */
export async function comeBack(person: Person, away: Page, account: Account): Promise<Page> {
  assert.equal(away.status, 303, away.html);
  const there = new URL(away.location).searchParams;
  const answer = { code: `${account.name} there`, state: there.get("state") ?? "" };
  const { pathname } = new URL(there.get("redirect_uri") ?? "");
  return person.get(`${pathname}?${new URLSearchParams(answer)}`);
}
