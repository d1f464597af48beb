/** A web app of examples/clients, started as its README tells, with a client of its own at the server. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Page } from "playwright-core";
import type { House } from "../../browser/support/house.ts";
import { eventually } from "../../worker/support/flow.ts";
import { freePort } from "../../worker/support/free_port.ts";

/** What is typed to start one of the two apps in a language. */
export interface Program {
  command: string;
  args: string[];
}

export const COOKIE_KEY = "0123456789abcdef".repeat(4);

export class WebApp {
  readonly origin: string;
  readonly #program: Program;
  readonly #env: Record<string, string>;
  #process!: ChildProcess;
  #problems = "";

  private constructor(program: Program, origin: string, env: Record<string, string>) {
    this.#program = program;
    this.origin = origin;
    this.#env = env;
  }

  /** `server` is where it finds the server, if not where the server is. */
  static async start(house: House, program: Program, server = house.ostiary.url): Promise<WebApp> {
    const PORT = String(await freePort());
    const origin = `http://localhost:${PORT}`;
    const client = await house.newClient({
      client_name: "A web app",
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/`],
      scope: "openid profile",
      consent_policy: "always",
    });
    assert.ok(client.secret);
    const app = new WebApp(program, origin, {
      OSTIARY_URL: server,
      OSTIARY_CLIENT_ID: client.id,
      OSTIARY_CLIENT_SECRET: client.secret,
      COOKIE_KEY,
      PORT,
    });
    await app.#listen();
    return app;
  }

  /** Ends it and starts it anew at the same address; `env` is what is different then. */
  async restart(env: Record<string, string> = {}): Promise<void> {
    await this.stop();
    await this.#listen(env);
  }

  async #listen(env: Record<string, string> = {}): Promise<void> {
    const { command, args } = this.#program;
    this.#process = spawn(command, args, {
      env: {
        ...process.env,
        NO_PROXY: "127.0.0.1,localhost",
        PYTHONDONTWRITEBYTECODE: "1",
        ...this.#env,
        ...env,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#problems += text;
    });
    await eventually(`${command} ${args.join(" ")} listens`, () => {
      if (this.#process.exitCode !== null) throw new Error(`it has ended: ${this.#problems}`);
      return fetch(`${this.origin}/nowhere`).then(
        () => true,
        () => undefined,
      );
    });
  }

  /** Who the app says is signed in; nothing when it says that nobody is. */
  async whoIs(page: Page): Promise<string | undefined> {
    await page.goto(this.origin);
    await page.locator("#name, #nobody").waitFor();
    return (await page.locator("#name").count())
      ? ((await page.locator("#name").textContent()) ?? "")
      : undefined;
  }

  /** What one of its pages is about, be it somebody's name or a problem, and its status. */
  async shown(page: Page, path = "/"): Promise<{ status?: number; said: string | null }> {
    const came = await page.goto(`${this.origin}${path}`);
    const said = await page.locator("#name, #nobody, #problem").textContent();
    return { status: came?.status(), said };
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, "close");
    this.#process.kill();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
