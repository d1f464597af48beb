import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openHouse } from "./support/house.ts";

const house = await openHouse();
after(() => house.close());

const alert = "#login-problem[role=alert]";

test("a person signs in, sees who they are, and signs out for good", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await page.goto(`${house.ostiary.url}/account`);
  assert.equal(await page.locator("#cancel").count(), 0, "nobody waits for an answer");
  await visitor.signIn("alice", "alice");
  assert.equal(await page.locator("#signed-in-as").textContent(), "alice");
  assert.equal(new URL(page.url()).pathname, "/account");

  await page.locator("#sign-out").click();
  assert.match((await page.locator("#message-text").textContent()) ?? "", /You are signed out\./);

  await page.goto(`${house.ostiary.url}/account`);
  assert.equal(await page.locator("#login-form").count(), 1);
});

test("a wrong password and an unknown name are refused by the same words", async () => {
  await using visitor = await house.visitor();
  visitor.expect(403);
  const { page } = visitor;
  for (const name of ["alice", "nobody"]) {
    await page.goto(`${house.ostiary.url}/login`);
    await visitor.signIn(name, "wrong");
    assert.equal(await page.locator(alert).textContent(), "That name or password is not right.");
    assert.equal(await page.locator("#username").inputValue(), name);
    assert.equal(await page.locator("#password").inputValue(), "");
    assert.equal(await page.locator("#password:focus[aria-describedby=login-problem]").count(), 1);
    assert.match(await page.title(), /^Error/);
  }
});

test("after a wrong password the right one still leads to the client", async () => {
  await using visitor = await house.visitor();
  visitor.expect(403);
  const client = house.demoWeb();
  const request = client.request(house.ostiary);
  await visitor.page.goto(request.url);
  await visitor.signIn("alice", "wrong");
  await visitor.page.locator(alert).waitFor();
  await visitor.signIn("alice", "alice");
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(/\/callback/);
  assert.ok(client.answerTo(request).get("code"));
});

test("guessing is slowed, the page says for how long, and after that the right password is good", async () => {
  await using visitor = await house.visitor();
  visitor.expect(403);
  visitor.expect(429);
  const { page } = visitor;
  await page.goto(`${house.ostiary.url}/login`);
  const said: string[] = [];
  while (!said.at(-1)?.startsWith("Too many attempts.")) {
    assert.ok(said.length < 20, "nobody slows this down");
    await visitor.signIn("bob", `guess ${said.length}`);
    said.push((await page.locator(alert).textContent()) ?? "");
  }
  assert.ok(said.length > 5, "a few mistakes cost nothing");
  const wait = /^Too many attempts\. Try again in (\d+) seconds?\.$/.exec(said.at(-1) ?? "");
  const seconds = Number(wait?.[1]);
  assert.ok(seconds >= 1, said.at(-1));

  await sleep(seconds * 1000);
  await visitor.signIn("bob", "bob");
  await page.waitForURL(/\/account$/);
  assert.equal(await page.locator("#signed-in-as").textContent(), "bob");
});

test("cancelling at the login page tells the client no", async () => {
  await using visitor = await house.visitor();
  const client = house.demoWeb();
  const request = client.request(house.ostiary);
  await visitor.page.goto(request.url);
  assert.match((await visitor.page.locator("#client").textContent()) ?? "", /Demo web/);
  await visitor.page.locator("#cancel").click();
  await visitor.page.waitForURL(/\/callback/);
  const answer = client.answerTo(request);
  assert.equal(answer.get("error"), "access_denied");
  assert.equal(answer.get("iss"), house.ostiary.url);
  assert.equal(answer.get("code"), null);
});
