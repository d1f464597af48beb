/** The signing keys are changed on the runtime, and `jose` verifies everything throughout, by the published set alone. */
import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { makeSigningKeys } from "../../scripts/jwk.mjs";
import { demoServer, tokensOf } from "./support/client.ts";
import { signedIn, startSeeded } from "./support/flow.ts";
import { secrets } from "./support/ostiary.ts";

const MINUTE = 60;
const sets = [secrets.SIGNING_KEYS, makeSigningKeys(), makeSigningKeys()] as const;

const ostiary = await startSeeded({ faults: true });
after(() => ostiary.stop());
// jose keeps the set for ten minutes, and waits half a minute between two questions: its clock moves with the server's.
mock.timers.enable({ apis: ["Date"], now: Date.now() });
after(() => mock.timers.reset());
const verifiers = [0, 1].map(() => createRemoteJWKSet(new URL("/.well-known/jwks.json", ostiary.url)));

interface OpenidTokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
}

const alice = await signedIn(ostiary);
// Access tokens are by ES256 always; so both algorithms are in use.
const rs256 = await ostiary.fetch("/admin/api/clients/demo-server", {
  method: "PATCH",
  headers: { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" },
  body: JSON.stringify({ id_token_signed_response_alg: "RS256" }),
});
assert.equal(rs256.status, 200, await rs256.text());
const asked = demoServer.request("openid offline_access read:tools");
const code = demoServer.codeOf(await alice.approve(asked.path), asked);
let held = await openidTokens(await demoServer.redeem(ostiary, code));
/** Every token that was issued. */
const issued: string[] = [];

async function openidTokens(answer: Response): Promise<OpenidTokens> {
  return (await tokensOf(answer)) as unknown as OpenidTokens;
}

/** The names of a set's keys, ES256 first. */
function kids(set: string): string[] {
  return JSON.parse(set).keys.map(({ kid }: { kid: string }) => kid);
}

/** New tokens, and the name of the key that signed them; every verifier takes them and all that live. */
async function refresh(): Promise<string | undefined> {
  held = await openidTokens(await demoServer.refresh(ostiary, held.refresh_token));
  issued.push(held.access_token, held.id_token);
  for (const keys of verifiers)
    for (const token of issued.filter(lives)) {
      const { payload } = await jwtVerify(token, keys, { issuer: ostiary.url });
      assert.equal(payload.iss, ostiary.url);
    }
  for (const token of issued.filter(lives).filter(isAccessToken)) {
    assert.equal(await demoServer.isActive(ostiary, token), true);
    const headers = { Authorization: `Bearer ${token}` };
    assert.equal((await ostiary.fetch("/oauth/userinfo", { headers })).status, 200);
  }
  return decodeProtectedHeader(held.access_token).kid;
}

function lives(token: string): boolean {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return Number((JSON.parse(payload) as JWTPayload).exp) * 1000 > Date.now();
}

function isAccessToken(token: string): boolean {
  return decodeProtectedHeader(token).typ === "at+jwt";
}

async function pass(seconds: number): Promise<void> {
  mock.timers.tick(seconds * 1000);
  await ostiary.advance(seconds);
}

async function published(): Promise<string[]> {
  const answer = await ostiary.fetch("/.well-known/jwks.json");
  const { keys } = (await answer.json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

interface Shown {
  kid: string;
  state: string;
  slot: string | null;
  until: string | null;
}

async function admin(method: string, path: string): Promise<Response> {
  const headers = { "X-Admin-Token": ostiary.adminToken };
  return ostiary.fetch(`/admin/api/keys${path}`, { method, headers });
}

async function shown(): Promise<Shown[]> {
  return ((await (await admin("GET", "")).json()) as { keys: Shown[] }).keys;
}

async function states(set: string): Promise<(string | undefined)[]> {
  const all = await shown();
  return kids(set).map((kid) => all.find((key) => key.kid === kid)?.state);
}

async function promote(set: string): Promise<number[]> {
  const answers = [];
  for (const kid of kids(set)) answers.push((await admin("POST", `/${kid}/promote`)).status);
  return answers;
}

test("keys are changed by the two slots, and jose verifies every token until it is over", async () => {
  assert.equal(await refresh(), kids(sets[0])[0]);

  await ostiary.setVars({ SIGNING_KEYS_NEXT: sets[1] });
  assert.equal(await refresh(), kids(sets[0])[0]);
  assert.deepEqual(await published(), [...kids(sets[0]), ...kids(sets[1])]);
  assert.deepEqual(await promote(sets[1]), [409, 409]);

  await pass(6 * MINUTE);
  assert.equal(await refresh(), kids(sets[0])[0]);
  assert.deepEqual(await promote(sets[1]), [200, 200]);
  assert.equal(await refresh(), kids(sets[1])[0]);
  assert.deepEqual(await states(sets[0]), ["published", "published"]);

  // The first set leaves its slot, and its tokens live on.
  await ostiary.setVars({ SIGNING_KEYS: sets[2] });
  assert.equal(await refresh(), kids(sets[1])[0]);
  assert.deepEqual((await published()).slice(0, 4), [...kids(sets[2]), ...kids(sets[1])]);
  assert.deepEqual(await states(sets[0]), ["old", "old"]);
  await pass(20 * MINUTE);
  assert.equal(await refresh(), kids(sets[1])[0]);
  assert.ok(issued.filter(lives).some((token) => signedBy(token, sets[0])), "some are in use");

  await pass(20 * MINUTE);
  assert.equal(await refresh(), kids(sets[1])[0]);
  assert.deepEqual(await published(), [...kids(sets[2]), ...kids(sets[1])]);
  assert.deepEqual(await states(sets[0]), [undefined, undefined]);
  await ostiary.cron();
  assert.equal(await rows(), 6, "old ID tokens are hints yet");
  await pass(8 * 24 * 60 * MINUTE);
  await ostiary.cron();
  assert.equal(await rows(), 4);
});

test("a retired key is not published, and its tokens are refused", async () => {
  assert.equal(await refresh(), kids(sets[1])[0]);
  const token = held.access_token;
  const [kid = ""] = kids(sets[1]);
  assert.equal((await admin("POST", `/${kid}/retire`)).status, 409, "it signs");
  assert.deepEqual(await promote(sets[2]), [200, 200]);
  assert.equal((await admin("POST", `/${kid}/retire`)).status, 200);
  assert.equal(await demoServer.isActive(ostiary, token), false);
  const headers = { Authorization: `Bearer ${token}` };
  assert.equal((await ostiary.fetch("/oauth/userinfo", { headers })).status, 401);
  assert.deepEqual(await published(), [...kids(sets[2]), kids(sets[1])[1]]);
  const next = await openidTokens(await demoServer.refresh(ostiary, held.refresh_token));
  assert.equal(decodeProtectedHeader(next.access_token).kid, kids(sets[2])[0]);
});

test("while the database fails or hangs, a new isolate publishes the keys of the settings, not to be kept", async () => {
  for (const mode of ["fail", "delay"] as const) {
    await pass(1);
    await ostiary.faults({ binding: "DB", mode, ms: 30_000 });
    const answer = await ostiary.fetch("/.well-known/jwks.json");
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("Cache-Control"), "no-store");
    const { keys } = (await answer.json()) as { keys: { kid: string }[] };
    const inSlots = [...kids(sets[2]), ...kids(sets[1])];
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      inSlots,
    );
    await ostiary.faults();
  }
  const answer = await ostiary.fetch("/.well-known/jwks.json");
  assert.equal(answer.headers.get("Cache-Control"), "public, max-age=300");
});

function signedBy(token: string, set: string): boolean {
  return kids(set).includes(decodeProtectedHeader(token).kid ?? "");
}

async function rows(): Promise<number> {
  const database = await ostiary.database("DB");
  const row = await database.prepare("SELECT COUNT(*) AS rows FROM signing_keys").first();
  return Number(row?.rows);
}
