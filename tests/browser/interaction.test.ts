import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "./support/house.ts";

const house = await openHouse({ faults: true });
after(() => house.close());
const { ostiary } = house;

const HALF_AN_HOUR = 30 * 60;
/** Beyond what counts as a double click. */
const A_WHILE = 10;

test("a double click on Approve is one answer, and its code is good", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").waitFor();

  let posts = 0;
  page.on("request", (sent) => {
    if (sent.method() === "POST" && new URL(sent.url()).pathname === "/consent") posts += 1;
  });
  // So slow that the second click comes before the first one's answer, and far below the database's deadline of 4 s.
  await ostiary.faults({ binding: "DB", method: "batch", mode: "delay", ms: 2_000 });
  await page.locator("#approve").dblclick({ delay: 100 });
  // Not `waitForURL`, which gives up when the second click aborts what the first began.
  await page.locator("h1", { hasText: "Back at the app" }).waitFor();
  await ostiary.faults();

  assert.equal(posts, 2, "both clicks were sent");
  const answer = client.answerTo(request);
  assert.equal((await client.redeem(ostiary, request, answer)).status, 200);
});

test("going back after the answer and answering again gives no second code", async () => {
  await using visitor = await house.visitor();
  visitor.expect(409);
  const { page } = visitor;
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").click();
  await page.waitForURL(/\/callback/);
  await ostiary.advance(A_WHILE);

  await page.goBack();
  await page.locator("#approve").click();
  assert.equal(
    await page.locator("#message-text").textContent(),
    "You have answered this already. Start again from the app.",
  );
  assert.equal(new URL(page.url()).origin, ostiary.url);
  assert.ok(client.answerTo(request).get("code"), "only the first answer came to the client");
});

test("going back to where consent is remembered gives no second code either", async () => {
  await using visitor = await house.visitor();
  visitor.expect(409);
  const { page } = visitor;
  const client = await house.confidentialApp();
  const request = client.request(ostiary);
  await page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").click();
  await page.waitForURL(/\/callback/);
  await ostiary.advance(A_WHILE);

  await page.goBack();
  assert.equal(
    await page.locator("#message-text").textContent(),
    "You have answered this already. Start again from the app.",
  );
  assert.ok(client.answerTo(request).get("code"), "only the first answer came to the client");
});

test("two tabs of one browser, both signed out, both reach their client", async () => {
  await using visitor = await house.visitor();
  const client = house.demoWeb();
  const tabs = [visitor.page, await visitor.tab()];
  const requests = tabs.map(() => client.request(ostiary));
  for (const [n, tab] of tabs.entries()) await tab.goto(requests[n]?.url ?? "");
  for (const tab of tabs) {
    await visitor.signIn("alice", "alice", tab);
    await tab.locator("#approve").waitFor();
  }
  for (const tab of tabs) {
    await tab.locator("#approve").click();
    await tab.waitForURL(/\/callback/);
  }
  for (const request of requests) {
    assert.equal((await client.redeem(ostiary, request, client.answerTo(request))).status, 200);
  }
});

test("what one person was shown cannot be approved by another who signed in meanwhile", async () => {
  await using visitor = await house.visitor();
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await visitor.page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await visitor.page.locator("#approve").waitFor();

  const other = await visitor.tab();
  await other.goto(`${ostiary.url}/login`);
  await visitor.signIn("bob", "bob", other);
  await other.waitForURL(/\/account$/);

  await visitor.page.locator("#approve").click();
  await visitor.page.locator("#signed-in-as", { hasText: "bob" }).waitFor();
  assert.equal(client.answers.length, 0);
});

test("a login page that was open too long says so, and the client is sent nothing", async () => {
  await using visitor = await house.visitor();
  visitor.expect(400);
  const client = house.demoWeb();
  await visitor.page.goto(client.request(ostiary).url);
  await ostiary.advance(HALF_AN_HOUR);
  await visitor.signIn("alice", "alice");
  assert.match((await visitor.page.locator("#message-text").textContent()) ?? "", /open too long/);
  assert.equal(client.answers.length, 0);
});

test("a consent page that was open too long says so, and the client is sent nothing", async () => {
  await using visitor = await house.visitor();
  visitor.expect(400);
  const client = house.demoWeb();
  await visitor.page.goto(client.request(ostiary).url);
  await visitor.signIn("alice", "alice");
  await visitor.page.locator("#approve").waitFor();
  await ostiary.advance(HALF_AN_HOUR);
  await visitor.page.locator("#approve").click();
  assert.match((await visitor.page.locator("#message-text").textContent()) ?? "", /open too long/);
  assert.equal(client.answers.length, 0);
});
