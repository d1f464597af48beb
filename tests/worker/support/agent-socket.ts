/** An agent at `/mcp/ws`, by a client library for WebSockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";
import type { Server } from "./ostiary.ts";

/** A message of JSON-RPC 2.0 from the server. */
export interface Message {
  jsonrpc: string;
  id?: number | string | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: Record<string, unknown> };
}

/** How a socket is asked for. */
export interface Opening {
  token?: string;
  protocols?: string[];
  headers?: Record<string, string>;
  path?: string;
}

const PATIENCE_MS = 60_000;

export class AgentSocket {
  readonly #socket: WebSocket;
  readonly #inbox: string[] = [];
  readonly #closed: Promise<{ code: number; reason: string }>;
  #arrived: () => void = () => {};
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      assert.equal(isBinary, false, "answers are text");
      this.#inbox.push(String(data));
      this.#arrived();
    });
    this.#closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** A socket that is open; by the header `Authorization`, if there is a token. */
  static async open(server: Server, opening: Opening = {}): Promise<AgentSocket> {
    const socket = dial(server, opening);
    const agent = new AgentSocket(socket);
    await once(socket, "open");
    return agent;
  }

  /** The answer to a request for a socket that is refused. */
  static async refusal(server: Server, opening: Opening): Promise<Response> {
    const socket = dial(server, opening);
    const refused = once(socket, "unexpected-response");
    const opened = once(socket, "open").then(() => {
      socket.terminate();
      throw new Error("the socket was opened");
    });
    opened.catch(() => {});
    const [, answer] = await Promise.race([refused, opened]);
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const headers = Object.entries<string>(answer.headers).map(
      ([name, value]): [string, string] => [name, String(value)],
    );
    return new Response(Buffer.concat(chunks), { status: answer.statusCode, headers });
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** The result of a method. */
  async result(method: string, params: unknown = {}): Promise<Record<string, unknown>> {
    const { result, error } = await this.call(method, params);
    assert.ok(result, JSON.stringify(error));
    return result;
  }

  /** The error of a method. */
  async error(method: string, params: unknown = {}): Promise<NonNullable<Message["error"]>> {
    const { result, error } = await this.call(method, params);
    assert.ok(error, JSON.stringify(result));
    return error;
  }

  /** The answer to a method. */
  async call(method: string, params: unknown = {}): Promise<Message> {
    this.#calls += 1;
    const id = this.#calls;
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    const answer = await this.next();
    assert.deepEqual([answer.jsonrpc, answer.id], ["2.0", id]);
    return answer;
  }

  /** Sends whatever this is. */
  send(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** The next message. */
  async next(): Promise<Message> {
    const until = Date.now() + PATIENCE_MS;
    while (this.#inbox.length === 0) {
      const left = until - Date.now();
      assert.ok(left > 0, "no message came");
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#arrived = resolve;
        }),
        new Promise((resolve) => setTimeout(resolve, left).unref()),
      ]);
    }
    return JSON.parse(this.#inbox.shift() ?? "") as Message;
  }

  /** How the socket ended: waits for it. */
  closed(): Promise<{ code: number; reason: string }> {
    return this.#closed;
  }

  /** Ends it as an agent does that is done. */
  async close(code?: number): Promise<{ code: number; reason: string }> {
    this.#socket.close(code);
    return this.#closed;
  }

  /** Ends it as a network does that broke. */
  break(): void {
    this.#socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.break();
  }
}

function dial(server: Server, { token, protocols = [], headers = {}, path = "/mcp/ws" }: Opening) {
  const url = new URL(path, server.url.replace("http", "ws"));
  const authorization: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const socket = new WebSocket(url, protocols, {
    headers: { ...authorization, ...headers },
    // The local runtime ends a connection late when its own side closed the socket first.
    closeTimeout: 1_000,
  } as WebSocket.ClientOptions);
  socket.on("error", () => {}); // what becomes of it is told by its end
  return socket;
}
