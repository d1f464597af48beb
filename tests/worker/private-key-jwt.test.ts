/** Clients that prove who they are by keys of their own, verified by the runtime's WebCrypto. */
import assert from "node:assert/strict";
import type { JsonWebKey } from "node:crypto";
import { after, test } from "node:test";
import { ALGORITHMS, asserting, ClientKey } from "./support/assertion.ts";
import { demoServer, refused, tokensOf } from "./support/client.ts";
import { startSeeded } from "./support/flow.ts";
import type { Server } from "./support/ostiary.ts";

const HOST = "https://signer.example";
const JSON_TYPE = { "Content-Type": "application/json" };
/** What the client's host answers, and what it was asked. */
let answer: () => Response | Promise<Response> = () => new Response(null, { status: 404 });
const asked: string[] = [];

function clientsHost(request: Request): Response | Promise<Response> {
  asked.push(request.url);
  return answer();
}

const ostiary = await startSeeded({ twin: true, outbound: clientsHost });
after(() => ostiary.stop());

const set = (...keys: ClientKey[]) => ({ keys: keys.map((key) => key.jwk) });

/** A new client with these settings; its id. */
async function client(settings: { jwks?: { keys: JsonWebKey[] }; jwks_uri?: string }) {
  const made = await ostiary.fetch("/admin/api/clients", {
    method: "POST",
    headers: { "X-Admin-Token": ostiary.adminToken, ...JSON_TYPE },
    body: JSON.stringify({
      client_name: "Signer",
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      ...settings,
    }),
  });
  assert.equal(made.status, 201, await made.clone().text());
  return ((await made.json()) as { client_id: string }).client_id;
}

/** The client asks for a token of its own. */
function asks(id: string, key: ClientKey, server: Server = ostiary): Promise<Response> {
  return server.send(ownToken(key.assertion(ostiary.url, id)));
}

function ownToken(assertion: string) {
  return asserting("/oauth/token", { grant_type: "client_credentials" }, assertion);
}

for (const algorithm of ALGORITHMS)
  test(`${algorithm}: its key opens all three endpoints, and another of its kind none`, async () => {
    const key = new ClientKey(algorithm);
    const id = await client({ jwks: set(key) });
    const { access_token: token } = await tokensOf(await asks(id, key));
    assert.equal(await demoServer.isActive(ostiary, token), true);
    const at = (path: string, by: ClientKey) =>
      ostiary.send(asserting(path, { token }, by.assertion(ostiary.url, id)));

    const other = new ClientKey(algorithm);
    await refused(await asks(id, other), "invalid_client", 401);
    for (const path of ["/oauth/introspect", "/oauth/revoke"])
      await refused(await at(path, other), "invalid_client", 401);
    assert.equal(await demoServer.isActive(ostiary, token), true);

    const seen = (await (await at("/oauth/introspect", key)).json()) as Record<string, unknown>;
    assert.deepEqual([seen.active, seen.client_id], [true, id]);
    assert.equal((await at("/oauth/revoke", key)).status, 200);
    assert.equal(await demoServer.isActive(ostiary, token), false);
  });

test("RSA keys of up to 4096 bits verify, by both of their algorithms", async () => {
  for (const bits of [3072, 4096])
    for (const algorithm of ["RS256", "PS256"] as const) {
      const key = new ClientKey(algorithm, "rsa", bits);
      await tokensOf(await asks(await client({ jwks: set(key) }), key));
    }
});

test("a key that the runtime cannot import has signed nothing", async () => {
  const key = new ClientKey("ES256");
  const offCurve = { ...key.jwk, y: Buffer.alloc(32, 7).toString("base64url") };
  const id = await client({ jwks: { keys: [offCurve] } });
  await refused(await asks(id, key), "invalid_client", 401);
  const both = await client({ jwks: { keys: [offCurve, key.jwk] } });
  await tokensOf(await asks(both, key));
});

test("of ten uses of an assertion at once, at two Workers, one gets a token", async () => {
  const key = new ClientKey("ES256");
  const id = await client({ jwks: set(key) });
  for (const server of [ostiary, ostiary.twin]) await tokensOf(await asks(id, key, server));
  const once = ownToken(key.assertion(ostiary.url, id));
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? ostiary.twin : ostiary).send(once)),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const lost of answers.filter(({ status }) => status !== 200)) {
    await refused(lost.clone(), "invalid_client", 401);
    assert.match(await lost.text(), /it was used before/);
  }
});

test("keys are fetched from the client's address, and again for a key that is new", async () => {
  const [old, next] = [new ClientKey("RS256", "old"), new ClientKey("EdDSA", "next")];
  const id = await client({ jwks_uri: `${HOST}/rotating` });
  asked.length = 0;
  answer = () => Response.json(set(old));
  await tokensOf(await asks(id, old));
  await tokensOf(await asks(id, old, ostiary.twin));
  answer = () => Response.json(set(next));
  await tokensOf(await asks(id, next));
  await tokensOf(await asks(id, next, ostiary.twin));
  await refused(await asks(id, old), "invalid_client", 401);
  assert.deepEqual(asked, [`${HOST}/rotating`, `${HOST}/rotating`]);
});

test("a host that redirects, answers too much, or something else, gives no key", async () => {
  const key = new ClientKey("ES256");
  const good = JSON.stringify(set(key));
  const hostile: Record<string, () => Response> = {
    redirect: () => new Response(null, { status: 302, headers: { Location: `${HOST}/good` } }),
    huge: () => new Response(good + " ".repeat(64 * 1024), { headers: JSON_TYPE }),
    html: () => new Response(good, { headers: { "Content-Type": "text/html" } }),
    broken: () => new Response("{", { headers: JSON_TYPE }),
    deep: () => new Response("[".repeat(60_000), { headers: JSON_TYPE }),
    error: () => new Response(good, { status: 503, headers: JSON_TYPE }),
  };
  for (const [name, reply] of Object.entries(hostile)) {
    const id = await client({ jwks_uri: `${HOST}/${name}` });
    asked.length = 0;
    answer = reply;
    await refused(await asks(id, key), "invalid_client", 401);
    assert.deepEqual(asked, [`${HOST}/${name}`], "no redirect is followed");
    answer = () => new Response(good, { headers: JSON_TYPE });
    await tokensOf(await asks(id, key));
  }
});

test("a host that does not answer is given up after 5 s", async () => {
  const id = await client({ jwks_uri: `${HOST}/silent` });
  answer = () => new Promise(() => {});
  const began = Date.now();
  await refused(await asks(id, new ClientKey("ES256")), "invalid_client", 401);
  const took = Date.now() - began;
  assert.ok(took >= 4_900 && took < 30_000, `after ${took} ms`);
});
