import assert from "node:assert/strict";
import { test } from "node:test";
import { startOstiary } from "./support/ostiary.ts";

test("the built Worker starts and says that it is well", async () => {
  await using ostiary = await startOstiary();

  const answer = await ostiary.fetch("/healthz");

  assert.equal(answer.status, 200);
});

test("two Workers over one store are both back after workerd was killed", async () => {
  await using ostiary = await startOstiary({ twin: true });
  const before = ostiary.pid;

  await ostiary.kill();

  assert.notEqual(ostiary.pid, before);
  assert.equal((await ostiary.fetch("/healthz")).status, 200);
  assert.equal((await ostiary.twin.fetch("/healthz")).status, 200);
});
