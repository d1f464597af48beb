/** The story that every OpenID Connect library goes through: alice signs in, is known, stays known, signs out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Alice, SIGNED_OUT_URI } from "./alice.ts";
import type { Claims, RelyingParty, RelyingPartySetup } from "./relying_party.ts";
import { isRefused, type Kind, type Stage } from "./story.ts";

/** Starts a library as this client. */
export type StartRelyingParty = (setup: RelyingPartySetup) => Promise<RelyingParty>;

/** How the clients of the story differ. */
const CLIENTS = [
  { kind: "confidential", idTokenAlg: "ES256" },
  { kind: "public", idTokenAlg: "RS256" },
] as const satisfies { kind: Kind; idTokenAlg: string }[];

const SCOPE = "openid profile email address phone";

export function tellSignIn(stage: Stage, name: string, start: StartRelyingParty): void {
  for (const { kind, idTokenAlg } of CLIENTS)
    test(`${name} as a ${kind} client with ${idTokenAlg}: sign-in, claims, refresh, sign-out`, async () => {
      const setup = await stage.relyingParty(kind, { idTokenAlg });
      await using alice = await Alice.arrive(stage.house);
      const library = await start(setup);
      try {
        await walk(stage, setup, library, alice);
      } finally {
        await library.stop?.();
      }
    });
}

async function walk(
  stage: Stage,
  setup: RelyingPartySetup,
  library: RelyingParty,
  alice: Alice,
): Promise<void> {
  const first = await library.redeem(await alice.answer(await library.authorize(SCOPE)));
  await isSignIn(stage, setup, first);
  isAlice(first.sub, await library.userinfo());

  const later = await library.refresh();
  // OpenID Connect Core 12.2: the same sign-in, said again.
  for (const claim of ["iss", "sub", "aud", "azp", "auth_time", "sid", "acr"])
    assert.deepEqual(later[claim], first[claim], claim);
  assert.ok(Number(later.iat) >= Number(first.iat));
  assert.equal(later.nonce, undefined);
  isAlice(first.sub, await library.userinfo());

  const state = "where I was: /photos?album=1&page=2";
  const back = new URL(await alice.passThrough(await library.signOut(state), SIGNED_OUT_URI));
  assert.equal(back.searchParams.get("state"), state);
  assert.deepEqual([...back.searchParams.keys()], ["state"]);
  assert.ok(await alice.isSignedOut(await library.authorize(SCOPE)));
  // `offline_access` was not asked for, so what she allowed ends with her session.
  await isRefused(library.refresh(), "invalid_grant", "the grant has ended");
}

/** What our ID tokens say of a sign-in just now, and nothing of the person (Core 5.4). */
export async function isSignIn(
  stage: Stage,
  setup: RelyingPartySetup,
  claims: Claims,
): Promise<void> {
  const { iss, sub, aud, azp, acr, amr, sid, at_hash, nonce, auth_time, iat, exp, ...more } =
    claims;
  assert.deepEqual(
    { iss, sub, aud: [aud].flat(), azp, acr, amr },
    {
      iss: setup.issuer,
      sub: await stage.userId("alice"),
      aud: [setup.clientId],
      azp: setup.clientId,
      acr: "urn:ostiary:acr:password",
      amr: ["pwd"],
    },
  );
  for (const text of [sid, at_hash, nonce]) assert.ok(typeof text === "string" && text !== "");
  const now = Date.now() / 1000;
  assert.ok(Math.abs(Number(auth_time) - now) < 60, `auth_time ${auth_time}`);
  assert.ok(Number(iat) >= Number(auth_time) && Number(exp) > now);
  assert.deepEqual(more, {}, "nothing else is said");
}

/** Every standard claim, as /dev/seed gives them to alice. */
export function isAlice(sub: unknown, userinfo: Claims): void {
  const { updated_at, iss, aud, ...claims } = userinfo;
  assert.ok(typeof updated_at === "number" && updated_at <= Date.now() / 1000);
  assert.deepEqual(claims, {
    sub,
    name: "Alice Example",
    given_name: "Alice",
    middle_name: "van",
    family_name: "Example",
    nickname: "alice",
    preferred_username: "alice",
    profile: "https://people.example/alice",
    picture: "https://people.example/alice.png",
    website: "https://alice.example/",
    gender: "unknown",
    birthdate: "1990-01-31",
    zoneinfo: "Europe/Amsterdam",
    locale: "en-GB",
    email: "alice@example.com",
    email_verified: true,
    phone_number: "+31 20 555 0100",
    phone_number_verified: false,
    address: {
      formatted: "1 Example Street\n1000 AA Amsterdam\nNetherlands",
      street_address: "1 Example Street",
      locality: "Amsterdam",
      region: "Noord-Holland",
      postal_code: "1000 AA",
      country: "NL",
    },
  });
}
