/** The rules by which the APIs of examples/ take access tokens, against an issuer that can say anything. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import * as jose from "jose";
import { eventually } from "../../worker/support/flow.ts";
import { freePort } from "../../worker/support/free_port.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { Example } from "../support/example.ts";

const pair = await jose.generateKeyPair("ES256");
const stranger = await jose.generateKeyPair("ES256");
const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: "ours", alg: "ES256", use: "sig" };
/** As text, which a careless API would take for a secret. */
const publicKey = new TextEncoder().encode(await jose.exportSPKI(pair.publicKey));

let keysAreThere = true;
const site = createServer((request, response) => {
  const answers: Record<string, unknown> = {
    "/.well-known/oauth-authorization-server": { issuer, jwks_uri: `${issuer}/keys` },
    "/keys": keysAreThere ? { keys: [jwk] } : undefined,
  };
  const answer = answers[request.url ?? ""];
  response.writeHead(answer ? 200 : 500, { "Content-Type": "application/json" });
  response.end(JSON.stringify(answer ?? {}));
});
await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
const api = await serve();
after(() => {
  api.program.stop();
  site.close();
  site.closeAllConnections();
});

/** The to-do app's server, without a page. */
async function serve() {
  const port = String(await freePort());
  const program = new Example(process.execPath, [join(ROOT, "examples/todo/server.mjs")], {
    OSTIARY_URL: issuer,
    PORT: port,
  });
  const origin = `http://localhost:${port}`;
  await eventually("the API answers", () =>
    fetch(origin).then(
      () => true,
      () => undefined,
    ),
  );
  return { program, origin, resource: `${origin}/api` };
}

const inAMinute = () => Math.floor(Date.now() / 1000) + 60;
const CLAIMS = {
  iss: issuer,
  sub: "usr_1",
  aud: [issuer, api.resource],
  client_id: "demo-todo",
  scope: "openid todos:read",
};

interface Token {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
}

/** A token that is good but for what is said. */
function token({ claims = {}, header = {}, key = pair.privateKey }: Token = {}): Promise<string> {
  return new jose.SignJWT({ ...CLAIMS, exp: inAMinute(), ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "ours", ...header })
    .sign(key);
}

function call(authorization?: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, ...(authorization && { Authorization: authorization }) };
  return fetch(`${api.origin}/api/items`, { ...init, headers });
}

const METADATA = () => `resource_metadata="${api.origin}/.well-known/oauth-protected-resource/api"`;

/** The refusal that RFC 6750 section 3 wants, by its challenge. */
async function refused(answer: Response, status: number, challenge: string, why: string) {
  const said = await answer.json();
  assert.equal(answer.status, status, why);
  assert.equal(answer.headers.get("WWW-Authenticate"), `Bearer ${challenge}, ${METADATA()}`, why);
  return said as { error: string; error_description: string };
}

test("a good token is taken", async () => {
  for (const aud of [api.resource, [issuer, api.resource]]) {
    const answer = await call(`Bearer ${await token({ claims: { aud } })}`);
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { items: [] });
  }
});

test("without a token the challenge says where to learn more and what to ask for, and names no error", async () => {
  for (const authorization of [undefined, "Basic YTpi", "Bearer", "Bearer a b"]) {
    const answer = await call(authorization);
    const why = String(authorization);
    const { error } = await refused(answer, 401, 'scope="todos:read"', why);
    assert.equal(error, "invalid_token", why);
  }
  const described = await fetch(`${api.origin}/.well-known/oauth-protected-resource/api`);
  assert.deepEqual(await described.json(), {
    resource: api.resource,
    authorization_servers: [issuer],
    scopes_supported: ["todos:read", "todos:write"],
  });
});

const BAD: Record<string, Token> = {
  "for another API": { claims: { aud: "http://localhost:1/api" } },
  "for the issuer alone": { claims: { aud: issuer } },
  "for nobody": { claims: { aud: undefined } },
  "of another issuer": { claims: { iss: "http://127.0.0.1:1" } },
  "without an end": { claims: { exp: undefined } },
  "not yet valid": { claims: { nbf: inAMinute() } },
  "of nobody": { claims: { sub: undefined } },
  "without a client": { claims: { client_id: undefined } },
  "an ID token": { header: { typ: "JWT" } },
  "without a type": { header: { typ: undefined } },
  "by a stranger's key": { key: stranger.privateKey },
  "by a key that is not published": { header: { kid: "theirs" }, key: stranger.privateKey },
  "signed with the public key as a secret": { header: { alg: "HS256" }, key: publicKey },
};

