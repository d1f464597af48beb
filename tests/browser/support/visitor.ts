/** A person with a browser of their own, who notices everything that goes wrong in it. */
import assert from "node:assert/strict";
import type { Browser, BrowserContext, ConsoleMessage, Page, Response } from "playwright-core";
import { press } from "./press.ts";

export class Visitor {
  readonly page: Page;
  readonly #issuer: string;
  readonly #context: BrowserContext;
  readonly #problems: string[] = [];
  readonly #expected = new Set<number>();

  private constructor(context: BrowserContext, page: Page, issuer: string) {
    this.#context = context;
    this.page = page;
    this.#issuer = issuer;
    context.on("console", (message) => this.#hear(message));
    context.on("weberror", (error) => this.#problems.push(`script: ${error.error()}`));
    context.on("response", (response) => this.#inspect(response));
  }

  static async arrive(browser: Browser, issuer: string, javaScript: boolean): Promise<Visitor> {
    const context = await browser.newContext({ javaScriptEnabled: javaScript });
    context.setDefaultTimeout(30_000);
    return new Visitor(context, await context.newPage(), issuer);
  }

  /** Another tab of the same browser. */
  tab(): Promise<Page> {
    return this.#context.newPage();
  }

  /** Pages with this status are part of the test, not a problem. */
  expect(status: number): void {
    this.#expected.add(status);
  }

  /** Fills in the login page, and waits for the page that answers: it may be the same one again. */
  async signIn(name: string, password: string, page = this.page): Promise<void> {
    await page.locator("#username").fill(name);
    await page.locator("#password").fill(password);
    await press(page, "#sign-in");
  }

  /** Closes the browser; fails when anything went wrong in it, be it noticed by a test or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    assert.deepEqual(this.#problems, [], "what went wrong in the browser");
  }

  /** Chromium tells of breaches of the Content-Security-Policy and of what could not be loaded on the console. */
  #hear(message: ConsoleMessage): void {
    if (!["error", "warning"].includes(message.type())) return;
    const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1];
    if (!this.#expected.has(Number(status))) this.#problems.push(`console: ${message.text()}`);
  }

  /** Without a strict policy on each of our pages, no breach of it would prove nothing. */
  #inspect(response: Response): void {
    const { pathname, origin } = new URL(response.url());
    if (origin !== this.#issuer) return;
    const headers = response.headers();
    const { "content-type": type, "content-security-policy": policy = "" } = headers;
    if (headers["x-content-type-options"] !== "nosniff")
      this.#problems.push(`${pathname} may be sniffed`);
    if (response.status() >= 400 && !this.#expected.has(response.status()))
      this.#problems.push(`status ${response.status()} of ${pathname}`);
    const isStrict = /default-src 'none'/.test(policy) && !/unsafe/.test(policy);
    if (type?.startsWith("text/html") && !isStrict)
      this.#problems.push(`policy of ${pathname}: ${policy}`);
  }
}
