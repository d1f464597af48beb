import assert from "node:assert/strict";
import { test } from "node:test";
import { startOstiary } from "./support/ostiary.ts";

test("the built Worker starts and says that it is well", async () => {
  await using ostiary = await startOstiary();

  const answer = await ostiary.fetch("/healthz");

  assert.equal(answer.status, 200);
});
