import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Client, claimsOf, demoServer, demoWeb, tokensOf } from "./support/client.ts";
import { signedIn, startSeeded, tenTimes, tokensFor, warm } from "./support/flow.ts";
import { rounds } from "./support/rounds.ts";

const ostiary = await startSeeded({ twin: true });
after(() => ostiary.stop());

/** Refreshes ten times at once with one token, checks that all get the same, and gives its successor. */
async function refreshTenTimes(client: Client, refreshToken: string): Promise<string> {
  const answers = await tenTimes(ostiary, (server) => client.refresh(server, refreshToken));
  const all = await Promise.all(answers.map(tokensOf));
  const [first] = all;
  assert.ok(first);
  assert.notEqual(first.refresh_token, refreshToken);
  for (const tokens of all) {
    assert.equal(tokens.refresh_token, first.refresh_token);
    // `jti` among them; only the signatures may differ.
    assert.deepEqual(claimsOf(tokens.access_token), claimsOf(first.access_token));
  }
  assert.equal(await demoServer.isActive(ostiary, first.access_token), true);
  return first.refresh_token;
}

for (const client of [demoServer, demoWeb]) {
  const kind = client.secret ? "confidential" : "public";
  test(`ten refreshes of a ${kind} client at once all get the same successor, and the chain goes on`, async (t) => {
    const person = await signedIn(ostiary);
    await warm(ostiary, person, client);
    let held = (await tokensFor(ostiary, person, client)).refresh_token;
    const successors = new Set<string>();
    const wanted = rounds(100); // of each kind
    for (let round = 0; round < wanted; round += 1) {
      held = await refreshTenTimes(client, held);
      successors.add(held);
    }
    assert.equal(successors.size, wanted, "every round had a successor of its own");
    const last = await tokensOf(await client.refresh(ostiary.twin, held));
    assert.equal(Number(last.refresh_token.split(".")[1]), wanted + 2, "nothing was skipped");
    t.diagnostic(`${wanted} rounds of ten`);
  });
}

test("ten refreshes for a narrower scope are one successor, too, and the grant keeps its scope", async () => {
  const person = await signedIn(ostiary);
  const request = demoWeb.request("read:tools call:tools");
  const code = demoWeb.codeOf(await person.approve(request.path), request);
  const { refresh_token } = await tokensOf(await demoWeb.redeem(ostiary, code));

  const answers = await tenTimes(ostiary, (server) =>
    demoWeb.refresh(server, refresh_token, "read:tools"),
  );
  const all = await Promise.all(answers.map(tokensOf));
  assert.equal(new Set(all.map((tokens) => tokens.refresh_token)).size, 1);
  assert.equal(new Set(all.map((tokens) => claimsOf(tokens.access_token).jti)).size, 1);
  for (const tokens of all) assert.equal(tokens.scope, "read:tools");
  const next = await tokensOf(await demoWeb.refresh(ostiary, all[0]?.refresh_token ?? ""));
  assert.deepEqual(next.scope.split(" ").sort(), ["call:tools", "read:tools"]);
});
