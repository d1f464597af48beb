/** `jose` verifies what the server signs, by nothing but the JWK Set; and refuses what somebody has altered. */
import assert from "node:assert/strict";
import { createPublicKey, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { type Client, demoServer } from "../worker/support/client.ts";
import { eventually } from "../worker/support/flow.ts";
import { type Algorithm, type Kind, NONCE, Signer } from "./support/signed.ts";

const signer = await Signer.start();
after(() => signer.ostiary.stop());
const { url: issuer } = signer.ostiary;
const jwksUri = new URL("/.well-known/jwks.json", issuer);
const keys = createRemoteJWKSet(jwksUri);
const published = ((await (await fetch(jwksUri)).json()) as { keys: JWK[] }).keys;

const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** What whoever is given the token must hold it to. */
function rules(clientId: string, algorithm: Algorithm): Record<Kind, JWTVerifyOptions> {
  const common = { issuer, audience: clientId, algorithms: [algorithm] };
  return {
    // RFC 9068 4
    "access token": {
      issuer,
      audience: issuer,
      algorithms: ["ES256"],
      typ: "at+jwt",
      maxTokenAge: "5m",
      requiredClaims: ["exp", "sub", "client_id", "jti", "scope"],
    },
    // OpenID Connect Core 3.1.3.7
    "ID token": {
      ...common,
      typ: "JWT",
      maxTokenAge: "5m",
      requiredClaims: ["exp", "sub", "nonce", "auth_time", "at_hash", "sid"],
    },
    // Core 5.3.2
    UserInfo: { ...common, typ: "JWT", requiredClaims: ["sub"] },
    // Back-Channel Logout 2.6
    "logout token": {
      ...common,
      typ: "logout+jwt",
      maxTokenAge: "2m",
      requiredClaims: ["exp", "jti", "sid", "sub", "events"],
    },
  };
}

/** What `jose` makes of a token: its claims, or why it refuses it. */
async function verdict(token: string, rule: JWTVerifyOptions): Promise<Record<string, unknown>> {
  try {
    return (await jwtVerify(token, keys, rule)).payload;
  } catch (error) {
    return { refused: (error as { code?: string }).code ?? String(error) };
  }
}

const cases: { algorithm: Algorithm; client: Client; signed: Record<Kind, string> }[] = [];
for (const algorithm of ["ES256", "RS256"] as const) {
  const client = await signer.client(algorithm);
  cases.push({ algorithm, client, signed: await signer.everything(client) });
}

for (const { algorithm, client, signed } of cases) {
  const rule = rules(client.id, algorithm);
  const kinds = Object.keys(signed) as Kind[];

  test(`jose verifies all four kinds of tokens of a client with ${algorithm}`, async () => {
    const said = async (kind: Kind) => (await jwtVerify(signed[kind], keys, rule[kind])).payload;
    const [access, id, userinfo, logout] = await Promise.all(kinds.map(said));
    assert.ok(access && id && userinfo && logout);
    assert.equal(id.nonce, NONCE);
    assert.equal(access.client_id, client.id);
    assert.equal(userinfo.preferred_username, "alice");
    for (const other of [access, userinfo, logout]) assert.equal(other.sub, id.sub);
    assert.equal(logout.sid, id.sid);
    assert.deepEqual(logout.events, { [EVENT]: {} });
    assert.equal(logout.nonce, undefined);
    assert.ok(Number(logout.exp) - Number(logout.iat) <= 120);
  });

  test(`no kind of token passes for another, with ${algorithm}`, async () => {
    // UserInfo is asked for, so what it may be mistaken for does not matter; it must not be taken for the others.
    for (const wanted of ["access token", "ID token", "logout token"] as const)
      for (const kind of kinds.filter((kind) => kind !== wanted)) {
        // Whatever it is signed with, so that it is not the algorithm that tells them apart.
        const lenient = { ...rule[wanted], algorithms: ["ES256", "RS256"] };
        const { refused } = await verdict(signed[kind], lenient);
        assert.equal(refused, "ERR_JWT_CLAIM_VALIDATION_FAILED", `${kind} as ${wanted}`);
      }
  });

  test(`jose refuses each token once it is altered, with ${algorithm}`, async () => {
    for (const kind of kinds)
      for (const [how, token] of await alterations(signed[kind])) {
        const { refused } = await verdict(token, rule[kind]);
        assert.match(String(refused), /^ERR_(JWS|JOSE|JWKS)_/, `${kind}: ${how}`);
      }
  });

  test(`the server refuses what is no access token of its own, with ${algorithm}`, async () => {
    const { alice, tokens } = await signer.signIn(client);
    const altered = (await alterations(tokens.access_token)).map(([, token]) => token);
    const { "access token": _, ...others } = signed;
    for (const token of [...altered, tokens.id_token, ...Object.values(others)]) {
      await isRefusedByUserinfo(token);
      assert.equal(await demoServer.isActive(signer.ostiary, token), false, token);
    }
    assert.equal(await demoServer.isActive(signer.ostiary, tokens.access_token), true);

    // An altered ID token proves nothing, so alice is asked; her own signs her out at once.
    const hint = (token: string) =>
      `/oauth/logout?${new URLSearchParams({ id_token_hint: token })}`;
    for (const [how, token] of await alterations(tokens.id_token))
      assert.match((await alice.get(hint(token))).html, /id="sign-out-form"/, how);
    assert.equal((await alice.get(hint(tokens.id_token))).location, "/logout");
    assert.equal((await alice.get("/account")).status, 303);
  });
}

test("a client that answers a logout token with 204 is told once (Back-Channel Logout 2.8)", async () => {
  const outcomes = (event: string) =>
    signer.ostiary.logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.event === event)
      .map((line) => line.client_id);
  for (const { client } of cases)
    await eventually("the log says so", async () =>
      outcomes("logout_told").includes(client.id) ? true : undefined,
    );
  assert.deepEqual(outcomes("logout_delayed"), []);
});

