/**
 * The Worker's validator of JSON Schema gives the verdicts of tests/twins/schema_cases.jsonl, which are those of the native
 * twin (tests/twins/schemas.rs).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startSeeded } from "./support/flow.ts";
import { ROOT } from "./support/settings.ts";
import { administer, agentToken, callTool, switchTool } from "./support/tools.ts";

interface Case {
  schema: unknown;
  values: [unknown, boolean][];
}

const lines = readFileSync(join(ROOT, "tests/twins/schema_cases.jsonl"), "utf8").trim().split("\n");

test("generated schemas and values get the verdicts of the native validator", async () => {
  const outbound = () => new Response("fits");
  // One user makes all calls, more than a user may in a minute.
  const limits = { OUTBOUND_LIMITER: 1_000_000 };
  await using ostiary = await startSeeded({ outbound, limits });
  const token = await agentToken(ostiary);
  const request = { method: "POST", url: "https://tools.example/", body: "arguments" };
  const { id } = await administer(ostiary, "POST", "tools", { name: "held", request });
  await switchTool(ostiary, token, "held", true);
  let held = 0;
  for (const line of lines) {
    const { schema, values } = JSON.parse(line) as Case;
    await administer(ostiary, "PATCH", `tools/${id}`, { input_schema: schema });
    const answers = values.map(async ([value, fits]) => {
      const answer = await callTool(ostiary, token, "held", { v: value });
      const text = await answer.text();
      assert.equal(answer.status, fits ? 200 : 422, `${line}: ${JSON.stringify(value)}: ${text}`);
      held += 1;
    });
    await Promise.all(answers);
  }
  assert.ok(held > 1_000, `${held} verdicts`);
});
