/** The conformance tests of the Model Context Protocol for authorization servers, without failures and warnings. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "../browser/support/house.ts";
import { freePort } from "../worker/support/ostiary.ts";
import { Web } from "../worker/support/web.ts";
import { Alice } from "./support/alice.ts";
import { type Check, checksOf } from "./support/conformance_tool.ts";

/** All that the tool of this version knows. */
const CHECKS = [
  "authorization-code-grant",
  "authorization-server-metadata",
  "authorization-server-metadata-cimd",
];
/** A warning as long as there are no client ID metadata documents. */
const NOT_BUILT = ["authorization-server-metadata-cimd"];

const web = new Web();
const house = await openHouse({ outbound: web.outbound });
after(() => house.close());
const { ostiary } = house;

/** How the client that the tool plays becomes known, with its redirect URI; its client id. */
type Become = (redirectUri: string) => Promise<string>;

const registered: Become = async (redirectUri) => {
  const answer = await ostiary.fetch("/oauth/register", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name: "Conformance",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  });
  const made = (await answer.json()) as { client_id: string };
  assert.equal(answer.status, 201, JSON.stringify(made));
  return made.client_id;
};

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
  const ids = (some: Check[]) => some.map(({ id }) => id).sort();
  assert.deepEqual(ids(checks), CHECKS);
  const problems = checks.filter(({ status }) => status !== "SUCCESS");
  assert.deepEqual(ids(problems), NOT_BUILT, JSON.stringify(problems, null, 2));
}

test("a client that registered itself passes, without a resource", () => passes(registered));

test("a client that registered itself passes, with /mcp as resource", () =>
  passes(registered, `${ostiary.url}/mcp`));
