/** Clients that are told of a sign-out by way of the Queue (OpenID Connect Back-Channel Logout). */
import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { after, afterEach, test } from "node:test";
import { Client, claimsOf, demoServer, refused, tokensOf } from "./support/client.ts";
import {
  codeFor,
  eventually,
  LATER_MS,
  logged,
  signedIn,
  sleep,
  startSeeded,
} from "./support/flow.ts";
import type { Ostiary } from "./support/ostiary.ts";
import type { Person } from "./support/person.ts";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** What each path of the clients' host was sent, and with which statuses it answers: the last one for good. */
const received: Record<string, string[]> = {};
const answers: Record<string, number[]> = {};

async function clients(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  assert.equal(request.method, "POST");
  const type = request.headers.get("Content-Type") ?? "";
  assert.match(type, /^application\/x-www-form-urlencoded/);
  received[pathname] = [...(received[pathname] ?? []), await request.text()];
  const due = answers[pathname] ?? [200];
  return new Response(null, { status: due.length > 1 ? due.shift() : due[0] });
}

const ostiary: Ostiary = await startSeeded({ faults: true, outbound: clients });
after(() => ostiary.stop());
afterEach(() => ostiary.faults());

/** A client that is told at `path`. */
async function clientAt(path: string): Promise<Client> {
  const redirectUri = `https://rp.example${path}/callback`;
  const made = await ostiary.fetch("/admin/api/clients", {
    method: "POST",
    headers: { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: path,
      redirect_uris: [redirectUri],
      scope: "openid offline_access",
      backchannel_logout_uri: `https://rp.example${path}`,
    }),
  });
  assert.equal(made.status, 201, await made.clone().text());
  const { client_id, client_secret } = (await made.json()) as Record<string, string>;
  return new Client(client_id as string, redirectUri, client_secret);
}

async function tokensOfOpenid(person: Person, client: Client, scope = "openid") {
  const tokens = await tokensOf(await client.redeem(ostiary, await codeFor(person, client, scope)));
  return tokens as typeof tokens & { id_token: string };
}

async function signOut(person: Person): Promise<void> {
  const page = await person.submit(await person.get("/account"), {});
  assert.equal(page.location, "/logout");
}

/** The claims of the only thing in a form, a logout token, whose signature is one of ours. */
async function logoutToken(form: string): Promise<Record<string, unknown>> {
  const fields = [...new URLSearchParams(form)];
  assert.deepEqual(
    fields.map(([name]) => name),
    ["logout_token"],
  );
  const token = fields[0]?.[1] ?? "";
  const [header = "", payload, signature = ""] = token.split(".");
  const { alg, kid, typ } = JSON.parse(Buffer.from(header, "base64url").toString());
  assert.deepEqual([alg, typ], ["ES256", "logout+jwt"]);
  const { keys } = (await (await ostiary.fetch("/.well-known/jwks.json")).json()) as {
    keys: (JsonWebKey & { kid: string })[];
  };
  const key = keys.find((one) => one.kid === kid);
  assert.ok(key, "the key is published");
  const ours = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  assert.ok(ours, "the signature is ours");
  return claimsOf(token);
}

function told(path: string, times: number): Promise<string[]> {
  return eventually(`${path} is told ${times} times`, async () => {
    const forms = received[path] ?? [];
    return forms.length >= times ? forms : undefined;
  });
}

test("every client of a session is told of the sign-out at once, by a token that names the session", async () => {
  const [one, other] = [await clientAt("/one"), await clientAt("/other")];
  const person = await signedIn(ostiary);
  const { id_token } = await tokensOfOpenid(person, one);
  await tokensOfOpenid(person, other, "openid offline_access");
  await signOut(person);
  for (const [path, client] of [
    ["/one", one],
    ["/other", other],
  ] as const) {
    const [form = ""] = await told(path, 1);
    const claims = await logoutToken(form);
    const { sub, sid } = claimsOf(id_token);
    const { iss, aud, sub: ofToken, sid: ofSession, events, nonce } = claims;
    assert.deepEqual([iss, aud, ofToken, ofSession], [ostiary.url, client.id, sub, sid]);
    assert.deepEqual([events, nonce], [{ [EVENT]: {} }, undefined]);
    const age = Number(claims.exp) - Number(claims.iat);
    assert.ok(age > 0 && age <= 120, `good for ${age} s`);
  }
  const rows = await eventually("audit rows", async () => {
    const database = await ostiary.database("AUDIT_DB");
    const { results } = await database
      .prepare("SELECT client_id FROM audit WHERE kind = 'logout_told' AND outcome = 'success'")
      .all();
    return results.length >= 2 ? results : undefined;
  });
  assert.deepEqual(
    new Set(rows.map((row: Record<string, unknown>) => row.client_id)),
    new Set([one.id, other.id]),
  );
});

test("a client that is down is told again later, by another token, and the log says so", async () => {
  const client = await clientAt("/down");
  answers["/down"] = [503, 200];
  const person = await signedIn(ostiary);
  await tokensOfOpenid(person, client);
  await signOut(person);
  const forms = await told("/down", 2);
  const ids = await Promise.all(forms.map(async (form) => (await logoutToken(form)).jti));
  assert.equal(new Set(ids).size, 2, "each try is signed anew");
  const delayed = await logged(ostiary, '"logout_delayed"');
  assert.match(delayed, /it answered 503; next try in 10 s/);
});

test("signing out ends the grant of who only asked to know who is there, and no other", async () => {
  const client = await clientAt("/grants");
  const person = await signedIn(ostiary);
  const bound = await tokensOfOpenid(person, client);
  const offline = await tokensOfOpenid(person, client, "openid offline_access");
  await signOut(person);
  await refused(await client.refresh(ostiary, bound.refresh_token), "invalid_grant");
  assert.equal(await client.isActive(ostiary, bound.access_token), false);
  assert.equal(await client.isActive(ostiary, offline.access_token), true);
  await tokensOf(await client.refresh(ostiary, offline.refresh_token));
});

test("with the Queue down people sign out all the same, and the log says what is lost", async () => {
  const client = await clientAt("/lost");
  const person = await signedIn(ostiary);
  await tokensOfOpenid(person, client);
  await ostiary.faults({ binding: "LOGOUTS", mode: "fail" });
  await signOut(person);
  await logged(ostiary, "1 logout notices are lost");
  assert.equal(received["/lost"], undefined);
});

test("with the grant objects down people sign out all the same, and what ends with the session is dead", async () => {
  const client = await clientAt("/objects");
  const person = await signedIn(ostiary);
  const bound = await tokensOfOpenid(person, client);
  await ostiary.faults({ binding: "GRANTS", mode: "fail" });
  await signOut(person);
  await ostiary.faults();
  assert.equal(await client.isActive(ostiary, bound.access_token), false);
  await refused(await client.refresh(ostiary, bound.refresh_token), "invalid_grant");
});

test("a client without an address is told nothing, and nobody fails for it", async () => {
  const person = await signedIn(ostiary);
  await tokensOf(await demoServer.redeem(ostiary, await codeFor(person, demoServer, "openid")));
  await signOut(person);
  const ofDemoServer = (line: string) =>
    /logout_(told|delayed)/.test(line) && line.includes(demoServer.id);
  await sleep(LATER_MS); // a message would have come by now
  assert.deepEqual(ostiary.logs.filter(ofDemoServer), []);
});
