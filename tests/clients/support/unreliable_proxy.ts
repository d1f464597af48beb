/** A proxy before the server that breaks down where and how it is told. */
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { eventually, sleep } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";

const LATE_MS = 500;

/** What the server itself answers, or what stands before it. */
const ANSWERS = {
  401: [{ "WWW-Authenticate": 'Bearer error="invalid_token"' }, '{"error":"invalid_token"}'],
  429: [{ "Content-Type": "application/json" }, '{"error":"too_many_requests"}'],
  502: [{ "Content-Type": "text/html" }, "<!doctype html><title>Bad gateway</title>"],
  503: [{ "Content-Type": "application/json" }, '{"error":"temporarily_unavailable"}'],
} as const;

/** Another answer than the server's, a connection that breaks, an answer that takes its time. */
export type Trouble = keyof typeof ANSWERS | "broken" | "late";

export class UnreliableProxy {
  readonly url: string;
  readonly #ostiary: Ostiary;
  readonly #server: Server;
  readonly #troubles = new Map<string, { trouble: Trouble; left: number }>();
  readonly #asked: string[] = [];
  readonly #over: string[] = [];

  private constructor(ostiary: Ostiary, server: Server) {
    this.#ostiary = ostiary;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (came, answer) => this.#take(came, answer));
  }

  /** From now on, and until it is disposed of, its address is the server's issuer. */
  static async before(ostiary: Ostiary): Promise<UnreliableProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new UnreliableProxy(ostiary, server);
    await ostiary.setVars({ OAUTH_ISSUER_URL: proxy.url });
    return proxy;
  }

  /** What happens at a path from now on, for so many requests; without a trouble, what should. */
  at(path: string, trouble?: Trouble, times = Number.POSITIVE_INFINITY): void {
    if (trouble) this.#troubles.set(path, { trouble, left: times });
    else this.#troubles.delete(path);
  }

  /** How often a path was asked for. */
  timesAsked(path: string): number {
    return countOf(path, this.#asked);
  }

  /** Waits until a path has been asked for so often. */
  async untilAsked(path: string, times: number): Promise<void> {
    await eventually(
      `${path} is asked for`,
      async () => this.timesAsked(path) >= times || undefined,
    );
  }

  /** Waits until so many requests for a path were answered, or given up by whoever asked. */
  async untilOver(path: string, times: number): Promise<void> {
    const isOver = async () => countOf(path, this.#over) >= times || undefined;
    await eventually(`${path} is over`, isOver);
  }

  async #take(came: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [path = "/"] = (came.url ?? "/").split("?");
    this.#asked.push(path);
    answer.on("close", () => this.#over.push(path));
    const trouble = this.#troubleAt(path);
    if (trouble === "broken") came.destroy();
    if (trouble === "late") await sleep(LATE_MS);
    if (came.destroyed) return;
    if (trouble === undefined || trouble === "late" || trouble === "broken") {
      this.#passOn(came, answer);
      return;
    }
    const [headers, body] = ANSWERS[trouble];
    answer.writeHead(trouble, headers).end(body);
  }

  #troubleAt(path: string): Trouble | undefined {
    const found = this.#troubles.get(path);
    if (!found || found.left === 0) return undefined;
    found.left -= 1;
    return found.trouble;
  }

  #passOn(came: IncomingMessage, answer: ServerResponse): void {
    const { hostname, port } = new URL(this.#ostiary.url);
    const { method, url: path, headers } = came;
    const onward = request({ hostname, port, method, path, headers });
    onward.on("response", (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    came.pipe(onward);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#ostiary.setVars({ OAUTH_ISSUER_URL: this.#ostiary.url });
  }
}

function countOf(path: string, paths: string[]): number {
  return paths.filter((one) => one === path).length;
}
