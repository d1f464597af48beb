import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { after, test } from "node:test";
import { claimsOf, demoServer, demoWeb, refused, tokensOf } from "./support/client.ts";
import { codeFor, eventually, logged, signedIn, startSeeded, tokensFor } from "./support/flow.ts";
import { Person } from "./support/person.ts";

const ostiary = await startSeeded({ vars: { LOG_LEVEL: "debug", OAUTH_DEBUG: "true" } });
after(() => ostiary.stop());

type Key = JsonWebKey & { kid: string; alg: string; use: string };

async function publishedKeys(): Promise<Key[]> {
  const answer = await ostiary.fetch("/.well-known/jwks.json");
  return ((await answer.json()) as { keys: Key[] }).keys;
}

/** By Node's own crypto, which shares no code with the server. */
function isSignedBy(key: Key, token: string): boolean {
  const [header, payload, signature = ""] = token.split(".");
  return verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ format: "jwk", key }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
}

test("a person signs in and consents, and the client gets tokens that work until it takes them back", async () => {
  const person = new Person(ostiary);
  const request = demoWeb.request("read:tools call:tools");
  const login = await person.get(request.path);
  const signed = await person.submit(login, {
    username: "alice",
    password: "alice",
    action: "sign_in",
  });
  const answer = await person.approve(signed.location);
  assert.equal(`${answer.origin}${answer.pathname}`, demoWeb.redirectUri);
  assert.equal(answer.searchParams.get("iss"), ostiary.url);

  const redeemed = await demoWeb.redeem(ostiary, demoWeb.codeOf(answer, request));
  assert.equal(redeemed.headers.get("Cache-Control"), "no-store");
  const first = await tokensOf(redeemed);
  assert.equal(first.token_type, "Bearer");
  assert.equal(first.scope, "read:tools call:tools");

  const second = await tokensOf(await demoWeb.refresh(ostiary, first.refresh_token));
  assert.notEqual(second.refresh_token, first.refresh_token);
  const seen = await demoServer.introspect(ostiary, second.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.username, "alice");
  assert.equal(seen.client_id, "demo-web");

  assert.equal((await demoWeb.revoke(ostiary, second.refresh_token)).status, 200);
  for (const { access_token } of [first, second])
    assert.equal(await demoServer.isActive(ostiary, access_token), false);
  await refused(await demoWeb.refresh(ostiary, second.refresh_token), "invalid_grant");
});

test("an access token is a JWT that anybody can verify by the published keys, and none of those is private", async () => {
  const { access_token, expires_in } = await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  const keys = await publishedKeys();
  for (const key of keys) {
    for (const member of ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
      assert.ok(!(member in key), `${member} of the key ${key.kid} is published`);
  }
  const header = JSON.parse(
    Buffer.from(access_token.split(".")[0] ?? "", "base64url").toString(),
  ) as Record<string, unknown>;
  assert.equal(header.typ, "at+jwt");
  assert.equal(header.alg, "ES256");
  const [key, ...others] = keys.filter(({ kid }) => kid === header.kid);
  assert.ok(key && others.length === 0, "one published key has the token's kid");
  assert.ok(isSignedBy(key, access_token));
  const [head, payload = "", signature] = access_token.split(".");
  const changed = `${payload.startsWith("e") ? "f" : "e"}${payload.slice(1)}`;
  assert.ok(!isSignedBy(key, `${head}.${changed}.${signature}`));

  const claims = claimsOf(access_token);
  assert.equal(claims.iss, ostiary.url);
  assert.equal(claims.aud, ostiary.url);
  assert.equal(claims.token_type, "access_token");
  assert.equal(Number(claims.exp) - Number(claims.iat), 30 * 60);
  assert.ok(expires_in <= 30 * 60 && expires_in > 25 * 60);
});

test("a token of a user opens the list of the user's clients, until it is taken back", async () => {
  const { access_token } = await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  const list = () =>
    ostiary.fetch("/api/oauth/clients/me", {
      headers: { Authorization: `Bearer ${access_token}` },
    });

  const answer = await list();
  assert.equal(answer.status, 200);
  const clients = (await answer.json()) as Record<string, unknown>[];
  assert.equal(clients.length, 1);
  assert.deepEqual(Object.keys(clients[0] ?? {}).sort(), [
    "client_id",
    "client_name",
    "created_at",
    "grant_types",
    "redirect_uris",
  ]);
  assert.equal(clients[0]?.client_name, "alice OAuth Client");

  assert.equal((await demoWeb.revoke(ostiary, access_token)).status, 200);
  assert.equal((await list()).status, 401);
});

test("taking an access token back leaves the refresh token alone", async () => {
  const first = await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  await demoWeb.revoke(ostiary, first.access_token);
  assert.equal(await demoServer.isActive(ostiary, first.access_token), false);
  const second = await tokensOf(await demoWeb.refresh(ostiary, first.refresh_token));
  assert.equal(await demoServer.isActive(ostiary, second.access_token), true);
});

test("what decides something is an audit row, by way of the Queue", async () => {
  const person = await signedIn(ostiary, "bob");
  const { access_token, refresh_token } = await tokensFor(ostiary, person, demoWeb);
  await demoWeb.revoke(ostiary, refresh_token);

  const database = await ostiary.database("AUDIT_DB");
  const rows = database.prepare("SELECT kind FROM audit WHERE subject = ?1 OR grant_id = ?2");
  const { sub, jti } = claimsOf(access_token);
  const grantId = String(jti).split(".")[0];
  const wanted = ["consent", "grant_ended", "sign_in", "token_revoked"];
  const kinds = await eventually("the audit rows of one flow", async () => {
    const { results } = await rows.bind(sub, grantId).all();
    const found = results.map((row: Record<string, unknown>) => row.kind);
    return found.length >= wanted.length ? found.sort() : undefined;
  });
  assert.deepEqual(kinds, wanted);
});

test("no secret, code, token, cookie or password is in the log or the audit log, however talkative they are", async () => {
  const person = await signedIn(ostiary);
  await person.signIn("alice", "a-wrong-password");
  const code = await codeFor(person, demoServer);
  const first = await tokensOf(await demoServer.redeem(ostiary, code));
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  await refused(await demoServer.redeem(ostiary, { ...code, verifier: "x" }), "invalid_grant");
  await demoServer.isActive(ostiary, second.access_token);
  await demoServer.revoke(ostiary, second.refresh_token);

  const secrets = [code.code, code.verifier, "demo-server-secret", "a-wrong-password"];
  secrets.push(...person.cookies, first.access_token, second.access_token);
  secrets.push(first.refresh_token, second.refresh_token);
  const parts = secrets.flatMap((secret) => [secret, secret.split(".").at(-1) ?? secret]);
  const database = await ostiary.database("AUDIT_DB");
  const grantId = first.refresh_token.split(".")[0] ?? "";
  const rows = await eventually("the grant's end in the audit log", async () => {
    const { results } = await database.prepare("SELECT * FROM audit").all();
    const text = JSON.stringify(results);
    return text.includes(grantId) ? text : undefined;
  });
  await logged(ostiary, "token_refreshed");
  for (const part of parts) {
    assert.ok(!rows.includes(part), "a secret is in the audit log");
    const line = ostiary.logs.find((line) => line.includes(part));
    assert.equal(line, undefined, "a secret is in the log");
  }
});
