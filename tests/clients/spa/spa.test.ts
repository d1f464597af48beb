/** `oidc-client-ts` in Chromium: a single-page app at another origin, which keeps its tokens by itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { openHouse } from "../../browser/support/house.ts";
import type { Visitor } from "../../browser/support/visitor.ts";
import { eventually } from "../../worker/support/flow.ts";
import { ROOT } from "../../worker/support/settings.ts";

const SCOPE = "openid profile email";

/** Whether the app renews by itself: access tokens live for 60 s here, and it waits for 3 of them. */
let automatic = false;
const house = await openHouse({ vars: { ACCESS_TOKEN_EXPIRE_MINUTES: "1" } });
const { ostiary } = house;
const site = await serve();
const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
after(async () => {
  site.close();
  site.closeAllConnections();
  await house.close();
});

const client = await house.newClient({
  client_name: "Photo album",
  public: true,
  redirect_uris: [`${origin}/callback`],
  post_logout_redirect_uris: [`${origin}/signed-out`],
  grant_types: ["authorization_code", "refresh_token"],
  scope: SCOPE,
});

/** What the app is told of itself; the library finds out the rest from the authority. */
function settings(): Record<string, unknown> {
  return {
    authority: ostiary.url,
    client_id: client.id,
    redirect_uri: `${origin}/callback`,
    post_logout_redirect_uri: `${origin}/signed-out`,
    scope: SCOPE,
    loadUserInfo: true,
    automaticSilentRenew: automatic,
    accessTokenExpiringNotificationTimeInSeconds: 57,
  };
}

/** The files of the app; every other path is its one page. */
async function serve(): Promise<Server> {
  const file = (path: string) => readFileSync(join(ROOT, path), "utf8");
  const library = file("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.js");
  const [script, page] = ["app.js", "index.html"].map((name) =>
    file(`tests/clients/spa/app/${name}`),
  );
  const server = createServer((request, response) => {
    const answers: Record<string, [string, string | undefined]> = {
      "/oidc-client-ts.js": ["text/javascript", library.replace(/^\/\/# sourceMappingURL.*$/m, "")],
      "/app.js": ["text/javascript", script],
      "/settings.json": ["application/json", JSON.stringify(settings())],
    };
    const [type, body] = answers[request.url ?? ""] ?? ["text/html", page];
    response.writeHead(200, {
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Security-Policy": `default-src 'self'; img-src data:; connect-src 'self' ${ostiary.url}`,
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Waits until the page shows this text; anything else that it shows in the end fails. */
async function shows(page: Page, id: string, text: string | RegExp): Promise<void> {
  await page.locator(`#${id}`, { hasText: text }).waitFor();
  assert.equal(await page.locator("#problem").textContent(), "");
}

/** Alice signs in from the app and is back there. */
async function signIn(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await page.goto(origin);
  await shows(page, "name", "nobody");
  await page.locator("#sign-in").click();
  await page.locator("#login-form").waitFor();
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").click();
  await page.waitForURL(`${origin}/`);
  await shows(page, "name", "Alice Example");
}

/** The tokens as the library has stored them in the page. */
function stored(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith("oidc.user:"));
    return JSON.parse((key && sessionStorage.getItem(key)) || "{}");
  });
}

test("a single-page app signs alice in and shows her claims", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor);
  await shows(page, "email", "alice@example.com");
  await shows(page, "subject", /^usr_/);
  await shows(page, "answer", "from the album");
  await page.locator("#userinfo").click();
  await shows(page, "answer", /^200 .*"family_name":"Example"/);
});

test("a single-page app renews by refresh token when asked, and is still alice", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor);
  const all = [await stored(page)];
  for (const renewals of [1, 2]) {
    await page.locator("#renew").click();
    await shows(page, "renewals", `${renewals}`);
    all.push(await stored(page));
  }
  for (const token of ["access_token", "refresh_token", "id_token"])
    assert.equal(new Set(all.map((tokens) => tokens[token])).size, 3, token);
  await shows(page, "name", "Alice Example");
  await page.locator("#userinfo").click();
  await shows(page, "answer", /^200 .*"preferred_username":"alice"/);
});

test("a single-page app renews by itself before its access token is over", async (t) => {
  automatic = true;
  t.after(() => {
    automatic = false;
  });
  await using visitor = await house.visitor();
  const { page } = visitor;
  await signIn(visitor);
  // It may have renewed before this look already: it does so again and again.
  const first = await stored(page);
  const next = await eventually("another access token", async () => {
    const now = await stored(page);
    return now.access_token !== first.access_token ? now : undefined;
  });
  assert.notEqual(next.refresh_token, first.refresh_token);
  await shows(page, "renewals", /^[1-9]/);
});

test("a single-page app signs alice out, and its tokens are worth nothing after that", async () => {
  await using visitor = await house.visitor();
  visitor.expect(401);
  visitor.expect(400);
  const { page } = visitor;
  await signIn(visitor);
  const { access_token, refresh_token } = await stored(page);
  await page.locator("#sign-out").click();
  await page.waitForURL(`${origin}/`);
  await shows(page, "name", "nobody");
  await shows(page, "answer", "from the album");

  await page.locator("#userinfo").click();
  await shows(page, "answer", /^401 Bearer .*error="invalid_token"/);
  const again = { grant_type: "refresh_token", client_id: client.id, refresh_token };
  assert.deepEqual(await post(page, "/oauth/token", again as Record<string, string>), {
    error: "invalid_grant",
    error_description: "the grant has ended",
  });
  const bearer = { headers: { Authorization: `Bearer ${access_token}` } };
  assert.equal((await ostiary.fetch("/oauth/userinfo", bearer)).status, 401);

  await page.goto(`${ostiary.url}/account`);
  assert.equal(await page.locator("#login-form").count(), 1);
});

/** What the page can read of an answer to a form that it sends. */
function post(page: Page, path: string, fields: Record<string, string>): Promise<unknown> {
  const sent: [string, Record<string, string>] = [`${ostiary.url}${path}`, fields];
  return page.evaluate(async ([url, fields]) => {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
    return answer.json();
  }, sent);
}

test("a single-page app shows access_denied when alice says no", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await page.goto(origin);
  await page.locator("#sign-in").click();
  await page.locator("#login-form").waitFor();
  await visitor.signIn("alice", "alice");
  await page.locator("#deny").click();
  await page.locator("#problem", { hasText: /^access_denied$/ }).waitFor();
});
