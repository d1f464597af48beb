import assert from "node:assert/strict";
import { after, test } from "node:test";
import { demoServer, refused, tokensOf } from "./support/client.ts";
import { codeFor, signedIn, startSeeded, tokensFor } from "./support/flow.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());
const alice = await signedIn(ostiary);
const held = await tokensFor(ostiary, alice, demoServer);
const code = await codeFor(alice, demoServer);
await ostiary.setVars({ OAUTH_ENABLED: "false" });

const bearer = { Authorization: `Bearer ${held.access_token}` };
const off = (answer: Response) => refused(answer, "temporarily_unavailable", 503);

test("switched off, the server gives no codes and no tokens, and serves no resource", async () => {
  await off(await demoServer.redeem(ostiary, code));
  await off(await demoServer.refresh(ostiary, held.refresh_token));
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: demoServer.id,
    client_secret: demoServer.secret ?? "",
  });
  for (const path of ["/oauth/token", "/token"])
    await off(await ostiary.fetch(path, { method: "POST", body }));
  await off(await ostiary.fetch("/api/oauth/clients/me", { headers: bearer }));
  for (const path of [demoServer.request().path, "/authorize", "/consent"]) {
    const page = await alice.get(path);
    assert.equal(page.status, 503, path);
    assert.match(page.html, /temporarily_unavailable/);
  }
});

test("switched off, metadata, introspection, sign-in, pages, administration and health stay", async () => {
  for (const path of [
    "/",
    "/healthz",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwks.json",
    "/login",
  ])
    assert.equal((await ostiary.fetch(path)).status, 200, path);
  assert.equal(await demoServer.isActive(ostiary, held.access_token), true);
  const bob = await signedIn(ostiary, "bob");
  const account = await bob.get("/account");
  assert.equal(account.status, 200);
  assert.equal((await bob.submit(account, {})).location, "/logout");
  assert.equal((await bob.get("/logout")).status, 200);
  const administrator = { "X-Admin-Token": ostiary.adminToken };
  const users = await ostiary.fetch("/admin/api/users", { headers: administrator });
  assert.equal(users.status, 200);
  for (const path of ["/metrics", "/oauth/stats"])
    assert.equal((await ostiary.fetch(path, { headers: administrator })).status, 200, path);
});

test("switched off, nothing becomes open", async () => {
  assert.equal((await ostiary.fetch("/admin/api/users")).status, 401);
  await off(await ostiary.fetch("/api/oauth/clients/me"));
  const body = new URLSearchParams({ token: held.access_token });
  await refused(
    await ostiary.fetch("/oauth/introspect", { method: "POST", body }),
    "invalid_client",
    401,
  );
});

test("switched on again, what was held works on; what was taken back meanwhile does not", async () => {
  assert.equal((await demoServer.revoke(ostiary, held.access_token)).status, 200);
  await ostiary.setVars({ OAUTH_ENABLED: "true" });
  assert.equal(await demoServer.isActive(ostiary, held.access_token), false);
  await tokensOf(await demoServer.redeem(ostiary, code));
  await tokensOf(await demoServer.refresh(ostiary, held.refresh_token));
});
