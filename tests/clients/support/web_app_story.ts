/** What people do with the two web apps of examples/clients, whatever the language. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { House } from "../../browser/support/house.ts";
import type { Visitor } from "../../browser/support/visitor.ts";
import { askForNoAddress, statusOf } from "./no_address.ts";
import { UnreliableProxy } from "./unreliable_proxy.ts";
import { type Program, WebApp } from "./web_app.ts";

const ALICE = "Alice Example";
const UNREACHABLE = /^the sign-in service can't be reached at the moment/i;
const USERINFO = "/oauth/userinfo";
const TOKEN = "/oauth/token";

/** The tests of the app with sessions and of the one without. */
export function tellWebApps(house: House, language: string, session: Program, stateless: Program) {
  for (const [kind, program] of Object.entries({ session, stateless })) {
    const name = `${language}, ${kind}`;
    test(`${name}: alice signs in, is known by name, and signs out everywhere`, () =>
      inAndOut(house, program));
    test(`${name}: a no is told in the server's words`, () => saysNo(house, program));
    test(`${name}: an answer to another request is refused`, () => forged(house, program));
    test(`${name}: a server that fails while a person comes back from it refuses nothing`, () =>
      failsAtCallback(house, program));
    test(`${name}: a request for what is no address is answered, and ends nothing`, () =>
      noAddress(house, program));
  }
  test(`${language}, session: a server that is down for a moment signs nobody out`, () =>
    downForAMoment(house, session));
  test(`${language}, session: who leaves while the tokens are renewed stays signed in`, () =>
    left(house, session));
  test(`${language}, stateless: a restart between the steps loses nothing, another key everything`, () =>
    restarted(house, stateless));
  test(`${language}, stateless: a cookie that was changed signs nobody in`, () =>
    tampered(house, stateless));
  // The last, since it moves the server's clock: Authlib takes no ID token of the future.
  test(`${language}, session: an access token that is over is renewed, and a grant that ended signs out`, () =>
    renewed(house, session));
}

/** Presses "Sign in" and gives her name; ends on the consent page. */
async function askToSignIn(visitor: Visitor, app: WebApp): Promise<void> {
  const { page } = visitor;
  await page.goto(app.origin);
  await page.locator("#sign-in").click();
  await page.locator("#login-form, #consent-form").waitFor();
  if (await page.locator("#login-form").count()) await visitor.signIn("alice", "alice");
}

async function signIn(visitor: Visitor, app: WebApp): Promise<void> {
  await askToSignIn(visitor, app);
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(`${app.origin}/`);
}

async function inAndOut(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  await using visitor = await house.visitor();
  const { page } = visitor;
  assert.equal(await app.whoIs(page), undefined);
  await signIn(visitor, app);
  assert.equal(await app.whoIs(page), ALICE);
  const cookies = await page.context().cookies(app.origin);
  assert.ok(cookies.length > 0);
  for (const { name, httpOnly, sameSite } of cookies)
    assert.deepEqual([httpOnly, sameSite], [true, "Lax"], name);

  await page.locator("#sign-out").click();
  await page.waitForURL((url) => url.href.startsWith(`${app.origin}/`));
  await page.locator("#nobody").waitFor();
  assert.equal(await app.whoIs(page), undefined);
  await page.locator("#sign-in").click();
  await page.locator("#login-form").waitFor();
}

async function saysNo(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  await using visitor = await house.visitor();
  visitor.expect(400);
  await askToSignIn(visitor, app);
  await visitor.page.locator("#deny").click();
  const said = await visitor.page.locator("#problem").textContent();
  assert.equal(said, "access_denied: the resource owner denied the request");
  assert.equal(await app.whoIs(visitor.page), undefined);
}

/** By somebody who was sent away with another state, and by somebody who was never sent away. */
async function forged(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  await using visitor = await house.visitor();
  visitor.expect(400);
  const iss = encodeURIComponent(house.ostiary.url);
  const answer = `${app.origin}/callback?code=stolen&state=forged&iss=${iss}`;
  for (const before of ["/", "/sign-in"]) {
    await visitor.page.goto(`${app.origin}${before}`);
    const came = await visitor.page.goto(answer);
    assert.equal(came?.status(), 400, before);
    assert.ok((await visitor.page.locator("#problem").textContent())?.length);
    assert.equal(await app.whoIs(visitor.page), undefined, before);
  }
}

async function renewed(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor, app);
  for (let times = 0; times < 2; times += 1) {
    await house.ostiary.advance(31 * 60); // an access token lives for half an hour
    assert.equal(await app.whoIs(page), ALICE);
  }
  const [cookie] = await page.context().cookies(app.origin);
  assert.ok(cookie && !cookie.value.includes("eyJhbGciOi"), "no token is in the browser");

  await page.goto(`${house.ostiary.url}/account`);
  await page.locator("#sign-out").click();
  await page.locator("#message-title", { hasText: "Signed out" }).waitFor();
  assert.equal(await app.whoIs(page), undefined);
}