for (const [what, bad] of Object.entries(BAD))
  test(`a token is refused that is ${what}`, async () => {
    const answer = await call(`Bearer ${await token(bad)}`);
    const challenge = 'error="invalid_token", scope="todos:read"';
    const { error_description } = await refused(answer, 401, challenge, what);
    assert.equal(error_description, "The access token is not good here.");
  });

test("a token that has expired is refused, and the answer says so", async () => {
  const expired = { exp: Math.floor(Date.now() / 1000) - 1 };
  const answer = await call(`Bearer ${await token({ claims: expired })}`);
  const challenge = 'error="invalid_token", scope="todos:read"';
  const { error_description } = await refused(answer, 401, challenge, "expired");
  assert.equal(error_description, "The access token has expired.");
});

test("what is no signed token at all is refused", async () => {
  const [, claims, signature] = (await token()).split(".");
  const none = jose.base64url.encode(JSON.stringify({ alg: "none", typ: "at+jwt" }));
  const unsigned = new jose.UnsecuredJWT({ ...CLAIMS, exp: inAMinute() }).encode();
  for (const text of [
    "x",
    "a.b.c",
    unsigned,
    `${none}.${claims}.`,
    `${none}.${claims}.${signature}`,
  ])
    await refused(
      await call(`Bearer ${text}`),
      401,
      'error="invalid_token", scope="todos:read"',
      text,
    );
});

test("a token without the scope is refused by 403, and the challenge names the scope", async () => {
  const writes = { method: "POST", headers: { "Content-Type": "application/json" } };
  const add = { ...writes, body: JSON.stringify({ text: "Not allowed" }) };
  for (const [scope, init, needed] of [
    ["openid", {}, "todos:read"],
    ["todos:reading todos", {}, "todos:read"],
    [undefined, {}, "todos:read"],
    ["todos:read", add, "todos:write"],
  ] as const) {
    const answer = await call(`Bearer ${await token({ claims: { scope } })}`, init);
    const challenge = `error="insufficient_scope", scope="${needed}"`;
    const said = await refused(answer, 403, challenge, String(scope));
    assert.deepEqual(said, {
      error: "insufficient_scope",
      error_description: `This needs the scope ${needed}.`,
    });
  }
  const kept = await call(`Bearer ${await token()}`);
  assert.deepEqual(await kept.json(), { items: [] }, "nothing was added");
});

test("an item must be a text, a body JSON and short, and nobody's list grows for ever", async () => {
  const bearer = `Bearer ${await token({ claims: { sub: "usr_2", scope: "todos:read todos:write" } })}`;
  const post = (body: string, type = "application/json") =>
    call(bearer, { method: "POST", headers: { "Content-Type": type }, body });
  for (const [body, status] of [
    ['{"text": "  "}', 400],
    [`{"text": "${"x".repeat(201)}"}`, 400],
    ["null", 400],
    ['{"text": 7}', 400],
    ["{", 400],
    [`{"text": "${"x".repeat(17_000)}"}`, 413],
  ] as const)
    assert.equal((await post(body)).status, status, body.slice(0, 20));
  assert.equal((await post('{"text": "x"}', "text/plain")).status, 415);
  for (let n = 1; n <= 100; n += 1) assert.equal((await post(`{"text": "${n}"}`)).status, 201);
  assert.equal((await post('{"text": "101"}')).status, 409);
  const { items } = await (await call(bearer)).json();
  assert.deepEqual([items.length, items[99].text, items[99].done], [100, "100", false]);
});

test("while the issuer's keys can't be had, the API is unavailable, which is no fault of the token", async () => {
  keysAreThere = false;
  const fresh = await serve();
  try {
    const bearer = { Authorization: `Bearer ${await token({ claims: { aud: fresh.resource } })}` };
    const ask = () => fetch(`${fresh.origin}/api/items`, { headers: bearer });
    const answer = await ask();
    assert.equal(answer.status, 503);
    assert.equal((await answer.json()).error, "temporarily_unavailable");
    keysAreThere = true;
    assert.equal((await ask()).status, 200);
  } finally {
    keysAreThere = true;
    fresh.program.stop();
  }
});
