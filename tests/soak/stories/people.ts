/** People who sign in, let apps in or don't, and what those apps do then. */
import assert from "node:assert/strict";
import { type Code, refused, tokensOf } from "../../worker/support/client.ts";
import { LATER_MS, sleep } from "../../worker/support/flow.ts";
import { Person } from "../../worker/support/person.ts";
import type { Chain } from "../support/chain.ts";
import { chance, pick, weighted } from "../support/chance.ts";
import type { Account, App, World } from "../support/world.ts";

/** Somebody signs in, an app gets a code, and something becomes of it. */
export function visit(world: World): Promise<void> {
  return world.borrow(async (account) => {
    if (account.known && chance(0.2)) await mistype(world, account);
    const person = await world.signedIn(account);
    const app = pick(world.apps);
    if (!app.remembers && chance(0.25)) await deny(world, person, app);
    else await weighted(courses).run(world, app, await world.codeFor(person, account, app));
    if (chance(0.5)) await signOut(person);
  });
}

/** An app without refresh tokens: its grant ends with the access token, and nobody ends it before. */
export function brief(world: World): Promise<void> {
  return world.borrow(async (account) => {
    const person = await world.signedIn(account);
    const code = await world.codeFor(person, account, world.brief);
    const tokens = await tokensOf(await world.brief.client.redeem(world.server, code));
    assert.equal(tokens.refresh_token, undefined);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    const answer = await world.server.fetch("/api/oauth/clients/me", { headers });
    assert.equal(answer.status, 200);
  });
}

async function mistype(world: World, account: Account): Promise<void> {
  const page = await new Person(world.server, account.address).signIn(account.name, "mistyped");
  assert.equal(page.status, 403, "a wrong password");
}

async function deny(world: World, person: Person, app: App): Promise<void> {
  const request = app.client.request();
  const page = await person.get(request.path);
  assert.equal(page.status, 200, "this app always asks");
  const no = await person.submit(page, { action: "deny" });
  const answer = new URL(no.location, world.server.url);
  assert.equal(answer.searchParams.get("error"), "access_denied");
  assert.equal(answer.searchParams.get("state"), request.state);
  const back = await person.submit(page, { action: "approve" });
  assert.equal(back.status, 409, "the first answer stands");
}

async function signOut(person: Person): Promise<void> {
  const account = await person.get("/account");
  assert.equal(account.status, 200, "the session stands");
  assert.equal((await person.submit(account, {})).location, "/logout");
  assert.equal((await person.get("/account")).status, 303, "the session ended");
}

/** What may become of a code. */
const courses: { weight: number; run: (world: World, app: App, code: Code) => Promise<void> }[] = [
  { weight: 6, run: useAndRevoke },
  { weight: 3, run: useAndLeave },
  { weight: 2, run: replayCode },
  { weight: 2, run: replayToken },
  { weight: 2, run: redeemAtOnce },
  { weight: 1, run: misuse },
  { weight: 1, run: async () => {} }, // nobody ever comes for it
];

async function useAndRevoke(world: World, app: App, code: Code): Promise<void> {
  const chain = await world.redeem(app, code);
  await use(chain);
  await chain.revoke();
}

async function useAndLeave(world: World, app: App, code: Code): Promise<void> {
  const chain = await world.redeem(app, code);
  await use(chain);
  const oldest = world.lounge.leave(chain);
  await oldest?.isAlive();
  await oldest?.revoke();
}

async function replayToken(world: World, app: App, code: Code): Promise<void> {
  await (await world.redeem(app, code)).replay();
}

async function replayCode(world: World, app: App, code: Code): Promise<void> {
  const chain = await world.redeem(app, code);
  await chain.refresh();
  await sleep(LATER_MS);
  await refused(await app.client.redeem(world.server, code), "invalid_grant");
  await chain.hasEnded();
}

/** However many come for a code at once, one gets it. */
async function redeemAtOnce(world: World, app: App, code: Code): Promise<void> {
  const answers = await Promise.all([1, 2, 3].map(() => app.client.redeem(world.server, code)));
  const good = answers.filter(({ status }) => status === 200);
  assert.equal(good.length, 1, `${good.length} of three redemptions of one code succeeded`);
  const [first] = await Promise.all(good.map(tokensOf));
  for (const answer of answers) if (answer.status !== 200) await refused(answer, "invalid_grant");
  // One that came more than a second after the first was a replay and has ended the grant.
  assert.equal((await app.client.revoke(world.server, first?.refresh_token ?? "")).status, 200);
}

/** A code is not used up by those who lack its verifier, or are another client. */
async function misuse(world: World, app: App, code: Code): Promise<void> {
  const forged = { ...code, verifier: "A".repeat(43) };
  await refused(await app.client.redeem(world.server, forged), "invalid_grant");
  const { client: other } = pick(world.apps.filter((one) => one !== app));
  await refused(await other.redeem(world.server, code), "invalid_grant");
  const chain = await world.redeem(app, code);
  await refused(await other.refresh(world.server, chain.held.refresh_token), "invalid_grant");
  await chain.isAlive();
  await chain.revoke();
}

/** Some of what apps do with a grant. */
export async function use(chain: Chain): Promise<void> {
  for (let n = Math.floor(Math.random() * 4); n > 0; n -= 1)
    await pick([
      () => chain.refresh(),
      () => chain.refreshAtOnce(3),
      () => chain.retry(),
      () => chain.isAlive(),
      () => chain.revokeAccess(),
    ])();
}
