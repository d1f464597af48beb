/** What the server publishes of itself, held against the standards' own lists of members: schemas/*.json. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { calculateJwkThumbprint, type JWK } from "jose";
import { startSeeded } from "../worker/support/flow.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());

const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
ajv.addFormat("uri", (text) => URL.canParse(text));
const isMetadata = schema("provider-metadata");
const isJwkSet = schema("jwk-set");

function schema(name: string): ValidateFunction {
  const path = join(import.meta.dirname, "schemas", `${name}.json`);
  return ajv.compile(JSON.parse(readFileSync(path, "utf8")));
}

type Json = Record<string, unknown>;

async function published(path: string): Promise<Json> {
  const answer = await ostiary.fetch(path);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("Content-Type"), "application/json");
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*");
  return (await answer.json()) as Json;
}

const metadata = await published("/.well-known/openid-configuration");
const jwks = (await published("/.well-known/jwks.json")) as { keys: JWK[] };

/** Where and how `value` breaks the schema; empty when it does not. */
function faults(validate: ValidateFunction, value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
}

test("the provider metadata has the members of the standards, each of its kind, and no other", () => {
  assert.deepEqual(faults(isMetadata, metadata), []);
});

test("both addresses publish the same metadata", async () => {
  assert.deepEqual(await published("/.well-known/oauth-authorization-server"), metadata);
});

test("the issuer is the address before /.well-known, and every endpoint lies below it and is there", async () => {
  assert.equal(metadata.issuer, ostiary.url);
  const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
  assert.equal(endpoints.length, 8);
  for (const [name, url] of endpoints) {
    assert.ok(String(url).startsWith(`${ostiary.url}/`), name);
    const { status } = await ostiary.fetch(new URL(String(url)).pathname, { method: "OPTIONS" });
    // A preflight where browsers may call, else a method that the route has not.
    assert.ok([200, 405].includes(status), `${name} answers ${status}`);
  }
});

/** Documents whose maker has erred: were they not noticed, the schema would say nothing. */
const ERRORS: [string, Json][] = [
  ["no issuer", without("issuer")],
  ["no jwks_uri", without("jwks_uri")],
  ["no id_token_signing_alg_values_supported", without("id_token_signing_alg_values_supported")],
  ["grant types left out, which means implicit", without("grant_types_supported")],
  ["a member that no standard has", { ...metadata, logout_endpoint: `${ostiary.url}/logout` }],
  ["an issuer with a query", { ...metadata, issuer: `${ostiary.url}/?tenant=1` }],
  ["an issuer without TLS", { ...metadata, issuer: "http://auth.example" }],
  ["an endpoint with a fragment", { ...metadata, token_endpoint: `${ostiary.url}/token#` }],
  ["an endpoint that is a path", { ...metadata, userinfo_endpoint: "/oauth/userinfo" }],
  ["a scope with a space", { ...metadata, scopes_supported: ["openid", "read tools"] }],
  ["scopes without openid", { ...metadata, scopes_supported: ["profile"] }],
  ["ID tokens without RS256", { ...metadata, id_token_signing_alg_values_supported: ["ES256"] }],
  ["unsigned ID tokens", { ...metadata, id_token_signing_alg_values_supported: ["RS256", "none"] }],
  ["a list that is a text", { ...metadata, response_types_supported: "code" }],
  ["an empty list", { ...metadata, response_types_supported: [] }],
  ["a list with the same twice", { ...metadata, subject_types_supported: ["public", "public"] }],
  ["a yes as a text", { ...metadata, claims_parameter_supported: "true" }],
  ...["token", "revocation", "introspection"].map((endpoint): [string, Json] => [
    `client assertions at the ${endpoint} endpoint without their algorithms`,
    without(`${endpoint}_endpoint_auth_signing_alg_values_supported`),
  ]),
  [
    "client assertions that nobody signs",
    { ...metadata, token_endpoint_auth_signing_alg_values_supported: ["ES256", "none"] },
  ],
  ["request_uri left out, which means yes", without("request_uri_parameter_supported")],
  ["logout tokens with sid, but no logout tokens", without("backchannel_logout_supported")],
];

function without(name: string): Json {
  const { [name]: _, ...others } = metadata;
  return others;
}

test("the schema of the metadata notices what its maker could do wrong", () => {
  for (const [error, document] of ERRORS)
    assert.notDeepEqual(faults(isMetadata, document), [], error);
});

test("the JWK Set holds public keys for signatures, and nothing else", () => {
  assert.deepEqual(faults(isJwkSet, jwks), []);
  const algorithms = new Set(jwks.keys.map(({ alg }) => alg));
  assert.deepEqual([...algorithms], metadata.id_token_signing_alg_values_supported);
});

test("every key is named by its thumbprint, so that no two have one name", async () => {
  for (const key of jwks.keys) assert.equal(key.kid, await calculateJwkThumbprint(key));
  assert.equal(new Set(jwks.keys.map(({ kid }) => kid)).size, jwks.keys.length);
});

test("the schema of the JWK Set notices private members, secrets, small keys and keys without a name", () => {
  const [ec, rsa] = jwks.keys as [JWK, JWK];
  const { kid: _, ...nameless } = ec;
  const wrong: unknown[] = [
    { ...ec, d: ec.x },
    { ...rsa, p: "AQAB" },
    { ...rsa, n: rsa.n?.slice(0, 171) },
    { ...ec, x: ec.x?.slice(1) },
    { ...ec, use: "enc" },
    { ...ec, alg: "ES384" },
    { kty: "oct", k: "c2VjcmV0", kid: "1", use: "sig", alg: "HS256" },
    nameless,
  ];
  for (const key of wrong)
    assert.notDeepEqual(faults(isJwkSet, { keys: [key] }), [], JSON.stringify(key));
  assert.notDeepEqual(faults(isJwkSet, { keys: [] }), []);
});
