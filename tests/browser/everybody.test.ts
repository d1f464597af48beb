/** Whoever the person is and whatever their browser or their app does: it works. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { openHouse } from "./support/house.ts";

const house = await openHouse();
after(() => house.close());
const { ostiary } = house;

/** The id of what has the focus, and whether that can be seen. */
function focus(page: Page): Promise<{ id: string; visible: boolean }> {
  return page.evaluate(() => {
    const focused = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    return {
      id: focused.id,
      visible: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
    };
  });
}

test("everything can be done by keyboard alone, and one sees where one is", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await page.goto(request.url);

  assert.deepEqual(await focus(page), { id: "username", visible: true });
  await page.keyboard.type("alice");
  await page.keyboard.press("Tab");
  assert.deepEqual(await focus(page), { id: "password", visible: true });
  await page.keyboard.type("alice");
  await page.keyboard.press("Enter");
  await page.locator("#consent-form").waitFor();

  for (const id of ["switch-account", "approve", "deny"]) {
    await page.keyboard.press("Tab");
    assert.deepEqual(await focus(page), { id, visible: true });
  }
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/callback/);
  assert.ok(client.answerTo(request).get("code"));
});

test("everything works without JavaScript", async () => {
  await using visitor = await house.visitor({ javaScript: false });
  visitor.expect(403);
  const { page } = visitor;
  const client = house.demoWeb();
  const request = client.request(ostiary);
  await page.goto(request.url);
  await visitor.signIn("alice", "wrong");
  await page.locator("#login-problem").waitFor();
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").click();
  await page.waitForURL(/\/callback/);
  assert.equal((await client.redeem(ostiary, request, client.answerTo(request))).status, 200);

  await page.goto(`${ostiary.url}/account`);
  await page.locator("#sign-out").click();
  await page.locator("#message-title", { hasText: "Signed out" }).waitFor();
});

test("an app may redirect further after the consent form", async () => {
  await using visitor = await house.visitor();
  const client = house.demoWeb({ onward: true });
  const request = client.request(ostiary);
  await visitor.page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/home$/);
  assert.ok(client.answerTo(request).get("code"));
});

test("an app may redirect further after the login form, when consent is remembered", async () => {
  const client = await house.confidentialApp({ onward: true });
  for (const round of ["asked", "remembered"]) {
    await using visitor = await house.visitor();
    const request = client.request(ostiary);
    await visitor.page.goto(request.url);
    await visitor.signIn("alice", "alice");
    if (round === "asked") await visitor.page.locator("#approve").click();
    await visitor.page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/home$/);
    assert.ok(client.answerTo(request).get("code"), round);
  }
});

test("every page fits a narrow screen", async () => {
  await using visitor = await house.visitor();
  visitor.expect(404);
  const { page } = visitor;
  await page.setViewportSize({ width: 320, height: 640 });
  const fits = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
    );
  for (const path of ["/", "/nowhere", "/login"]) {
    await page.goto(`${ostiary.url}${path}`);
    assert.ok(await fits(), path);
  }
  await page.goto(house.demoWeb().request(ostiary, "read:tools call:tools").url);
  await visitor.signIn("alice", "alice");
  await page.locator("#consent-form").waitFor();
  assert.ok(await fits(), "/consent");
});
