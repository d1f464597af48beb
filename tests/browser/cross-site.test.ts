/**
 * Forms that cross from one site to another: of a client to us, and of ours to a client. The app is at localhost, the
 * server at 127.0.0.1, which is another site, so that the `SameSite=Lax` cookies stay behind with a POST.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page, Request as Sent } from "playwright-core";
import type { Client, Request } from "./support/client.ts";
import { openHouse } from "./support/house.ts";
import type { Visitor } from "./support/visitor.ts";

const house = await openHouse();
after(() => house.close());
const { ostiary, app } = house;
const SIGNED_OUT = `${app.origin}/signed-out`;

/** A client whose consent is remembered, and whose site is the app. */
async function newClient(): Promise<Client> {
  return app.play(
    await house.newClient({
      client_name: "Photo printer",
      redirect_uris: [app.redirectUri],
      scope: "openid profile",
      post_logout_redirect_uris: [SIGNED_OUT],
    }),
  );
}

/** A page of the app with a form that goes to the server, and its button pressed. */
async function postFromApp(page: Page, path: string, fields: URLSearchParams): Promise<void> {
  const inputs = [...fields].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  const form = `<form method="post" action="${ostiary.url}${path}">${inputs.join("")}<button>Go</button></form>`;
  await page.goto(app.show("/form", form));
  await page.getByRole("button", { name: "Go" }).click();
}

/** Requests to a path of the server as the browser sent them: the method, and whether the session came along. */
function seen(requests: Sent[], path: string): Promise<string[]> {
  const asked = requests.filter((request) => request.url().startsWith(`${ostiary.url}${path}`));
  return Promise.all(
    asked.map(async (request) => {
      const { cookie = "" } = await request.allHeaders();
      const session = /(^|; )ostiary_session=/.test(cookie) ? "with the session" : "without";
      return `${request.method()} ${session}`;
    }),
  );
}

function requestsOf(page: Page): Sent[] {
  const requests: Sent[] = [];
  page.on("request", (request) => requests.push(request));
  return requests;
}

/** Alice signs in to the client and allows what it asks for; the ID token that it is given. */
async function signIn(visitor: Visitor, client: Client): Promise<string> {
  const request = client.request(ostiary, "openid profile");
  await visitor.page.goto(request.url);
  await visitor.signIn("alice", "alice");
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(/\/callback/);
  return (await tokens(client, request)).id_token ?? "";
}

async function tokens(client: Client, request: Request): Promise<Record<string, string>> {
  const answer = await client.redeem(ostiary, request, client.answerTo(request));
  assert.equal(answer.status, 200);
  return (await answer.json()) as Record<string, string>;
}

test("an authorization request posted by another site finds the person signed in", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = await newClient();
  await signIn(visitor, client);

  const requests = requestsOf(page);
  const request = client.request(ostiary, "openid profile");
  await postFromApp(page, "/oauth/authorize", new URL(request.url).searchParams);
  await page.waitForURL(/\/callback/);
  assert.deepEqual(await seen(requests, "/oauth/authorize"), [
    "POST without",
    "GET with the session",
  ]);
  assert.ok((await tokens(client, request)).id_token);
});

test("a sign-out posted by another site ends the person's session and leads back with state", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = await newClient();
  const idToken = await signIn(visitor, client);

  const requests = requestsOf(page);
  const fields = new URLSearchParams({
    id_token_hint: idToken,
    post_logout_redirect_uri: SIGNED_OUT,
    state: "s-1",
  });
  await postFromApp(page, "/oauth/logout", fields);
  await page.waitForURL(`${SIGNED_OUT}?state=s-1`);
  assert.deepEqual(await seen(requests, "/oauth/logout"), ["POST without", "GET with the session"]);
  await page.goto(`${ostiary.url}/account`);
  assert.equal(await page.locator("#login-form").count(), 1);
});

test("a sign-out without an ID token asks first; whoever stays is still signed in", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const client = await newClient();
  await signIn(visitor, client);
  const fields = new URLSearchParams({
    client_id: client.id,
    post_logout_redirect_uri: SIGNED_OUT,
  });

  await postFromApp(page, "/oauth/logout", fields);
  assert.equal(await page.locator("#client-name").count(), 0, "anybody may name a client");
  assert.match((await page.locator("#sign-out-question").textContent()) ?? "", /An app asks/);
  assert.equal(await page.locator("#signed-in-as").textContent(), "alice");
  await page.locator("#stay").click();
  await page.waitForURL(`${ostiary.url}/account`);
  assert.equal(await page.locator("#signed-in-as").textContent(), "alice");

  await postFromApp(page, "/oauth/logout", fields);
  await page.locator("#sign-out").click();
  await page.waitForURL(SIGNED_OUT);
  await page.goto(`${ostiary.url}/account`);
  assert.equal(await page.locator("#login-form").count(), 1);
});

/** Letters that would break out of a page that does not escape them. */
const STATE = `"><script>alert(1)</script>&amp;'€`;

/** What came to the client for `state`, which must be one form, sent by POST, with nothing in the address. */
function posted(client: Client, state: string): URLSearchParams {
  const arrivals = client.arrivals.filter(({ form }) => form.get("state") === state);
  assert.equal(arrivals.length, 1, `${arrivals.length} forms came`);
  const [arrival] = arrivals;
  assert.ok(arrival);
  assert.deepEqual(
    [arrival.method, arrival.type, arrival.query.size],
    ["POST", "application/x-www-form-urlencoded", 0],
  );
  return arrival.form;
}

for (const script of ["script", "no script"] as const) {
  test(`an answer by form_post comes to the client, with ${script}`, async () => {
    await using visitor = await house.visitor({ javaScript: script === "script" });
    const { page } = visitor;
    const client = await newClient();
    const more = { response_mode: "form_post", state: STATE };
    const request = client.request(ostiary, "openid profile", more);
    await page.goto(request.url);
    await visitor.signIn("alice", "alice");
    await page.locator("#approve").click();
    if (script === "no script") await page.locator("#continue").click();
    await page.waitForURL(app.redirectUri);

    const form = posted(client, STATE);
    assert.deepEqual([...form.keys()].sort(), ["code", "iss", "state"]);
    assert.equal(form.get("iss"), ostiary.url);
    assert.equal((await client.redeem(ostiary, request, form)).status, 200);
  });

  test(`a refusal by form_post comes to the client, with ${script}`, async () => {
    await using visitor = await house.visitor({ javaScript: script === "script" });
    const { page } = visitor;
    const client = await newClient();
    const more = { response_mode: "form_post", state: STATE, prompt: "none" };
    const request = client.request(ostiary, "openid", more);
    await page.goto(request.url, { waitUntil: "commit" });
    if (script === "no script") await page.locator("#continue").click();
    await page.waitForURL(app.redirectUri);

    const form = posted(client, STATE);
    assert.deepEqual([...form.keys()].sort(), ["error", "error_description", "iss", "state"]);
    assert.equal(form.get("error"), "login_required");
  });
}
