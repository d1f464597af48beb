/**
 * The scenarios of the conformance tests of the Model Context Protocol for servers that concern tools, in each version that
 * they know. (Those for authorization are in ../mcp-conformance.test.ts.)
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startOstiary } from "../../worker/support/ostiary.ts";
import { type Check, scenarioOf } from "../support/conformance_tool.ts";
import { letIn } from "../support/let_in.ts";
import { TOOLS, ToolUsers } from "../support/tool_users.ts";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** What the tools that the scenarios want answer. */
const ANSWERS: Record<string, () => Response> = {
  test_simple_text: () => new Response("This is a simple text response for testing."),
  test_image_content: () => bytes(Buffer.from(PNG, "base64"), "image/png"),
  test_audio_content: () => bytes(Buffer.from("RIFF\xff\xff", "latin1"), "audio/wav"),
  test_error_handling: () =>
    new Response("This tool intentionally returns an error for testing", { status: 400 }),
  json_schema_2020_12_tool: () => new Response("fine"),
  test_header: () => new Response("fine"),
};

/** The schemas of those that take arguments; that of json_schema_2020_12_tool is the tool's own. */
const SCHEMAS: Record<string, object> = {
  json_schema_2020_12_tool: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
      address: {
        $anchor: "addressDef",
        type: "object",
        properties: { street: { type: "string" }, city: { type: "string" } },
      },
    },
    properties: {
      name: { type: "string" },
      address: { $ref: "#/$defs/address" },
      contactMethod: { type: "string", enum: ["phone", "email"] },
      phone: { type: "string" },
      email: { type: "string" },
    },
    allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
    if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ["phone"] },
    else: { required: ["email"] },
    additionalProperties: false,
  },
  test_header: {
    type: "object",
    properties: { region: { type: "string", "x-mcp-header": "Region" } },
  },
};

const BEFORE = ["2025-06-18", "2025-11-25"];
const ALL = [...BEFORE, "2026-07-28"];

const SCENARIOS: Record<string, string[]> = {
  "server-initialize": BEFORE,
  "server-session-lifecycle": ["2025-03-26", ...BEFORE],
  ping: BEFORE,
  "tools-list": ALL,
  "tools-call-simple-text": ALL,
  "tools-call-image": ALL,
  "tools-call-audio": ALL,
  "tools-call-error": ALL,
  "json-schema-2020-12": ["2025-11-25", "2026-07-28"],
  "dns-rebinding-protection": ["2025-11-25", "2026-07-28"],
  "server-stateless": ["2026-07-28"],
  "http-header-validation": ["2026-07-28"],
  "http-custom-header-server-validation": ["2026-07-28"],
  "input-required-result-unsupported-methods": ["2026-07-28"],
};

/** They need tools that ask the client for something, log, or stream, which none of ours can. */
const NOT_OURS = [
  "sep-2575-server-rejects-undeclared-capability",
  "sep-2575-missing-capability-http-400",
  "sep-2575-http-server-no-independent-requests-on-stream",
  "sep-2575-server-no-log-without-loglevel",
];

const ostiary = await startOstiary({
  outbound: ({ url }) =>
    ANSWERS[new URL(url).pathname.slice(1)]?.() ?? new Response("", { status: 404 }),
});
after(() => ostiary.stop());
const users = new ToolUsers(ostiary);
for (const name of Object.keys(ANSWERS)) {
  const schema = SCHEMAS[name] && { input_schema: SCHEMAS[name] };
  await users.tool({
    name,
    description: `Answers for ${name}.`,
    request: { method: "GET", url: `${TOOLS}/${name}` },
    ...schema,
  });
}
const open = await letIn(ostiary, await users.token(await users.user("conformance")));
after(() => open.close());

for (const [scenario, versions] of Object.entries(SCENARIOS))
  for (const version of versions)
    test(`${scenario}, ${version}`, async () => {
      const checks = await scenarioOf(open.mcp, scenario, version);
      assert.ok(checks.length > 0, "it looked at something");
      assert.deepEqual(checks.filter(isWrong), []);
    });

function isWrong({ id, status, details }: Check): boolean {
  const notOurs = NOT_OURS.includes(id) && details?.untestable === true;
  return (status === "FAILURE" || status === "WARNING") && !notOurs;
}

function bytes(data: Uint8Array<ArrayBuffer>, type: string): Response {
  return new Response(data, { headers: { "Content-Type": type } });
}
