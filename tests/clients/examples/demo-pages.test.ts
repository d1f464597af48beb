/** Each state of the demo apps' pages in every form, as tests/browser/pages has those of the server. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { look } from "../../browser/support/look.ts";
import type { Visitor } from "../../browser/support/visitor.ts";
import { type App, add, allowCamera, askToSignIn, Demo, signIn } from "../support/demo.ts";

const house = await openHouse();
const { ostiary } = house;
const [todo, camera] = await Promise.all(
  (["todo", "camera"] as const).map(async (app) => (await Demo.beside(app, ostiary)).ready()),
);
assert.ok(todo && camera);
after(async () => {
  await Promise.all([todo.stop(), camera.stop()]);
  await house.close();
});

const LONG_ITEM = `${"Donaudampfschifffahrtsgesellschaftskapitaen".repeat(4)} <b>&amp;`;

const STATES: [App, string, (visitor: Visitor) => Promise<void>][] = [
  ["todo", "welcome", (visitor) => come(visitor, todo)],
  ["todo", "empty", (visitor) => signIn(visitor, todo)],
  ["todo", "items", items],
  ["todo", "denied", deny],
  ["todo", "unanswered", unanswered],
  ["camera", "welcome", (visitor) => come(visitor, camera)],
  ["camera", "closed", closed],
  ["camera", "picture", picture],
];

async function come({ page }: Visitor, demo: Demo): Promise<void> {
  await page.goto(demo.origin);
  await page.locator("#sign-in").waitFor();
}

async function items(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await signIn(visitor, todo as Demo, "bob");
  await add(page, LONG_ITEM);
  await add(page, "Buy bread");
  await page.getByRole("checkbox", { name: "Buy bread" }).click();
  await page.locator("#count", { hasText: "1 to do, 1 done." }).waitFor();
}

async function deny(visitor: Visitor): Promise<void> {
  await askToSignIn(visitor, todo as Demo);
  await visitor.page.locator("#deny").click();
  await visitor.page.locator("#problem", { hasText: "You said no" }).waitFor();
}

async function unanswered(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  visitor.expect(503);
  const headers = { "X-Content-Type-Options": "nosniff" };
  await page.route(`${ostiary.url}/**`, (route) => route.fulfill({ status: 503, headers }));
  await page.goto((todo as Demo).origin);
  await page.locator("#problem", { hasText: "The server can't answer just now." }).waitFor();
  assert.ok(await page.locator("#sign-in").isDisabled());
}

async function closed(visitor: Visitor): Promise<void> {
  visitor.expect(403);
  await signIn(visitor, camera as Demo);
  await visitor.page.locator("#closed").waitFor();
}

async function picture(visitor: Visitor): Promise<void> {
  await closed(visitor);
  await allowCamera(visitor, camera as Demo);
}

for (const [app, state, open] of STATES)
  test(`the ${app} app is well made in every form: ${state}`, async () => {
    await using visitor = await house.visitor();
    await open(visitor);
    assert.deepEqual(await look(visitor.page, `${app}-${state}`, "script"), []);
  });

for (const demo of [todo, camera])
  test(`the page of ${demo.origin === todo.origin ? "todo" : "camera"} has words for who has no JavaScript`, async () => {
    const page = await (await fetch(demo.origin)).text();
    assert.match(page, /<noscript><p>This app runs in your browser, so it needs JavaScript\.<\/p>/);
  });
