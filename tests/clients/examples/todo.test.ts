/** examples/todo (D10) from its README's command, in Chromium. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page, Request } from "playwright-core";
import { openHouse } from "../../browser/support/house.ts";
import { demoWeb } from "../../worker/support/client.ts";
import { codeFor, signedIn } from "../../worker/support/flow.ts";
import { add, approve, askToSignIn, Demo, items, signIn } from "../support/demo.ts";

const house = await openHouse();
const { ostiary } = house;
const demo = await (await Demo.beside("todo", ostiary)).ready();
after(async () => {
  await demo.stop();
  await house.close();
});

/** The access token that the page calls its API with. */
async function accessToken(page: Page, by: () => Promise<unknown>): Promise<string> {
  const isCall = (request: Request) => request.url() === `${demo.origin}/api/items`;
  const [call] = await Promise.all([page.waitForRequest(isCall), by()]);
  return ((await call.headerValue("Authorization")) ?? "").replace("Bearer ", "");
}

/** Calls the API as a program. */
function call(token: string, path = "/api/items", method = "GET", body?: unknown) {
  return fetch(`${demo.origin}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

test("alice signs in, adds an item, ticks it off, and finds it when she comes again", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await askToSignIn(visitor, demo);
  assert.equal(await page.locator("#client-name").textContent(), "To-do list");
  const asked = (await page.locator("#scopes li").allTextContents()).join("\n");
  assert.ok(asked.includes("See your to-do list todos:read"), asked);
  assert.ok(asked.includes("Add, tick off and remove items of your to-do list todos:write"), asked);
  assert.equal((await page.locator("#resources").textContent())?.trim(), "At: To-do list");
  await approve(page, demo);
  await page.locator("#count", { hasText: "Write your first item above." }).waitFor();

  await add(page, "Water the <b>plants</b>");
  assert.equal(await page.locator("#count").textContent(), "1 to do, 0 done.");
  assert.equal(await page.locator("#text").inputValue(), "");
  await page.getByRole("checkbox", { name: "Water the <b>plants</b>" }).click();
  await page.locator("#count", { hasText: "All done." }).waitFor();

  await page.reload();
  await signIn(visitor, demo);
  await page.locator("#count", { hasText: "All done." }).waitFor();
  assert.deepEqual(await items(page), ["Water the <b>plants</b>"]);
  await page.getByRole("button", { name: "Remove: Water the <b>plants</b>" }).click();
  await page.locator("#count", { hasText: "Nothing to do yet." }).waitFor();
  assert.deepEqual(await items(page), []);
});

test("two people see nothing of each other's items, and can change none of them", async () => {
  await using alice = await house.visitor();
  await using bob = await house.visitor();
  await signIn(alice, demo);
  await signIn(bob, demo, "bob");
  const hers = await accessToken(alice.page, () => add(alice.page, "For alice alone"));
  const his = await accessToken(bob.page, () => add(bob.page, "For bob alone"));
  assert.deepEqual(
    [await items(alice.page), await items(bob.page)],
    [["For alice alone"], ["For bob alone"]],
  );

  const list = async (token: string) => (await (await call(token)).json()).items;
  const [item] = await list(hers);
  for (const method of ["PATCH", "DELETE"]) {
    const answer = await call(his, `/api/items/${item.id}`, method, { done: true });
    assert.equal(answer.status, 404, method);
    assert.equal((await answer.json()).error, "not_found", method);
  }
  assert.deepEqual(await list(hers), [{ ...item, text: "For alice alone", done: false }]);
});

test("what the API has now is shown, though an older answer comes later", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor, demo, "bob");
  await add(page, "Sweep the attic");
  await add(page, "Sweep the stairs");
  let late = () => {};
  const isTime = new Promise<void>((resolve) => {
    late = resolve;
  });
  const isList = (request: Request) => request.method() === "GET";
  await page.route(
    `${demo.origin}/api/items`,
    async (route) => {
      const response = await route.fetch();
      await isTime;
      await route.fulfill({ response });
    },
    { times: 1 },
  );
  const asked = page.waitForRequest(isList);
  await page.getByRole("checkbox", { name: "Sweep the attic" }).click();
  const old = await asked;
  await page.getByRole("checkbox", { name: "Sweep the stairs" }).click();
  const stairs = page.locator("#items li", { hasText: "Sweep the stairs" });
  await stairs.locator(":checked").waitFor();
  late();
  await (await old.response())?.finished();
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await stairs.locator(":checked").count(), 1);
});

test("the tokens lie nowhere but in memory, and no code is left in the address", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor, demo);
  assert.equal(page.url(), `${demo.origin}/`);
  const kept = await page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    document.cookie,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
  ]);
  assert.deepEqual(kept, [0, 0, "", 0, 0]);
  await page.reload();
  await page.locator("#sign-in").waitFor();
  assert.ok(await page.locator("#app").isHidden());
});

test("the app renews its token by rotation when that is nearly over, once for all that ask", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor, demo);
  await add(page, "Sweep the kitchen");
  const tokens = [await accessToken(page, () => add(page, "Sweep the cellar"))];
  const sent: string[] = [];
  page.on("request", (request) => {
    const form = new URLSearchParams(request.postData() ?? "");
    const token = form.get("refresh_token");
    if (token) sent.push(token);
  });
  const now = Date.now();
  for (const minutes of [29.9, 59.9]) {
    if (minutes > 30) await ostiary.advance(30 * 60);
    await page.clock.setFixedTime(now + minutes * 60_000);
    tokens.push(await accessToken(page, () => clickAllBoxes(page)));
    await page
      .locator("#count", { hasText: minutes > 30 ? " to do, 0 done." : "All done." })
      .waitFor();
  }
  assert.equal(new Set(tokens).size, 3, "each access token is another");
  assert.equal(sent.length, 2, "one refresh each time, though several asked");
  assert.notEqual(sent[0], sent[1], "the refresh token rotates");
});

/** At once, as nobody can by hand. */
function clickAllBoxes(page: Page): Promise<void> {
  return page.evaluate(() => {
    const boxes = document.querySelectorAll<HTMLInputElement>("#items input");
    for (const box of [...boxes]) box.click();
  });
}

test("when the server has ended the sign-in, the app says so and lets one sign in again", async () => {
  await using visitor = await house.visitor();
  visitor.expect(400);
  const { page } = visitor;
  await signIn(visitor, demo);
  const tab = await visitor.tab();
  await tab.goto(`${ostiary.url}/account`);
  await tab.locator("#sign-out").click();
  await tab.locator("#message-title", { hasText: "Signed out" }).waitFor();
  await page.clock.setFixedTime(Date.now() + 31 * 60_000);
  await page.locator("#text").fill("Too late");
  await page.locator("#add").click();
  await page
    .locator("#problem", { hasText: "Your sign-in has ended. Please sign in again." })
    .waitFor();
  assert.ok(await page.locator("#sign-in").isVisible());
  assert.ok(await page.locator("#app").isHidden());
});

test("signing out of the app ends the session at the server, and the tokens with it", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor, demo);
  const token = await accessToken(page, () => add(page, "The last one"));
  await page.locator("#sign-out").click();
  await page.waitForURL(`${demo.origin}/`);
  await page.locator("#sign-in").click();
  await page.locator("#login-form").waitFor();
  const bearer = { headers: { Authorization: `Bearer ${token}` } };
  assert.equal((await ostiary.fetch("/oauth/userinfo", bearer)).status, 401);
});

test("a no is told in words, and nothing was allowed", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await askToSignIn(visitor, demo, "bob");
  await page.locator("#deny").click();
  await page.locator("#problem", { hasText: "You said no, so this app got nothing." }).waitFor();
  assert.ok(await page.locator("#sign-in").isVisible());
  assert.ok(await page.locator("#app").isHidden());
});

test("an answer that this tab did not ask for is not taken", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${demo.origin}/callback?code=stolen&state=forged`);
  await page.locator("#sign-in").waitFor();
  assert.equal(page.url(), `${demo.origin}/`);
  assert.ok(!asked.includes("/oauth/token"), "the code is not redeemed");
});

test("a token that is for another API, and an ID token, are refused by this one", async () => {
  const alice = await signedIn(ostiary);
  const code = await codeFor(alice, demoWeb, "openid read:tools");
  const tokens = await (await demoWeb.redeem(ostiary, code)).json();
  for (const name of ["access_token", "id_token"]) {
    const answer = await call(tokens[name]);
    assert.equal(answer.status, 401, name);
    assert.equal(
      answer.headers.get("WWW-Authenticate"),
      'Bearer error="invalid_token", scope="todos:read", ' +
        `resource_metadata="${demo.origin}/.well-known/oauth-protected-resource/api"`,
    );
    assert.equal((await answer.json()).error_description, "The access token is not good here.");
  }
});
