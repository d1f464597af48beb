/** A tool's server on this machine that needs somebody's account at a provider, and asks there whose it is. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Upstream } from "./upstream.ts";

export class AccountTool {
  /** The tokens that it was called with, in order. */
  readonly tokens: string[] = [];
  readonly #server: Server;
  readonly #upstream: Upstream;

  private constructor(server: Server, upstream: Upstream) {
    this.#server = server;
    this.#upstream = upstream;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  static async open(upstream: Upstream): Promise<AccountTool> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new AccountTool(server, upstream);
  }

  /** The settings of a tool of this name that uses an account at `provider`. */
  named(name: string, provider: string): Record<string, unknown> {
    return {
      name,
      description: "Says whose account it uses.",
      input_schema: { type: "object" },
      request: {
        method: "GET",
        url: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/whose`,
      },
      authentication: { connection: { provider, scopes: this.#upstream.scopes } },
    };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    this.tokens.push(token);
    const whose = await this.#upstream.whose(token);
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ whose: whose ?? "nobody's" }));
  }
}
