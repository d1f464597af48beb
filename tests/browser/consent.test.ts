import assert from "node:assert/strict";
import { after, test } from "node:test";
import { playSite } from "./support/client.ts";
import { openHouse } from "./support/house.ts";

const house = await openHouse();
after(() => house.close());
const { ostiary } = house;

test("consent says who asks, for what, as whom, to where; a yes is a code that can be redeemed", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = house.demoWeb();
  const request = client.request(ostiary, "read:tools call:tools");
  await page.goto(request.url);
  await visitor.signIn("alice", "alice");

  assert.match((await page.locator("#client-name").textContent()) ?? "", /Demo web/);
  assert.equal(await page.locator("#signed-in-as").textContent(), "alice");
  assert.deepEqual((await page.locator("#scopes code").allTextContents()).sort(), [
    "call:tools",
    "read:tools",
  ]);
  assert.equal(
    await page.locator("#destination").textContent(),
    new URL(house.app.origin).hostname,
  );
  assert.equal(client.answers.length, 0, "nothing is sent before the answer");

  await page.locator("#approve").click();
  await page.waitForURL(/\/callback/);
  const answer = client.answerTo(request);
  assert.equal(answer.get("iss"), ostiary.url);
  const token = await client.redeem(ostiary, request, answer);
  assert.equal(token.status, 200);
  assert.equal(((await token.json()) as { scope: string }).scope, "read:tools call:tools");
});

test("a no is access_denied, and no code", async () => {
  await using visitor = await house.visitor();
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await visitor.page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await visitor.page.locator("#deny").click();
  await visitor.page.waitForURL(/\/callback/);
  const answer = client.answerTo(request);
  assert.equal(answer.get("error"), "access_denied");
  assert.equal(answer.get("iss"), ostiary.url);
  assert.equal(answer.get("code"), null);
});

test("a yes to a site is remembered until the site wants more", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = house.demoServer();
  await playSite(page, client);

  const first = client.request(ostiary);
  await page.goto(first.url);
  await visitor.signIn("alice", "alice");
  assert.match((await page.locator("#remembered").textContent()) ?? "", /is remembered/);
  assert.equal(await page.locator("#device-warning").count(), 0);
  await page.locator("#approve").click();
  await page.waitForURL(/^https:\/\/server\.example\/callback/);
  assert.equal((await client.redeem(ostiary, first, client.answerTo(first))).status, 200);

  const again = client.request(ostiary);
  await page.goto(again.url);
  await page.waitForURL(/^https:\/\/server\.example\/callback/);
  assert.equal((await client.redeem(ostiary, again, client.answerTo(again))).status, 200);

  const more = client.request(ostiary, "read:tools call:tools");
  await page.goto(more.url);
  await page.locator("#deny").click();
  await page.waitForURL(/^https:\/\/server\.example\/callback/);
  assert.equal(client.answerTo(more).get("error"), "access_denied");
});

test("a program on this device is asked about each time, with a warning", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = house.demoWeb();
  for (const round of ["first", "again"]) {
    const request = client.request(ostiary);
    await page.goto(request.url);
    if (round === "first") await visitor.signIn("alice", "alice");
    assert.match((await page.locator("#device-warning").textContent()) ?? "", /on your device/);
    assert.match((await page.locator("#remembered").textContent()) ?? "", /not remembered/);
    await page.locator("#approve").click();
    await page.waitForURL(/\/callback/);
    assert.ok(client.answerTo(request).get("code"), round);
  }
});

test("another account can be used, and it is that one whose token the client gets", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await page.locator("#switch-account").click();
  await visitor.signIn("bob", "bob");
  assert.equal(await page.locator("#signed-in-as").textContent(), "bob");
  await page.locator("#approve").click();
  await page.waitForURL(/\/callback/);
  const answer = await client.redeem(ostiary, request, client.answerTo(request));
  const { access_token } = (await answer.json()) as { access_token: string };
  const claims = JSON.parse(Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString());
  const bob = await (await ostiary.database("DB"))
    .prepare("SELECT id FROM users WHERE name = 'bob'")
    .first("id");
  assert.equal(claims.sub, bob);
});