async function isRefusedByUserinfo(token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await signer.ostiary.fetch("/oauth/userinfo", { headers });
  assert.equal(answer.status, 401, token);
  assert.match(answer.headers.get("WWW-Authenticate") ?? "", /error="invalid_token"/);
}

/** What somebody could make of a token who lacks our keys, each with its name (RFC 8725 section 2). */
async function alterations(token: string): Promise<[string, string][]> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const { alg, kid, typ } = decodeProtectedHeader(token) as Record<"alg" | "kid" | "typ", string>;
  const claims = decodeJwt(token);
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const stranger = await generateKeyPair(alg, { extractable: true });
  const other = published.find((key) => key.kid !== kid);
  const sign = (more: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, typ, ...more }).sign(stranger.privateKey);
  const altered = { ...claims, sub: "usr_somebody_else" };
  return [
    ["another subject", [header, json(altered), signature].join(".")],
    ["no signature", [header, payload, ""].join(".")],
    ["half a signature", [header, payload, signature.slice(0, signature.length / 2)].join(".")],
    ["alg none", new UnsecuredJWT(claims).encode()],
    ["alg none, with the kid", [json({ alg: "none", kid, typ }), payload, ""].join(".")],
    ["a MAC with the public key", await withPublicKeyAsSecret(token)],
    ["a key of somebody else", await sign({})],
    ["a key that the token brings along", await sign({ jwk: await exportJWK(stranger.publicKey) })],
    ["a key to fetch", await sign({ jku: "https://evil.example/jwks.json" })],
    ["an unknown kid", [json({ alg, kid: randomUUID(), typ }), payload, signature].join(".")],
    [
      "the kid of our other key",
      [json({ alg, kid: other?.kid, typ }), payload, signature].join("."),
    ],
    ["an extension", [json({ alg, kid, typ, crit: ["x"], x: 1 }), payload, signature].join(".")],
  ];
}

/** RFC 8725 2.1: what a verifier takes that lets the token choose the algorithm. */
function withPublicKeyAsSecret(token: string): Promise<string> {
  const { kid, typ } = decodeProtectedHeader(token) as Record<"kid" | "typ", string>;
  const jwk = published.find((key) => key.kid === kid);
  assert.ok(jwk);
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const secret = Buffer.from(key.export({ type: "spki", format: "pem" }));
  return new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: "HS256", kid, typ })
    .sign(new Uint8Array(secret));
}
