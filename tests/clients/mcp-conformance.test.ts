/** The conformance tests of the Model Context Protocol for authorization servers, without failures and warnings. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "../browser/support/house.ts";
import { freePort } from "../worker/support/free_port.ts";
import { describe, register } from "../worker/support/newcomers.ts";
import { Web } from "../worker/support/web.ts";
import { Alice } from "./support/alice.ts";
import { checksOf } from "./support/conformance_tool.ts";

/** All that the tool of this version knows. */
const CHECKS = [
  "authorization-code-grant",
  "authorization-server-metadata",
  "authorization-server-metadata-cimd",
];

const web = new Web();
const house = await openHouse({ outbound: web.outbound });
after(() => house.close());
const { ostiary } = house;

/** How the client that the tool plays becomes known, with its redirect URI; its client id. */
type Become = (redirectUri: string) => Promise<string>;

const registered: Become = async (redirectUri) => {
  const metadata = { redirect_uris: [redirectUri], token_endpoint_auth_method: "none" };
  return (await register(ostiary, { client_name: "Conformance", ...metadata })).id;
};

const described: Become = async (redirectUri) =>
  describe(web, "https://agent.example/client.json", redirectUri).id;

async function passes(become: Become, resource?: string): Promise<void> {
  const port = await freePort();
  await using alice = await Alice.arrive(house, `http://127.0.0.1:${port}/`);
  const clientId = await become(alice.redirectUri);
  const played = { issuer: ostiary.url, clientId, port, ...(resource && { resource }) };
  const checks = await checksOf(played, async (url) => {
    // Her browser is not let through to the tool, which closes its port while she still asks for an icon.
    const answer = await fetch(await alice.answer(url));
    assert.equal(await answer.text(), "OK. You can close this page.");
  });
  assert.deepEqual(checks.map(({ id }) => id).sort(), CHECKS);
  assert.deepEqual(
    checks.filter(({ status }) => status !== "SUCCESS"),
    [],
  );
}

for (const [who, become] of [
  ["registered itself", registered],
  ["describes itself", described],
] as const) {
  test(`a client that ${who} passes, without a resource`, () => passes(become));
  test(`a client that ${who} passes, with /mcp as resource`, () =>
    passes(become, `${ostiary.url}/mcp`));
}
