/** `openid-client` as a relying party: OpenID Connect with everything that the library checks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../worker/support/flow.ts";
import { Alice, REDIRECT_URI, SIGNED_OUT_URI } from "./support/alice.ts";
import { OpenidRelyingParty, type Wishes } from "./support/openid_relying_party.ts";
import type { RelyingPartySetup } from "./support/relying_party.ts";
import { isAlice, isSignIn, tellSignIn } from "./support/sign_in_story.ts";
import { isRefused, Stage } from "./support/story.ts";

const stage = await Stage.open();
tellSignIn(stage, "openid-client", (setup) => OpenidRelyingParty.start(setup));

const ALL = "openid profile email address phone";

/** A client that asks for consent once, and alice, who has given it and is signed in there. */
async function signedIn(settings: Partial<RelyingPartySetup> = {}) {
  const algorithms = { idTokenAlg: "ES256", ...settings } as const;
  const setup = await stage.relyingParty("confidential", algorithms, { consent_policy: "once" });
  const alice = await Alice.arrive(stage.house);
  const library = await OpenidRelyingParty.start(setup);
  const first = await library.redeem(await alice.answer(await library.authorize(ALL)));
  return { setup, alice, library, first };
}

/** Nobody may be asked anything. */
const SILENT: Wishes = { parameters: { prompt: "none" } };

test("openid-client discovers the provider from the issuer's address alone", async () => {
  const setup = await stage.relyingParty("public", { idTokenAlg: "RS256" });
  const metadata = (await OpenidRelyingParty.start(setup)).configuration.serverMetadata();
  const { url } = stage.house.ostiary;
  assert.equal(metadata.issuer, url);
  assert.equal(metadata.userinfo_endpoint, `${url}/oauth/userinfo`);
  assert.equal(metadata.end_session_endpoint, `${url}/oauth/logout`);
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ["ES256", "RS256"]);
});

for (const algorithm of ["ES256", "RS256"] as const)
  test(`openid-client verifies UserInfo signed with ${algorithm}`, async () => {
    const { setup, alice, library, first } = await signedIn({ userinfoAlg: algorithm });
    await using _ = alice;
    const { iss, aud, ...claims } = await library.userinfo();
    assert.deepEqual([iss, aud], [setup.issuer, setup.clientId]);
    isAlice(first.sub, claims);
  });

test("openid-client gets claims by name in the ID token and from UserInfo", async () => {
  const { setup, alice, library, first } = await signedIn();
  await using _ = alice;
  const claims = {
    id_token: { email: { essential: true }, auth_time: { essential: true } },
    userinfo: { nickname: null },
  };
  const parameters = { claims: JSON.stringify(claims) };
  const url = await library.authorize("openid", { parameters });
  // She has allowed the scopes that these claims belong to.
  const { email, ...others } = await library.redeem(await alice.passThrough(url));
  assert.equal(email, "alice@example.com");
  await isSignIn(stage, setup, others);
  assert.deepEqual(await library.userinfo(), { sub: first.sub, nickname: "alice" });
});

test("openid-client signs in silently whoever is signed in already", async () => {
  const { alice, library, first } = await signedIn();
  await using _ = alice;
  const parameters = { prompt: "none", id_token_hint: library.idToken };
  const callback = await alice.passThrough(await library.authorize(ALL, { parameters }));
  const again = await library.redeem(callback);
  for (const claim of ["sub", "auth_time", "sid"]) assert.equal(again[claim], first[claim], claim);
  isAlice(first.sub, await library.userinfo());
});

test("openid-client hears login_required when nobody is signed in and nobody may be asked", async () => {
  const setup = await stage.relyingParty("confidential", { idTokenAlg: "ES256" });
  await using alice = await Alice.arrive(stage.house);
  const library = await OpenidRelyingParty.start(setup);
  const callback = await alice.passThrough(await library.authorize(ALL, SILENT));
  await isRefused(
    library.redeem(callback),
    "login_required",
    "the person is not signed in, or must sign in again",
  );
});

test("openid-client has alice sign in again when that was too long ago, and not before", async () => {
  const { alice, library, first } = await signedIn();
  await using _ = alice;
  const before = Number(first.auth_time);

  const lately = await library.authorize(ALL, { maxAge: 10_000 });
  const same = await library.redeem(await alice.passThrough(lately));
  assert.equal(same.auth_time, before);

  await sleep(2_100);
  const now = await library.authorize(ALL, { maxAge: 1 });
  const [asked, callback] = await alice.signInAgain(now);
  assert.equal(asked, "asked");
  const fresh = await library.redeem(callback);
  assert.ok(Number(fresh.auth_time) >= before + 2, `${fresh.auth_time} after ${before}`);
  assert.equal(fresh.sub, first.sub);
});

test("openid-client takes answers and refusals that the browser posts to it", async () => {
  const { setup, alice, library, first } = await signedIn();
  await using _ = alice;
  const posted = async (parameters: Record<string, string>) => {
    const wishes = { parameters: { response_mode: "form_post", ...parameters } };
    const at = await alice.passThrough(await library.authorize(ALL, wishes));
    assert.equal(at, REDIRECT_URI, "nothing is in the address");
    const { method, type, form } = alice.arrival;
    assert.deepEqual([method, type], ["POST", "application/x-www-form-urlencoded"]);
    return new Request(at, { method, headers: { "Content-Type": type }, body: form });
  };
  const again = await library.redeem(await posted({}));
  await isSignIn(stage, setup, again);
  assert.equal(again.sub, first.sub);

  const refusal = library.redeem(await posted({ claims: "no JSON" }));
  await isRefused(
    refusal,
    "invalid_request",
    "claims is not a JSON object of claims, or over 2048 bytes",
  );
});

test("openid-client refuses an ID token for another request", async () => {
  const { alice, library } = await signedIn();
  await using _ = alice;
  // The address is not its own: an attacker has put another nonce there.
  const url = new URL(await library.authorize(ALL));
  url.searchParams.set("nonce", "of somebody else");
  const callback = await alice.passThrough(url.href);
  await assert.rejects(library.redeem(callback), (thrown: Error) => {
    assert.match(String(thrown.cause), /unexpected ID Token "nonce" claim value/);
    return true;
  });
});

test("openid-client asks to sign out without an ID token, and alice is asked whether she wants that", async () => {
  const { setup, alice, library } = await signedIn();
  await using _ = alice;
  const url = new URL(await library.signOut("a state"));
  url.searchParams.delete("id_token_hint");
  assert.equal(url.searchParams.get("client_id"), setup.clientId);
  const back = new URL(await alice.confirmSignOut(url.href));
  assert.equal(back.href, `${SIGNED_OUT_URI}?state=a%20state`);
  assert.ok(await alice.isSignedOut(await library.authorize(ALL)));
});
