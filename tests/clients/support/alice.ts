/** Alice in Chromium: opens what a client sends her to, signs in if she is not, and answers what she is asked. */
import assert from "node:assert/strict";
import { type Arrival, Client, playSite } from "../../browser/support/client.ts";
import type { House } from "../../browser/support/house.ts";
import type { Visitor } from "../../browser/support/visitor.ts";

const SITE = "https://app.example/";
/** Where all clients of these tests have people sent back to. */
export const REDIRECT_URI = `${SITE}callback`;
/** Where they have people sent after signing out. */
export const SIGNED_OUT_URI = `${SITE}signed-out`;

export class Alice {
  readonly #visitor: Visitor;
  readonly #site: Client;

  private constructor(visitor: Visitor, site: Client) {
    this.#visitor = visitor;
    this.#site = site;
  }

  /** `origin`: where her client is at home, with a slash at its end. */
  static async arrive(house: House, origin = SITE): Promise<Alice> {
    const visitor = await house.visitor();
    const site = new Client("any", origin);
    await playSite(visitor.page, site);
    return new Alice(visitor, site);
  }

  /** Where her client has her sent back to. */
  get redirectUri(): string {
    return `${this.#site.redirectUri}callback`;
  }

  /** The address that she is sent back to. She is asked for consent, for these clients always ask. */
  async answer(authorizationUrl: string, button: "approve" | "deny" = "approve"): Promise<string> {
    const { page } = this.#visitor;
    await page.goto(authorizationUrl);
    await this.#signIn();
    await page.locator(`#${button}`).click();
    return this.#backAt(this.redirectUri);
  }

  /** The same, where her consent is remembered, so that at most she is asked to sign in; whether she was. */
  async signInAgain(authorizationUrl: string): Promise<["asked" | "not asked", string]> {
    await this.#visitor.page.goto(authorizationUrl);
    const asked = await this.#signIn();
    return [asked, await this.#backAt(this.redirectUri)];
  }

  /** The address that she is sent to at once, without being asked anything: `REDIRECT_URI` or `SIGNED_OUT_URI`. */
  async passThrough(url: string, destination = this.redirectUri): Promise<string> {
    // Not until it is loaded, since a page of ours that posts itself onward never is.
    await this.#visitor.page.goto(url, { waitUntil: "commit" });
    return this.#backAt(destination);
  }

  /** The address that she is sent to after she was asked whether an app may sign her out, and said yes. */
  async confirmSignOut(url: string): Promise<string> {
    const { page } = this.#visitor;
    await page.goto(url);
    assert.equal(await page.locator("#client-name").count(), 0, "anybody may name a client");
    assert.equal(await page.locator("#signed-in-as").textContent(), "alice");
    await page.locator("#sign-out").click();
    return this.#backAt(SIGNED_OUT_URI);
  }

  /** Whether she would have to sign in. */
  async isSignedOut(authorizationUrl: string): Promise<boolean> {
    await this.#visitor.page.goto(authorizationUrl);
    return (await this.#visitor.page.locator("#login-form").count()) > 0;
  }

  /** The last that came to the client's site with her. */
  get arrival(): Arrival {
    const arrival = this.#site.arrivals.at(-1);
    if (!arrival) throw new Error("nothing came to the site");
    return arrival;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#visitor[Symbol.asyncDispose]();
  }

  async #signIn(): Promise<"asked" | "not asked"> {
    if ((await this.#visitor.page.locator("#login-form").count()) === 0) return "not asked";
    await this.#visitor.signIn("alice", "alice");
    return "asked";
  }

  async #backAt(destination: string): Promise<string> {
    const { page } = this.#visitor;
    await page.waitForURL((url) => url.href.startsWith(destination));
    return page.url();
  }
}
