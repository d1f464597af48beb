/** `prompt=select_account`: whoever is signed in says with which account to go on. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { claimsOf } from "../worker/support/client.ts";
import type { Client, Request } from "./support/client.ts";
import { openHouse } from "./support/house.ts";
import type { Visitor } from "./support/visitor.ts";

const house = await openHouse();
after(() => house.close());
const { ostiary } = house;

/** Alice is signed in and has allowed the client what it asks; now it asks with which account to go on. */
async function choose(visitor: Visitor): Promise<[Client, Request]> {
  const client = await house.confidentialApp();
  const { page } = visitor;
  await page.goto(client.request(ostiary).url);
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").click();
  await page.waitForURL(/\/callback/);

  const request = client.request(ostiary, undefined, { prompt: "select_account" });
  await page.goto(request.url);
  assert.match((await page.locator("#client").textContent()) ?? "", /Local server/);
  assert.equal(await page.locator("#signed-in-as").textContent(), "alice");
  return [client, request];
}

/** The name of the person whose token the client gets. */
async function nameIn(client: Client, request: Request): Promise<unknown> {
  const answer = await client.redeem(ostiary, request, client.answerTo(request));
  const { access_token } = (await answer.json()) as { access_token: string };
  const users = await ostiary.database("DB");
  const { sub } = claimsOf(access_token);
  return users.prepare("SELECT name FROM users WHERE id = ?").bind(sub).first("name");
}

test("going on with the account at hand asks nothing more", async () => {
  await using visitor = await house.visitor();
  const [client, request] = await choose(visitor);
  await visitor.page.locator("#keep-account").click();
  await visitor.page.waitForURL(/\/callback/);
  assert.equal(await nameIn(client, request), "alice");
});

test("another account signs in, is asked for its own consent, and it is that one whose token the client gets", async () => {
  await using visitor = await house.visitor();
  const [client, request] = await choose(visitor);
  await visitor.page.locator("#switch-account").click();
  await visitor.signIn("bob", "bob");
  assert.equal(await visitor.page.locator("#signed-in-as").textContent(), "bob");
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(/\/callback/);
  assert.equal(await nameIn(client, request), "bob");
});

test("cancelling tells the client no", async () => {
  await using visitor = await house.visitor();
  const [client, request] = await choose(visitor);
  await visitor.page.locator("#deny").click();
  await visitor.page.waitForURL(/\/callback/);
  assert.equal(client.answerTo(request).get("error"), "access_denied");
});
