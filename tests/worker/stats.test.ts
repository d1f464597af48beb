import assert from "node:assert/strict";
import { after, test } from "node:test";
import { demoServer, demoWeb, tokensOf } from "./support/client.ts";
import { codeFor, eventually, signedIn, startSeeded } from "./support/flow.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());

const headers = { "X-Admin-Token": ostiary.adminToken };

/** Codes, access tokens and refresh tokens that live. */
async function counts(): Promise<string> {
  const answer = await ostiary.fetch("/oauth/stats", { headers });
  assert.equal(answer.status, 200, await answer.clone().text());
  const shown = (await answer.json()) as Record<string, number>;
  return [shown.authorization_codes, shown.access_tokens, shown.refresh_tokens].join("/");
}

async function become(wanted: string): Promise<void> {
  let seen = "";
  const seek = async () => {
    seen = await counts();
    return seen === wanted || undefined;
  };
  await eventually(wanted, seek).catch((error) => assert.equal(seen, wanted, String(error)));
}

test("one flow is 1/0/0, then 0/1/1, 0/0/1 without its access token, 0/0/0 when it is revoked, by way of the Queue", async () => {
  assert.equal(await counts(), "0/0/0");
  const code = await codeFor(await signedIn(ostiary), demoWeb);
  await become("1/0/0");
  const tokens = await tokensOf(await demoWeb.redeem(ostiary, code));
  await become("0/1/1");
  await demoWeb.revoke(ostiary, tokens.access_token);
  await become("0/0/1");
  await demoWeb.revoke(ostiary, tokens.refresh_token);
  await become("0/0/0");
});

test("a client's own token counts until it is revoked", async () => {
  const { access_token } = await demoServer.ownToken(ostiary);
  await become("0/1/0");
  await demoServer.revoke(ostiary, access_token);
  await become("0/0/0");
});

test("what is over does not count, and the cron trigger forgets what was counted", async () => {
  await demoServer.ownToken(ostiary);
  await tokensOf(await demoWeb.redeem(ostiary, await codeFor(await signedIn(ostiary), demoWeb)));
  await become("0/2/1");
  await ostiary.advance(31 * 60);
  await become("0/0/1");
  await ostiary.advance(31 * 86_400);
  await become("0/0/0");
  await ostiary.cron();
  for (const table of ["client_tokens", "counted_messages"]) {
    const kept = await ostiary.database("AUDIT_DB");
    const { results } = await kept.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).all();
    assert.deepEqual(results, [{ rows: 0 }], table);
  }
});

test("it says by which settings the server runs, also when that is switched off, and to administrators only", async () => {
  await ostiary.setVars({ OAUTH_ENABLED: "false" });
  const answer = await ostiary.fetch("/oauth/stats", { headers });
  assert.equal(answer.status, 200);
  const shown = (await answer.json()) as Record<string, unknown>;
  assert.equal(shown.oauth_enabled, false);
  assert.equal(shown.issuer_url, ostiary.url);
  assert.deepEqual(shown.default_scopes, ["read:tools"]);
  assert.ok((shown.valid_scopes as string[]).includes("call:tools"));
  assert.ok((shown.clients as number) >= 2);
  const refused = await ostiary.fetch("/oauth/stats");
  assert.equal(refused.status, 401);
  assert.match(await refused.text(), /X-Admin-Token/);
});
