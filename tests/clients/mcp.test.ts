/** The official MCP SDK for TypeScript (MCP, Authorization). */
import assert from "node:assert/strict";
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
import type { Agent, AgentSetup, Held, Sight, Visit } from "./support/agent.ts";
import { tellAgentStory } from "./support/agent_story.ts";

/** What the SDK is to keep. Where it would open a browser, it remembers the address. */
class Memory implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata;
  readonly clientMetadataUrl?: string;
  information: OAuthClientInformationMixed | undefined;
  held: OAuthTokens | undefined;
  asked: URL | undefined;
  #verifier = "";

  constructor({ redirectUri, method, metadataUrl }: AgentSetup) {
    this.redirectUrl = redirectUri;
    if (metadataUrl) this.clientMetadataUrl = metadataUrl;
    this.clientMetadata = {
      client_name: "Agent of the tests",
      redirect_uris: [redirectUri],
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

class TypeScriptAgent implements Agent {
  readonly #mcp: URL;
  readonly #memory: Memory;

  constructor(setup: AgentSetup) {
    this.#mcp = new URL(setup.mcp);
    this.#memory = new Memory(setup);
  }

  async visit(): Promise<Visit> {
    try {
      return await this.#look();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      assert.ok(this.#memory.asked, "the person was sent to authorize");
      return { url: this.#memory.asked.href };
    }
  }

  async finish(callback: string): Promise<Sight> {
    const transport = this.#transport();
    await transport.finishAuth(new URL(callback).searchParams.get("code") ?? "");
    await transport.close();
    return this.#look();
  }

  async held(): Promise<Held> {
    const { information, held } = this.#memory;
    const { client_id = "", client_secret } = information ?? {};
    const { access_token, refresh_token } = held ?? {};
    return { client_id, client_secret, access_token, refresh_token };
  }

  async hold(access_token: string): Promise<void> {
    this.#memory.held = { access_token, token_type: "Bearer" };
  }

  /** This SDK looks at no clock: it refreshes once its token is refused. */
  async advance(): Promise<void> {}

  async #look(): Promise<Sight> {
    const client = new Client({ name: "tests", version: "1" });
    await client.connect(this.#transport());
    await client.ping();
    const { tools } = await client.listTools();
    const server = client.getServerVersion()?.name ?? "";
    await client.close();
    return { server, tools: tools.map((tool) => tool.name) };
  }

  #transport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#mcp, { authProvider: this.#memory });
  }
}

await tellAgentStory(
  {
    name: "The TypeScript SDK of MCP",
    start: async (setup) => new TypeScriptAgent(setup),
    scope: "read:tools call:tools",
  },
  ["none", "client_secret_basic", "client_secret_post", "metadata document"],
);
