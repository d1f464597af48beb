/** Behind a proxy that ends TLS the server is what its issuer says: https in every address, cookie and redirect. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { launchChromium } from "../browser/support/chromium.ts";
import { Client, LoopbackApp } from "../browser/support/client.ts";
import { House } from "../browser/support/house.ts";
import { fetchAt, makeCertificate, TlsProxy } from "../browser/support/tls.ts";
import { Visitor } from "../browser/support/visitor.ts";
import { startSeeded } from "../worker/support/flow.ts";
import { freePort } from "../worker/support/free_port.ts";
import { OpenidRelyingParty } from "./support/openid_relying_party.ts";
import type { RelyingPartySetup } from "./support/relying_party.ts";
import { isAlice } from "./support/sign_in_story.ts";

const certificate = makeCertificate(["auth.example", "app.example", "localhost"]);
const port = await freePort();
const proxy = await TlsProxy.listen(certificate, port);
const app = await LoopbackApp.listen(certificate, "https://app.example");
const browser = await launchChromium({
  hosts: { "auth.example": proxy.port, "app.example": app.port },
  trusted: certificate.fingerprint,
});
// Seeded at its own address, which development takes; from then on it has the issuer of each test.
const ostiary = await startSeeded({ port });
const house = new House(ostiary, app, browser);
after(async () => {
  proxy.close();
  await house.close();
});

const SIGNED_OUT = `${app.origin}/signed-out`;
const registered = await house.newClient({
  client_name: "Photo printer",
  redirect_uris: [app.redirectUri],
  scope: "openid profile email address phone",
  post_logout_redirect_uris: [SIGNED_OUT],
});

function setup(issuer: string): RelyingPartySetup {
  return {
    issuer,
    clientId: registered.id,
    clientSecret: registered.secret ?? "",
    redirectUri: app.redirectUri,
    signedOutUri: SIGNED_OUT,
    idTokenAlg: "ES256",
  };
}

/** Whatever went through the proxy came to the issuer's host, and leads nowhere without TLS. */
function keptToTls(issuer: string): void {
  for (const { path, request, answer } of proxy.exchanges) {
    assert.equal(request.host, new URL(issuer).host, path);
    if (answer.location) assert.equal(new URL(answer.location, issuer).protocol, "https:", path);
    // Files are answered before the Worker is asked.
    if (path.startsWith("/static/")) continue;
    const hsts = "max-age=31536000; includeSubDomains";
    assert.equal(answer["strict-transport-security"], hsts, path);
  }
  const paths = new Set(proxy.exchanges.map(({ path }) => path.split("?")[0]));
  for (const path of ["/oauth/authorize", "/login", "/consent", "/oauth/token", "/oauth/logout"])
    assert.ok(paths.has(path), path);
}

/** The cookies of the issuer are bound to its host and to TLS, and come back to it. */
async function hasHostCookies(page: Page, issuer: string): Promise<void> {
  const cookies = await page.context().cookies(issuer);
  assert.deepEqual(cookies.map(({ name }) => name).sort(), [
    "__Host-ostiary_browser",
    "__Host-ostiary_session",
  ]);
  for (const { name, domain, path, secure, httpOnly, sameSite } of cookies)
    assert.deepEqual(
      { domain, path, secure, httpOnly, sameSite },
      {
        domain: new URL(issuer).hostname,
        path: "/",
        secure: true,
        httpOnly: true,
        sameSite: "Lax",
      },
      name,
    );
  const answered = proxy.exchanges.findLast(({ path }) => path.startsWith("/consent"));
  for (const { name, value } of cookies)
    assert.ok(answered?.request.cookie?.includes(`${name}=${value}`), `${name} is sent`);
}

/** The request that the browser posted to the app. */
function arrived(client: Client): Request {
  const { method = "", type = "", query, form } = client.arrivals.at(-1) ?? {};
  assert.deepEqual([method, type], ["POST", "application/x-www-form-urlencoded"]);
  assert.equal(query?.size, 0);
  const body = form ?? null;
  return new Request(app.redirectUri, { method, headers: { "Content-Type": type }, body });
}

for (const issuer of ["https://auth.example", `https://localhost:${proxy.port}`])
  test(`a person signs in and out behind a TLS proxy, at ${new URL(issuer).hostname}`, async () => {
    await ostiary.setVars({ OAUTH_ISSUER_URL: issuer, ENABLE_DEV_ENDPOINTS: "false" });
    proxy.exchanges.length = 0;
    const library = await OpenidRelyingParty.start(
      setup(issuer),
      fetchAt(proxy.port, certificate.cert),
    );
    isAt(issuer, library.configuration.serverMetadata());
    await using visitor = await Visitor.arrive(browser, issuer, true);
    const insecure: string[] = [];
    visitor.page.on("request", (request) => {
      if (!/^(https|data):/.test(request.url())) insecure.push(request.url());
    });
    await signInAndOut(visitor, library, issuer);
    assert.deepEqual(insecure, []);
    keptToTls(issuer);
  });

/** The answer comes by form_post. */
async function signInAndOut(
  visitor: Visitor,
  library: OpenidRelyingParty,
  issuer: string,
): Promise<void> {
  const { page } = visitor;
  const client = app.play(new Client(registered.id, app.redirectUri));
  const parameters = { response_mode: "form_post", prompt: "consent" };
  await page.goto(await library.authorize("openid profile email address phone", { parameters }));
  await visitor.signIn("alice", "alice");
  await page.locator("#approve").click();
  await page.waitForURL(app.redirectUri);
  await hasHostCookies(page, issuer);

  const { iss, sub } = await library.redeem(arrived(client));
  assert.equal(iss, issuer);
  isAlice(sub, await library.userinfo());
  assert.equal((await library.refresh()).iss, issuer);

  await page.goto(await library.signOut("a-state"));
  await page.waitForURL(`${SIGNED_OUT}?state=a-state`);
  await page.goto(`${issuer}/account`);
  assert.equal(await page.locator("#login-form").count(), 1);
}

/** Everything that the metadata names is below the issuer. */
function isAt(issuer: string, metadata: Record<string, unknown>): void {
  assert.equal(metadata.issuer, issuer);
  const names = Object.keys(metadata).filter((name) => /_endpoint$|_uri$/.test(name));
  assert.equal(names.length, 8);
  for (const name of names) assert.ok(String(metadata[name]).startsWith(`${issuer}/`), name);
}

test("a request that comes past the proxy, for another host, is refused", async () => {
  await ostiary.setVars({
    OAUTH_ISSUER_URL: "https://auth.example",
    ENABLE_DEV_ENDPOINTS: "false",
  });
  const answer = await ostiary.fetch("/.well-known/openid-configuration");
  assert.equal(answer.status, 421);
  assert.match(await answer.text(), /this server is set up as https:\/\/auth\.example/);
});
