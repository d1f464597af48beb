import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Code, demoServer, refused, type Tokens, tokensOf } from "./support/client.ts";
import { codeFor, signedIn, startSeeded, tenTimes, warm } from "./support/flow.ts";
import { rounds } from "./support/rounds.ts";

const ostiary = await startSeeded({ twin: true });
after(() => ostiary.stop());

/** Within it a second redemption is an accident and ends nothing. */
const DUPLICATE_WITHIN_MS = 1_000;
/** So many rounds may be too late for each that is not: a machine is as busy as that for a while, not for good. */
const LATE_FOR_ONE = 5;

/** Redeems `code` ten times at once, checks that it worked once, and says how long that took. */
async function redeemTenTimes(code: Code): Promise<{ tokens: Tokens; took: number }> {
  const began = performance.now();
  const answers = await tenTimes(ostiary, (server) => demoServer.redeem(server, code));
  const took = performance.now() - began;
  const good = answers.filter(({ status }) => status === 200);
  assert.equal(good.length, 1, `statuses: ${answers.map(({ status }) => status)}`);
  for (const answer of answers) if (answer.status !== 200) await refused(answer, "invalid_grant");
  return { tokens: await tokensOf(good[0] as Response), took };
}

test("of ten redemptions of one code at once, one succeeds, and its tokens go on working", async (t) => {
  const person = await signedIn(ostiary);
  await warm(ostiary, person, demoServer);
  const wanted = rounds(200);
  let inTime = 0;
  let late = 0;
  while (inTime < wanted) {
    const { tokens, took } = await redeemTenTimes(await codeFor(person, demoServer));
    const lives = await demoServer.isActive(ostiary.twin, tokens.access_token);
    if (!lives && took >= DUPLICATE_WITHIN_MS) {
      // On a machine this busy the last of the ten may rightly count as a replay, so this round can't tell.
      late += 1;
      assert.ok(late <= wanted * LATE_FOR_ONE, "ten requests at once take over a second here");
      continue;
    }
    inTime += 1;
    assert.equal(lives, true);
    const next = await tokensOf(await demoServer.refresh(ostiary, tokens.refresh_token));
    assert.equal(await demoServer.isActive(ostiary, next.access_token), true);
  }
  t.diagnostic(`${inTime} rounds of ten; ${late} more were too late to tell`);
});
