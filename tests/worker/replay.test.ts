import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Client, demoServer, demoWeb, refused, tokensOf } from "./support/client.ts";
import { codeFor, LATER_MS, signedIn, sleep, startSeeded, tokensFor } from "./support/flow.ts";

const RETRY_WINDOW_SECONDS = 2;
const ostiary = await startSeeded({
  twin: true,
  vars: { REFRESH_RETRY_WINDOW_SECONDS: String(RETRY_WINDOW_SECONDS) },
});
after(() => ostiary.stop());
const alice = await signedIn(ostiary);

/** Checks that nothing of a grant is good any more, whichever Worker is asked. */
async function hasEnded(client: Client, refreshToken: string, ...accessTokens: string[]) {
  for (const server of [ostiary, ostiary.twin]) {
    for (const token of accessTokens)
      assert.equal(await demoServer.isActive(server, token), false, "an access token lives");
    await refused(await client.refresh(server, refreshToken), "invalid_grant");
  }
}

for (const client of [demoServer, demoWeb]) {
  test(`a code that ${client.id} redeems again after the first second ends its grant`, async () => {
    const code = await codeFor(alice, client);
    const first = await tokensOf(await client.redeem(ostiary, code));
    const second = await tokensOf(await client.refresh(ostiary, first.refresh_token));
    await sleep(LATER_MS);
    await refused(await client.redeem(ostiary.twin, code), "invalid_grant");
    await hasEnded(client, second.refresh_token, first.access_token, second.access_token);
  });

  test(`a refresh token of ${client.id} whose successor was used ends its grant`, async () => {
    const first = await tokensFor(ostiary, alice, client);
    const second = await tokensOf(await client.refresh(ostiary, first.refresh_token));
    const third = await tokensOf(await client.refresh(ostiary, second.refresh_token));
    await refused(await client.refresh(ostiary.twin, first.refresh_token), "invalid_grant");
    const issued = [first, second, third].map(({ access_token }) => access_token);
    await hasEnded(client, third.refresh_token, ...issued);
  });
}

test("a public client that repeats a refresh after the retry window loses its grant", async () => {
  const first = await tokensFor(ostiary, alice, demoWeb);
  const second = await tokensOf(await demoWeb.refresh(ostiary, first.refresh_token));
  await sleep(RETRY_WINDOW_SECONDS * 1_000 + LATER_MS);
  await refused(await demoWeb.refresh(ostiary, first.refresh_token), "invalid_grant");
  await hasEnded(demoWeb, second.refresh_token, first.access_token, second.access_token);
});

test("a confidential client may repeat a refresh long after, until its successor is used", async () => {
  const first = await tokensFor(ostiary, alice, demoServer);
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  await sleep(RETRY_WINDOW_SECONDS * 1_000 + LATER_MS);
  const again = await tokensOf(await demoServer.refresh(ostiary.twin, first.refresh_token));
  assert.equal(again.refresh_token, second.refresh_token);
  assert.equal(await demoServer.isActive(ostiary, again.access_token), true);
});

test("the end of one grant leaves the same person's other grants alone", async () => {
  const kept = await tokensFor(ostiary, alice, demoServer);
  const code = await codeFor(alice, demoServer);
  await tokensOf(await demoServer.redeem(ostiary, code));
  await sleep(LATER_MS);
  await refused(await demoServer.redeem(ostiary, code), "invalid_grant");
  assert.equal(await demoServer.isActive(ostiary, kept.access_token), true);
  await tokensOf(await demoServer.refresh(ostiary, kept.refresh_token));
});

test("an old refresh token is inactive when it is looked at, and looking ends nothing", async () => {
  const first = await tokensFor(ostiary, alice, demoServer);
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  const third = await tokensOf(await demoServer.refresh(ostiary, second.refresh_token));
  for (const old of [first, second])
    assert.equal(await demoServer.isActive(ostiary, old.refresh_token), false);
  assert.equal(await demoServer.isActive(ostiary, third.refresh_token), true);
  await tokensOf(await demoServer.refresh(ostiary, third.refresh_token));
});

test("an old refresh token that its client takes back ends the grant", async () => {
  const first = await tokensFor(ostiary, alice, demoServer);
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  assert.equal((await demoServer.revoke(ostiary, first.refresh_token)).status, 200);
  await hasEnded(demoServer, second.refresh_token, first.access_token, second.access_token);
});
