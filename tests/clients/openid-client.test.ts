/** A client library of others, as it comes, against the running server. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as openid from "openid-client";
import { demoServer, demoWeb } from "../worker/support/client.ts";
import { signedIn, startSeeded } from "../worker/support/flow.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());
const alice = await signedIn(ostiary);

/** What the library finds out by itself from the issuer's address. */
function discover(
  id: string,
  authentication: openid.ClientAuth,
  secret?: string,
): Promise<openid.Configuration> {
  return openid.discovery(new URL(ostiary.url), id, secret, authentication, {
    algorithm: "oauth2",
    execute: [openid.allowInsecureRequests], // plain http, on this machine only
  });
}

const server = () =>
  discover(demoServer.id, openid.ClientSecretBasic(demoServer.secret), demoServer.secret);

/** The code flow with PKCE and state, as the library's own documentation has it. */
async function authorize(configuration: openid.Configuration, redirectUri: string, scope: string) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
  });
  const callback = await alice.approve(`${url.pathname}${url.search}`);
  const checks = { pkceCodeVerifier, expectedState };
  return openid.authorizationCodeGrant(configuration, callback, checks);
}

/** Checks that the library understands a refusal of the token endpoint. */
async function isRefused(promise: Promise<unknown>, error: string, status: number): Promise<void> {
  await assert.rejects(promise, (thrown) => {
    assert.ok(thrown instanceof openid.ResponseBodyError, String(thrown));
    assert.equal(thrown.error, error);
    assert.equal(thrown.status, status);
    return true;
  });
}

test("openid-client discovers the server", async () => {
  const metadata = (await server()).serverMetadata();
  assert.equal(metadata.issuer, ostiary.url);
  assert.equal(metadata.token_endpoint, `${ostiary.url}/oauth/token`);
  assert.equal(metadata.supportsPKCE(), true);
});

for (const [method, authentication] of [
  ["client_secret_basic", openid.ClientSecretBasic(demoServer.secret)],
  ["client_secret_post", openid.ClientSecretPost(demoServer.secret)],
] as const) {
  test(`openid-client walks through code, refresh, introspection and revocation by ${method}`, async () => {
    const configuration = await discover(demoServer.id, authentication, demoServer.secret);
    const first = await authorize(configuration, demoServer.redirectUri, "read:tools call:tools");
    assert.equal(first.scope, "read:tools call:tools");
    assert.ok(first.refresh_token);
    assert.ok((first.expiresIn() ?? 0) > 0);

    const second = await openid.refreshTokenGrant(configuration, first.refresh_token, {
      scope: "read:tools",
    });
    assert.equal(second.scope, "read:tools");
    assert.ok(second.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);

    const seen = await openid.tokenIntrospection(configuration, second.access_token);
    assert.equal(seen.active, true);
    assert.equal(seen.username, "alice");
    assert.equal(seen.iss, ostiary.url);

    await openid.tokenRevocation(configuration, second.refresh_token);
    for (const token of [first.access_token, second.access_token, second.refresh_token])
      assert.equal((await openid.tokenIntrospection(configuration, token)).active, false);
    await isRefused(
      openid.refreshTokenGrant(configuration, second.refresh_token),
      "invalid_grant",
      400,
    );
  });
}

test("openid-client walks through code, refresh and revocation as a public client", async () => {
  const configuration = await discover(demoWeb.id, openid.None());
  const first = await authorize(configuration, demoWeb.redirectUri, "read:tools");
  assert.ok(first.refresh_token);
  const second = await openid.refreshTokenGrant(configuration, first.refresh_token);
  const api = new URL("/api/oauth/clients/me", ostiary.url);
  const list = () => openid.fetchProtectedResource(configuration, second.access_token, api, "GET");
  assert.equal((await list()).status, 200);

  await openid.tokenRevocation(configuration, second.access_token);
  await assert.rejects(list(), openid.WWWAuthenticateChallengeError);
});

test("openid-client gets a token for itself by client credentials", async () => {
  const configuration = await server();
  const tokens = await openid.clientCredentialsGrant(configuration, { scope: "call:tools" });
  assert.equal(tokens.scope, "call:tools");
  assert.equal(tokens.refresh_token, undefined);
  const seen = await openid.tokenIntrospection(configuration, tokens.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.sub, demoServer.id);
  await openid.tokenRevocation(configuration, tokens.access_token);
  assert.equal((await openid.tokenIntrospection(configuration, tokens.access_token)).active, false);
});

test("openid-client understands what it is refused for", async () => {
  const wrong = await discover(demoServer.id, openid.ClientSecretPost("wrong"), "wrong");
  await isRefused(openid.clientCredentialsGrant(wrong), "invalid_client", 401);
  await isRefused(
    openid.clientCredentialsGrant(await server(), { scope: "admin" }),
    "invalid_scope",
    400,
  );
  const web = await discover(demoWeb.id, openid.None());
  await isRefused(openid.clientCredentialsGrant(web), "unauthorized_client", 400);
});

test("openid-client understands a refusal that comes by redirect", async () => {
  const configuration = await server();
  const expectedState = openid.randomState();
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: demoServer.redirectUri,
    scope: "no:such",
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    code_challenge_method: "S256",
    state: expectedState,
  });
  const callback = await alice.approve(`${url.pathname}${url.search}`);
  await assert.rejects(
    openid.authorizationCodeGrant(configuration, callback, { expectedState }),
    (thrown) => {
      assert.ok(thrown instanceof openid.AuthorizationResponseError, String(thrown));
      assert.equal(thrown.error, "invalid_scope");
      return true;
    },
  );
});