async function downForAMoment(house: House, program: Program): Promise<void> {
  await using proxy = await UnreliableProxy.before(house.ostiary);
  await using app = await WebApp.start(house, program, proxy.url);
  await using visitor = await house.visitor();
  const { page } = visitor;
  visitor.expect(503);
  await signIn(visitor, app);
  await tellsOfEachTrouble(page, app, proxy, USERINFO);
  assert.equal(proxy.timesAsked(TOKEN), 1, "tokens that nobody refused are not renewed");
  assert.equal(await app.whoIs(page), ALICE);

  proxy.at(USERINFO, 401);
  await tellsOfEachTrouble(page, app, proxy, TOKEN);
  const times = proxy.timesAsked(TOKEN);
  proxy.at(USERINFO, 401, 1);
  assert.equal(await app.whoIs(page), ALICE);
  assert.equal(proxy.timesAsked(TOKEN), times + 1, "the refresh token is still there, and good");
}

/** Ends with the path in order again. */
async function tellsOfEachTrouble(
  page: Page,
  app: WebApp,
  proxy: UnreliableProxy,
  path: string,
): Promise<void> {
  for (const trouble of [429, 502, 503, "broken"] as const) {
    proxy.at(path, trouble);
    const { status, said } = await app.shown(page);
    assert.match(said ?? "", UNREACHABLE, `${trouble} at ${path}`);
    assert.equal(status, 503, `${trouble} at ${path}`);
  }
  proxy.at(path);
}

/** The browser drops its request while the app waits for the next tokens. */
async function left(house: House, program: Program): Promise<void> {
  await using proxy = await UnreliableProxy.before(house.ostiary);
  await using app = await WebApp.start(house, program, proxy.url);
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor, app);
  proxy.at(USERINFO, 401, 1);
  proxy.at(TOKEN, "late");
  const dropped = page.goto(app.origin).catch(() => undefined);
  await proxy.untilAsked(TOKEN, 2); // the first was for the code
  await page.goto("about:blank");
  assert.equal(await dropped, undefined);
  await proxy.untilOver(TOKEN, 2);
  assert.equal(await app.whoIs(page), ALICE);
}

/** The code is lost, and she signs in again. */
async function failsAtCallback(house: House, program: Program): Promise<void> {
  await using proxy = await UnreliableProxy.before(house.ostiary);
  await using app = await WebApp.start(house, program, proxy.url);
  await using visitor = await house.visitor();
  const { page } = visitor;
  visitor.expect(503);
  for (const trouble of [503, "broken"] as const) {
    await askToSignIn(visitor, app);
    proxy.at(TOKEN, trouble);
    const [came] = await Promise.all([
      page.waitForResponse((response) => response.url().startsWith(`${app.origin}/callback`)),
      page.locator("#approve").click(),
    ]);
    assert.match((await page.locator("#problem").textContent()) ?? "", UNREACHABLE, `${trouble}`);
    assert.equal(came.status(), 503, `${trouble}`);
    proxy.at(TOKEN);
  }
  await signIn(visitor, app);
  assert.equal(await app.whoIs(page), ALICE);
}

async function noAddress(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  const { port } = new URL(app.origin);
  const status = (await statusOf(port, "//")) ?? 0;
  assert.ok(status >= 200 && status < 500, `${status}`);
  await askForNoAddress(port);
  assert.equal(await statusOf(port, "/"), 200);
}

async function restarted(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  await using visitor = await house.visitor();
  await askToSignIn(visitor, app);
  await app.restart();
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(`${app.origin}/`);
  await app.restart();
  assert.equal(await app.whoIs(visitor.page), ALICE);
  await app.restart({ COOKIE_KEY: "f".repeat(64) });
  assert.equal(await app.whoIs(visitor.page), undefined);
}

/** The last letter of a signature may be one that says nothing, so one in the midst of each cookie is another. */
async function tampered(house: House, program: Program): Promise<void> {
  await using app = await WebApp.start(house, program);
  await using visitor = await house.visitor();
  await signIn(visitor, app);
  const context = visitor.page.context();
  const cookies = await context.cookies(app.origin);
  const changed = cookies.map((cookie) => {
    const at = Math.floor(cookie.value.length / 2);
    const letter = cookie.value[at] === "A" ? "B" : "A";
    return { ...cookie, value: cookie.value.slice(0, at) + letter + cookie.value.slice(at + 1) };
  });
  await context.addCookies(changed);
  assert.equal(await app.whoIs(visitor.page), undefined);
}
