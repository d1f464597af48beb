/** Client apps as the browser meets them: what they ask for, what they are sent, what they can do with it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { Client as ClientOfServer } from "../../worker/support/client.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";

/** What a client sent a person to the authorization endpoint with. */
export interface Request {
  url: string;
  state: string;
  verifier: string;
}

/** A client of a person in a browser: what comes to its redirect URI is kept. How it speaks to the server is as everywhere. */
export class Client {
  readonly #client: ClientOfServer;
  /** Every answer that came to the redirect URI, in order. */
  readonly answers: URLSearchParams[] = [];

  constructor(id: string, redirectUri: string, secret?: string) {
    this.#client = new ClientOfServer(id, redirectUri, secret);
  }

  get redirectUri(): string {
    return this.#client.redirectUri;
  }

  /** A request by the code flow with PKCE. */
  request(ostiary: Ostiary, scope?: string): Request {
    const { path, state, verifier } = this.#client.request(scope);
    return { url: `${ostiary.url}${path}`, state, verifier };
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
const page = (title: string) =>
  `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>`;

/** An app that listens on this machine, at localhost; that is another site than the server's 127.0.0.1. */
export class LoopbackApp {
  readonly origin: string;
  readonly #server: Server;
  #client: Client | undefined;
  #onward = false;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      const url = new URL(request.url ?? "/", this.origin);
      if (url.pathname === "/callback") this.#client?.answers.push(url.searchParams);
      if (url.pathname === "/callback" && this.#onward) {
        const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}/home`;
        response.writeHead(303, { Location: elsewhere }).end();
        return;
      }
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
      response.end(page(url.pathname === "/home" ? "Home of the app" : "Back at the app"));
    });
  }

  static async listen(): Promise<LoopbackApp> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new LoopbackApp(server);
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
}

/**
 * Plays the web site of `client` in a browser page. By Chromium's own protocol, since Playwright's `route` does not see
 * requests that a redirect leads to, and it is by redirect that an answer comes.
 */
export async function playSite(browserPage: Page, client: Client): Promise<void> {
  const chromium = await browserPage.context().newCDPSession(browserPage);
  chromium.on("Fetch.requestPaused", ({ requestId, request }) => {
    client.answers.push(new URL(request.url).searchParams);
    void chromium.send("Fetch.fulfillRequest", {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: "Content-Type", value: "text/html; charset=utf-8" }],
      body: Buffer.from(page("Back at the site")).toString("base64"),
    });
  });
  await chromium.send("Fetch.enable", { patterns: [{ urlPattern: `${client.redirectUri}*` }] });
}
