/** The official MCP client, which is told nothing but the address of /mcp and finds out the rest (MCP, Authorization). */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  type OAuthClientProvider,
  UnauthorizedError,
} from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type {
  OAuthClientInformationMixed,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { claimsOf } from "../worker/support/client.ts";
import { signedIn, startSeeded } from "../worker/support/flow.ts";
import type { Person } from "../worker/support/person.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());
const MCP = new URL("/mcp", ostiary.url);

/** An agent's memory. Where it would open a browser, it remembers the address. */
class Agent implements OAuthClientProvider {
  readonly redirectUrl = "http://127.0.0.1:9/callback";
  readonly clientMetadata;
  information: OAuthClientInformationMixed | undefined;
  held: OAuthTokens | undefined;
  asked: URL | undefined;
  #verifier = "";

  constructor(method: string) {
    this.clientMetadata = {
      client_name: "Agent of the tests",
      redirect_uris: [this.redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: method,
    };
  }

  clientInformation() {
    return this.information;
  }
  saveClientInformation(information: OAuthClientInformationMixed) {
    this.information = information;
  }
  tokens() {
    return this.held;
  }
  saveTokens(tokens: OAuthTokens) {
    this.held = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.asked = url;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
  invalidateCredentials(scope: string) {
    if (scope === "tokens" || scope === "all") this.held = undefined;
    if (scope === "client" || scope === "all") this.information = undefined;
  }
}

function transportOf(agent: Agent): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(MCP, { authProvider: agent });
}

async function connected(agent: Agent): Promise<Client> {
  const client = new Client({ name: "tests", version: "1" });
  await client.connect(transportOf(agent));
  return client;
}

/** Through 401, metadata and registration to the person, who says yes; then the agent has its tokens. */
async function authorized(agent: Agent, person: Person): Promise<void> {
  const transport = transportOf(agent);
  const client = new Client({ name: "tests", version: "1" });
  await assert.rejects(client.connect(transport), UnauthorizedError);
  assert.ok(agent.asked, "the person was sent to authorize");
  const answer = await person.approve(agent.asked.pathname + agent.asked.search);
  await transport.finishAuth(answer.searchParams.get("code") ?? "");
  await transport.close();
}

for (const method of ["none", "client_secret_basic", "client_secret_post"])
  test(`the MCP client registers itself with ${method}, is authorized, and lists tools`, async () => {
    const agent = new Agent(method);
    await authorized(agent, await signedIn(ostiary));
    const asked = agent.asked?.searchParams;
    assert.equal(asked?.get("resource"), MCP.href);
    assert.equal(asked?.get("code_challenge_method"), "S256");
    assert.equal(claimsOf(agent.held?.access_token ?? "").aud, MCP.href);
    const client = await connected(agent);
    assert.deepEqual((await client.listTools()).tools, []);
    await client.ping();
    assert.equal(client.getServerVersion()?.name, "ostiary");
    await client.close();
  });

test("the MCP client refreshes by itself once its access token is over", async () => {
  const agent = new Agent("none");
  await authorized(agent, await signedIn(ostiary));
  const before = agent.held;
  await ostiary.advance(31 * 60);
  const client = await connected(agent);
  assert.deepEqual((await client.listTools()).tools, []);
  assert.notEqual(agent.held?.refresh_token, before?.refresh_token);
  assert.equal(claimsOf(agent.held?.access_token ?? "").aud, MCP.href, "it is still for /mcp");
  await client.close();
});

test("the MCP client begins anew when what it holds was taken back", async () => {
  const agent = new Agent("none");
  await authorized(agent, await signedIn(ostiary));
  const { refresh_token = "" } = agent.held ?? {};
  const body = new URLSearchParams({
    token: refresh_token,
    client_id: agent.information?.client_id ?? "",
  });
  assert.equal((await ostiary.fetch("/oauth/revoke", { method: "POST", body })).status, 200);
  agent.asked = undefined;
  await assert.rejects(connected(agent), UnauthorizedError);
  assert.ok(agent.asked, "the person is asked again");
  assert.equal(agent.held, undefined);
});
