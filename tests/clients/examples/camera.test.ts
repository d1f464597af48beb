/** examples/camera (D10) from its README's command, in Chromium. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { allowCamera, approve, askToSignIn, Demo, signIn } from "../support/demo.ts";

const house = await openHouse();
const demo = await (await Demo.beside("camera", house.ostiary)).ready();
after(async () => {
  await demo.stop();
  await house.close();
});

test("alice signs in without the camera's scope and reads why there is no picture, then allows it and sees one", async () => {
  await using visitor = await house.visitor();
  visitor.expect(403);
  const { page } = visitor;
  await askToSignIn(visitor, demo);
  const asked = (await page.locator("#scopes li").allTextContents()).join("\n");
  assert.ok(asked.includes("profile") && !asked.includes("camera"), asked);
  await approve(page, demo);
  await allowCamera(visitor, demo);
  await page.locator("#look").click();
  await page.locator("#picture").waitFor();
  assert.equal(await page.locator("#problem").textContent(), "");
});

test("who says no to the camera is told so, and can sign in without it", async () => {
  await using visitor = await house.visitor();
  visitor.expect(403);
  const { page } = visitor;
  await signIn(visitor, demo);
  await page.locator("#allow").click();
  await page.locator("#deny").click();
  await page.locator("#problem", { hasText: "You said no, so this app got nothing." }).waitFor();
  assert.ok(await page.locator("#picture").isHidden());
  await signIn(visitor, demo);
  await page.locator("#closed").waitFor();
});

test("what was allowed can be taken back where the app says, and then its tokens are not renewed", async () => {
  await using visitor = await house.visitor();
  for (const status of [403, 400]) visitor.expect(status);
  const { page } = visitor;
  await signIn(visitor, demo);
  await allowCamera(visitor, demo);
  const [tab] = await Promise.all([page.waitForEvent("popup"), page.locator("#apps").click()]);
  await tab.locator(".scopes", { hasText: "Look through your camera camera:view" }).waitFor();
  await tab.getByRole("link", { name: "Remove Camera" }).click();
  await tab.locator("#confirm").click();
  await tab.locator("#no-apps").waitFor();

  await page.clock.setFixedTime(Date.now() + 31 * 60_000);
  await page.locator("#look").click();
  await page.locator("#problem", { hasText: "Your sign-in has ended." }).waitFor();
  assert.ok(await page.locator("#picture").isHidden());
});

test("each person has a camera of their own", async () => {
  const pictures: string[] = [];
  for (const name of ["alice", "bob"]) {
    await using visitor = await house.visitor();
    visitor.expect(403);
    await signIn(visitor, demo, name);
    await allowCamera(visitor, demo);
    const url = `${demo.origin}/api/picture`;
    const [call] = await Promise.all([
      visitor.page.waitForRequest(url),
      visitor.page.locator("#look").click(),
    ]);
    const Authorization = (await call.headerValue("Authorization")) ?? "";
    const picture = await (await fetch(url, { headers: { Authorization } })).text();
    assert.match(picture, /^<svg .*CAM 1 \d{4}-.*<\/svg>$/s);
    pictures.push(/fill="hsl\(.*?\)"/.exec(picture)?.[0] ?? "");
  }
  assert.notEqual(pictures[0], pictures[1]);
});
