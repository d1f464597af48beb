import assert from "node:assert/strict";
import { after, test } from "node:test";
import { demoServer, lineageOf, refused, type Tokens, tokensOf } from "./support/client.ts";
import { codeFor, eventually, LATER_MS, signedIn, sleep, startSeeded } from "./support/flow.ts";
import { ObjectInside, PEEK } from "./support/objects.ts";
import { Person } from "./support/person.ts";
import { rounds } from "./support/rounds.ts";

const DAY = 86_400;
/** So many failures of one address cost nothing; then each costs 2, 4, 8… seconds. */
const FREE = 4;
/** Of the minute that an access token lives, so much is left for what must happen while it does. */
const LEFT_SECONDS = 30;
const ostiary = await startSeeded({ entry: PEEK, vars: { ACCESS_TOKEN_EXPIRE_MINUTES: "1" } });
after(() => ostiary.stop());

async function newGrant(): Promise<{ tokens: Tokens; inside: ObjectInside }> {
  const alice = await signedIn(ostiary);
  const tokens = await tokensOf(await demoServer.redeem(ostiary, await codeFor(alice, demoServer)));
  return { tokens, inside: ObjectInside.ofGrant(ostiary, tokens.access_token) };
}

test("a grant taken out of memory between any two requests goes on where it was", async () => {
  const alice = await signedIn(ostiary);
  const code = await codeFor(alice, demoServer);
  const first = await tokensOf(await demoServer.redeem(ostiary, code));
  const inside = ObjectInside.ofGrant(ostiary, first.access_token);
  const lives = new Set<number>();
  const evicted = async () => {
    lives.add((await inside.look()).life);
    await inside.evict();
  };

  await evicted();
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  await evicted();
  const again = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  assert.equal(again.refresh_token, second.refresh_token);
  await evicted();
  assert.equal(await demoServer.isActive(ostiary, second.access_token), true);
  await evicted();
  assert.equal((await demoServer.revoke(ostiary, first.access_token)).status, 200);
  await evicted();
  assert.equal(await demoServer.isActive(ostiary, first.access_token), false);
  assert.equal(await demoServer.isActive(ostiary, second.access_token), true);
  await evicted();
  await sleep(LATER_MS);
  await refused(await demoServer.redeem(ostiary, code), "invalid_grant");
  await evicted();
  assert.equal(await demoServer.isActive(ostiary, second.access_token), false, "it was a replay");
  await refused(await demoServer.refresh(ostiary, second.refresh_token), "invalid_grant");
  assert.equal(lives.size, 7, "each was a life of its own");
});

test("a grant taken out of memory in the middle of refreshes gives each token one successor", async (t) => {
  const { tokens, inside } = await newGrant();
  let held = tokens.refresh_token;
  let unanswered = 0;
  for (let generation = 2; generation < 2 + rounds(100); generation += 1) {
    const refreshes = Array.from({ length: 5 }, async (_, n) => {
      await sleep(n);
      return demoServer.refresh(ostiary, held);
    });
    await sleep(Math.random() * 6);
    await inside.evict();
    for (const answer of await Promise.all(refreshes)) {
      if (answer.status === 503) unanswered += 1;
      else assert.equal(lineageOf((await tokensOf(answer)).access_token).generation, generation);
    }
    const successor = await tokensOf(await demoServer.refresh(ostiary, held));
    assert.equal(lineageOf(successor.access_token).generation, generation);
    held = successor.refresh_token;
  }
  t.diagnostic(`${unanswered} refreshes got no answer`);
});

test("a login guard taken out of memory remembers who guessed", async () => {
  const stranger = new Person(ostiary, "192.0.2.77");
  // Until the delay is 64 s, so that the try after the eviction is surely within it.
  for (let failures = 0; failures < 10; failures += 1) {
    if (failures > FREE) await ostiary.advance(60);
    assert.equal((await stranger.signIn("bob", "wrong")).status, 403);
  }
  const inside = ObjectInside.ofAccount(ostiary, "bob");
  const before = await inside.look();
  await inside.evict();
  assert.equal((await stranger.signIn("bob", "wrong")).status, 429);
  const after = await inside.look();
  assert.deepEqual(after.state, before.state);
  assert.notEqual(after.life, before.life);
});

test("an alarm that goes off early changes nothing and sets itself again", async () => {
  const { inside } = await newGrant();
  const before = await inside.look();
  const after = await inside.ring();
  assert.ok(before.state?.live);
  assert.deepEqual(after.state, before.state);
  const days = ((after.alarm ?? 0) - Date.now()) / 1000 / DAY;
  assert.ok(days > 29.9 && days < 30.1, `${days} days, the time after which an unused grant ends`);
});

test("a grant that has ended removes itself when its last token is over", async () => {
  const { tokens, inside } = await newGrant();
  await ostiary.advance(60 - LEFT_SECONDS);
  await demoServer.revoke(ostiary, tokens.refresh_token);
  const tombstone = await inside.look();
  assert.ok(tombstone.state?.ended && tombstone.alarm, JSON.stringify(tombstone));
  await eventually("nothing is left", async () => {
    const { state, alarm } = await inside.look();
    return state === null && alarm === null ? true : undefined;
  });
  await refused(await demoServer.refresh(ostiary, tokens.refresh_token), "invalid_grant");
});

test("a grant that nobody used for too long is gone once its alarm goes off, and so is what a guard remembered", async () => {
  const { inside } = await newGrant();
  const guard = ObjectInside.ofAccount(ostiary, "alice");
  assert.ok((await guard.look()).state);
  await ostiary.advance(31 * DAY);
  const { state, alarm } = await inside.ring();
  assert.deepEqual([state, alarm], [null, null]);
  assert.ok((await guard.ring()).state, "who signed in is known for 90 days");
  await ostiary.advance(60 * DAY);
  assert.equal((await guard.ring()).state, null);
});
