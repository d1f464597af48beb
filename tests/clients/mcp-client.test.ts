/** The official MCP SDK for TypeScript, of 2026: it speaks every version. */
import assert from "node:assert/strict";
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import type { Agent, AgentSetup, Held, Said, Sight, Visit } from "./support/agent.ts";
import { Memory, saidBy } from "./support/agent_memory.ts";
import { tellAgentStory } from "./support/agent_story.ts";

/** The first without `initialize` and `ping`. */
const STATELESS = "2026-07-28";

class TypeScriptAgent implements Agent {
  readonly #mcp: URL;
  readonly #version: string;
  readonly #memory: Memory;

  constructor(setup: AgentSetup) {
    this.#mcp = new URL(setup.mcp);
    this.#version = setup.version;
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
    await transport.finishAuth(new URL(callback).searchParams);
    await transport.close();
    return this.#look();
  }

  async call(name: string, args: Record<string, unknown>): Promise<Said> {
    const client = await this.#connect();
    const result = await client.callTool({ name, arguments: args });
    await client.close();
    return saidBy(result);
  }

  async held(): Promise<Held> {
    return this.#memory.all();
  }

  async hold(access_token: string): Promise<void> {
    this.#memory.held = { access_token, token_type: "Bearer" };
  }

  /** This SDK looks at no clock: it refreshes once its token is refused. */
  async advance(): Promise<void> {}

  async #look(): Promise<Sight> {
    const client = await this.#connect();
    if (this.#version !== STATELESS) await client.ping();
    const { tools } = await client.listTools();
    const server = client.getServerVersion()?.name ?? "";
    const version = client.getNegotiatedProtocolVersion() ?? "";
    await client.close();
    return { server, version, tools: tools.map((tool) => tool.name) };
  }

  async #connect(): Promise<Client> {
    const mode = this.#version === STATELESS ? { pin: STATELESS } : "legacy";
    const client = new Client(
      { name: "tests", version: "1" },
      { supportedProtocolVersions: [this.#version], versionNegotiation: { mode } },
    );
    await client.connect(this.#transport());
    return client;
  }

  #transport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#mcp, { authProvider: this.#memory });
  }
}

await tellAgentStory(
  {
    name: "The TypeScript SDK of MCP, 2",
    start: async (setup) => new TypeScriptAgent(setup),
    // It asks to stay where the server knows how (`scopes_supported`).
    scope: "read:tools call:tools offline_access",
    versions: [STATELESS, "2025-11-25", "2025-06-18", "2025-03-26"],
  },
  ["none", "client_secret_basic", "client_secret_post", "metadata document"],
);
