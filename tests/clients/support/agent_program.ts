/**
 * An MCP SDK in another language: a program as in program.ts that does "visit", "finish" (`callback`), "held", "hold"
 * (`access_token`), "call" (`name`, `args` as JSON) and "advance" (`seconds`), and answers with what the method of `Agent` gives. It has no client id;
 * it learns MCP_URL, METHOD, MCP_VERSION and CLIENT_METADATA_URL (empty without one).
 */
import type { Agent, AgentSetup, Held, Said, Sight, Visit } from "./agent.ts";
import { Program } from "./program.ts";

export class AgentProgram implements Agent {
  readonly #program: Program;

  constructor(command: string, args: string[], setup: AgentSetup) {
    const { mcp, redirectUri, method, metadataUrl = "", version } = setup;
    const nobody = { issuer: new URL(mcp).origin, clientId: "", redirectUri };
    const more = {
      MCP_URL: mcp,
      METHOD: method,
      CLIENT_METADATA_URL: metadataUrl,
      MCP_VERSION: version,
    };
    this.#program = new Program(command, args, nobody, more);
  }

  visit(): Promise<Visit> {
    return this.#program.ask("visit");
  }

  finish(callback: string): Promise<Sight> {
    return this.#program.ask("finish", { callback });
  }

  call(name: string, args: Record<string, unknown>): Promise<Said> {
    return this.#program.ask("call", { name, args: JSON.stringify(args) });
  }

  held(): Promise<Held> {
    return this.#program.ask("held");
  }

  async hold(accessToken: string): Promise<void> {
    await this.#program.ask("hold", { access_token: accessToken });
  }

  async advance(seconds: number): Promise<void> {
    await this.#program.ask("advance", { seconds: String(seconds) });
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
