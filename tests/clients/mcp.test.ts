/** The official MCP SDK for TypeScript, of before 2026: it begins with `initialize`. */
import assert from "node:assert/strict";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Agent, AgentSetup, Held, Said, Sight, Visit } from "./support/agent.ts";
import { Memory, saidBy } from "./support/agent_memory.ts";
import { tellAgentStory } from "./support/agent_story.ts";

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

  async call(name: string, args: Record<string, unknown>): Promise<Said> {
    const client = await this.#connect();
    const result = await client.callTool({ name, arguments: args });
    await client.close();
    return saidBy(result as CallToolResult);
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
    await client.ping();
    const { tools } = await client.listTools();
    const server = client.getServerVersion()?.name ?? "";
    const version = (client.transport as StreamableHTTPClientTransport).protocolVersion ?? "";
    await client.close();
    return { server, version, tools: tools.map((tool) => tool.name) };
  }

  async #connect(): Promise<Client> {
    const client = new Client({ name: "tests", version: "1" });
    await client.connect(this.#transport());
    return client;
  }

  #transport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#mcp, { authProvider: this.#memory });
  }
}

await tellAgentStory(
  {
    name: "The TypeScript SDK of MCP, 1",
    start: async (setup) => new TypeScriptAgent(setup),
    scope: "read:tools call:tools",
    versions: ["2025-11-25"],
  },
  ["none", "client_secret_basic", "client_secret_post", "metadata document"],
);
