import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { demoServer, demoWeb, refused, tokensOf } from "./support/client.ts";
import { codeFor, LATER_MS, signedIn, sleep, startSeeded, tokensFor } from "./support/flow.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());
const alice = await signedIn(ostiary);
const bob = await signedIn(ostiary, "bob");

/** Spellings near a code or token that are not it, made of its parts and of those of another one of the same kind. */
function imitations(genuine: string, other: string): string[] {
  const parts = genuine.split(".");
  const [grant = "", secret = ""] = [parts[0], parts.at(-1)];
  const [otherGrant = "", otherSecret = ""] = [other.split(".")[0], other.split(".").at(-1)];
  const middle = parts.slice(1, -1);
  const join = (...pieces: string[]) => pieces.join(".");
  return [
    "x",
    ".",
    grant,
    secret,
    join(grant, ...middle, ""),
    genuine.slice(0, -1),
    genuine.slice(0, -8),
    `${genuine}A`,
    `${genuine}.`,
    join(grant, ...middle, flipped(secret)),
    join(grant, ...middle, randomBytes(32).toString("base64url")),
    join(grant, ...middle, otherSecret),
    join(otherGrant, ...middle, secret),
    // Ids that the namespace never made, and one that is nearly of it.
    join(randomBytes(32).toString("base64url"), ...middle, secret),
    join(flipped(grant), ...middle, secret),
    join(grant.toUpperCase(), ...middle, secret),
  ];
}

/** Another letter in the middle, where every bit of it counts. */
function flipped(text: string): string {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

test("a forged, truncated or mixed-up code is refused, and neither uses up nor ends anything", async () => {
  const codes = [await codeFor(alice, demoServer), await codeFor(bob, demoWeb)] as const;
  for (const code of imitations(codes[0].code, codes[1].code))
    await refused(await demoServer.redeem(ostiary, { ...codes[0], code }), "invalid_grant");
  await refused(
    await demoServer.redeem(ostiary, { ...codes[0], verifier: codes[1].verifier }),
    "invalid_grant",
  );

  const tokens = await tokensOf(await demoServer.redeem(ostiary, codes[0]));
  await tokensOf(await demoWeb.redeem(ostiary, codes[1]));
  await sleep(LATER_MS); // from now on the code itself would end the grant
  for (const code of imitations(codes[0].code, codes[1].code))
    await refused(await demoServer.redeem(ostiary, { ...codes[0], code }), "invalid_grant");
  assert.equal(await demoServer.isActive(ostiary, tokens.access_token), true);
  await tokensOf(await demoServer.refresh(ostiary, tokens.refresh_token));
});

test("a code is of no use to another client, before and after it was redeemed", async () => {
  const code = await codeFor(alice, demoServer);
  await refused(await demoWeb.redeem(ostiary, code), "invalid_grant");
  const tokens = await tokensOf(await demoServer.redeem(ostiary, code));
  await sleep(LATER_MS);
  await refused(await demoWeb.redeem(ostiary, code), "invalid_grant");
  assert.equal(await demoServer.isActive(ostiary, tokens.access_token), true);
  await tokensOf(await demoServer.refresh(ostiary, tokens.refresh_token));
});

test("a forged, truncated or foreign refresh token is refused, and ends nothing", async () => {
  const mine = await tokensFor(ostiary, alice, demoServer);
  const theirs = await tokensFor(ostiary, bob, demoWeb);
  const [grant, number, mac] = mine.refresh_token.split(".");
  const forged = imitations(mine.refresh_token, theirs.refresh_token);
  for (const other of ["0", "2", "-1", "01", "+1", "4294967295", "4294967296", "x"])
    forged.push(`${grant}.${other}.${mac}`);
  forged.push(`${grant}.${mac}`, `${grant}.${number}`, mine.access_token);
  for (const token of forged)
    await refused(await demoServer.refresh(ostiary, token), "invalid_grant");
  await refused(await demoWeb.refresh(ostiary, mine.refresh_token), "invalid_grant");
  await refused(await demoServer.refresh(ostiary, theirs.refresh_token), "invalid_grant");

  // Neither by looking nor by taking back can anybody end what is not theirs.
  for (const token of forged.slice(0, -1)) {
    assert.equal(await demoServer.isActive(ostiary, token), false, token);
    assert.equal((await demoServer.revoke(ostiary, token)).status, 200);
  }
  assert.equal((await demoWeb.revoke(ostiary, mine.refresh_token)).status, 200);
  assert.equal((await demoWeb.revoke(ostiary, mine.access_token)).status, 200);

  for (const [client, tokens] of [
    [demoServer, mine],
    [demoWeb, theirs],
  ] as const) {
    assert.equal(await demoServer.isActive(ostiary, tokens.access_token), true);
    await tokensOf(await client.refresh(ostiary, tokens.refresh_token));
  }
});
