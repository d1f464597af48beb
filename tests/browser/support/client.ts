/** Client apps as the browser meets them: what they ask for, what they are sent, what they can do with it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { Client as ClientOfServer } from "../../worker/support/client.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";

/** What a client sent a person to the authorization endpoint with. */
export interface Request {
  url: string;
  state: string;
  verifier: string;
}

/** How an answer came to the redirect URI. */
export interface Arrival {
  method: string;
  /** The media type of the body; empty without one. */
  type: string;
  query: URLSearchParams;
  form: URLSearchParams;
}

/** A client of a person in a browser: what comes to its redirect URI is kept. How it speaks to the server is as everywhere. */
export class Client {
  readonly #client: ClientOfServer;
  /** Everything that came to the redirect URI, in order. */
  readonly arrivals: Arrival[] = [];

  constructor(id: string, redirectUri: string, secret?: string) {
    this.#client = new ClientOfServer(id, redirectUri, secret);
  }

  get id(): string {
    return this.#client.id;
  }

  get secret(): string | undefined {
    return this.#client.secret;
  }

  /** Every answer that came, in order: by redirect in the query, by form_post in the body. */
  get answers(): URLSearchParams[] {
    return this.arrivals.map(({ method, query, form }) => (method === "POST" ? form : query));
  }

  get redirectUri(): string {
    return this.#client.redirectUri;
  }

  /** A request by the code flow with PKCE. */
  request(server: { url: string }, scope?: string, more: Record<string, string> = {}): Request {
    const { path, state, verifier } = this.#client.request(scope);
    const url = new URL(path, server.url);
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
    return { url: url.href, state, verifier };
  }

  /** The answer to `request`; there must be one, and only one. */
  answerTo(request: Request): URLSearchParams {
    const answers = this.answers.filter((answer) => answer.get("state") === request.state);
    if (!answers[0] || answers.length > 1)
      throw new Error(`${answers.length} answers came to ${this.redirectUri}, not one`);
    return answers[0];
  }

  /** Exchanges the code of an answer. */
  redeem(ostiary: Ostiary, request: Request, answer: URLSearchParams): Promise<Response> {
    const code = answer.get("code") ?? "";
    return this.#client.redeem(ostiary, { code, verifier: request.verifier });
  }
}

/** A page that loads nothing else, not even an icon. */
const page = (title: string, body = "") =>
  `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}`;

/** The key and the certificate of an app that speaks TLS. */
export interface Tls {
  key: string;
  cert: string;
}

/** An app that listens on this machine, at localhost; that is another site than the server's 127.0.0.1. */
export class LoopbackApp {
  readonly origin: string;
  readonly #server: Server;
  readonly #pages = new Map<string, string>();
  #client: Client | undefined;
  #onward = false;

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.origin = origin;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  /** Known to the browser as `origin`, or by where it listens. */
  static async listen(tls?: Tls, origin?: string): Promise<LoopbackApp> {
    const server = tls ? createTlsServer(tls) : createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new LoopbackApp(server, origin ?? `http://localhost:${portOf(server)}`);
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** From now on `path` is a page with this on it; its address. */
  show(path: string, body: string): string {
    this.#pages.set(path, body);
    return `${this.origin}${path}`;
  }

  /** From now on the app is this client; `onward`: its callback redirects further, to another origin. */
  play(client: Client, onward = false): Client {
    this.#client = client;
    this.#onward = onward;
    return client;
  }

  get redirectUri(): string {
    return `${this.origin}/callback`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.origin);
    const arrival = arrivalOf(request, searchParams, await text(request));
    if (pathname === "/callback") this.#client?.arrivals.push(arrival);
    if (pathname === "/callback" && this.#onward) {
      const elsewhere = `http://127.0.0.1:${this.port}/home`;
      response.writeHead(303, { Location: elsewhere }).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    const title = pathname === "/callback" ? "Back at the app" : "Home of the app";
    response.end(page(title, this.#pages.get(pathname)));
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function arrivalOf(
  { method = "", headers }: { method?: string | undefined; headers: Record<string, unknown> },
  query: URLSearchParams,
  body: string,
): Arrival {
  const type = String(headers["content-type"] ?? headers["Content-Type"] ?? "");
  return { method, type, query, form: new URLSearchParams(body) };
}

/**
 * Plays the web site of `client` in a browser page. By Chromium's own protocol, since Playwright's `route` does not see
 * requests that a redirect leads to, and it is by redirect that an answer comes.
 */
export async function playSite(browserPage: Page, client: Client): Promise<void> {
  const chromium = await browserPage.context().newCDPSession(browserPage);
  chromium.on("Fetch.requestPaused", ({ requestId, request }) => {
    const { searchParams } = new URL(request.url);
    client.arrivals.push(arrivalOf(request, searchParams, request.postData ?? ""));
    void chromium.send("Fetch.fulfillRequest", {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: "Content-Type", value: "text/html; charset=utf-8" }],
      body: Buffer.from(page("Back at the site")).toString("base64"),
    });
  });
  await chromium.send("Fetch.enable", { patterns: [{ urlPattern: `${client.redirectUri}*` }] });
}
