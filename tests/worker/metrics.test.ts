import assert from "node:assert/strict";
import { after, test } from "node:test";
import { demoWeb, tokensOf } from "./support/client.ts";
import { eventually, signedIn, startSeeded, tokensFor } from "./support/flow.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());

/** What was counted, by the names and labels of its lines. */
async function counted(): Promise<Map<string, number>> {
  const answer = await ostiary.fetch("/metrics", {
    headers: { Authorization: `Bearer ${ostiary.adminToken}` },
  });
  assert.equal(answer.status, 200);
  const lines = (await answer.text()).split("\n").filter((line) => line && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      assert.match(line, /^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\"n])*",?)+\})? -?\d+$/);
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

const of = (event: string) => `ostiary_events_total{event="${event}",outcome="success"}`;

test("what decides something and what is only counted both come to /metrics by way of the Queue", async () => {
  const tokens = await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  const { access_token } = await tokensOf(await demoWeb.refresh(ostiary, tokens.refresh_token));
  const wanted = ["sign_in", "consent", "token_issued", "token_refreshed"];
  await eventually("the counts of one flow", async () => {
    const found = await counted();
    return wanted.every((event) => found.get(of(event)) === 1) || undefined;
  });
  await demoWeb.revoke(ostiary, access_token);
  await eventually("the count of the revocation", async () => {
    const found = await counted();
    return found.get(of("token_revoked")) === 1 || undefined;
  });
});

test("what one request after another collects is a few messages and none is lost", async () => {
  const before = (await counted()).get(of("token_refreshed")) ?? 0;
  let { refresh_token } = await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  for (let round = 0; round < 30; round += 1) {
    ({ refresh_token } = await tokensOf(await demoWeb.refresh(ostiary, refresh_token)));
  }
  await eventually("the counts of thirty refreshes", async () => {
    const found = await counted();
    return found.get(of("token_refreshed")) === before + 30 || undefined;
  });
});
