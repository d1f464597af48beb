/** Alice in Chromium: opens what a client sends her to, signs in if she is not, and answers what she is asked. */
import { Client, playSite } from "../../browser/support/client.ts";
import type { House } from "../../browser/support/house.ts";
import type { Visitor } from "../../browser/support/visitor.ts";

/** Where all clients of these tests have people sent back to. */
export const REDIRECT_URI = "https://app.example/callback";

export class Alice {
  readonly #visitor: Visitor;

  private constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  static async arrive(house: House): Promise<Alice> {
    const visitor = await house.visitor();
    await playSite(visitor.page, new Client("any", REDIRECT_URI));
    return new Alice(visitor);
  }

  /** The address that she is sent back to. */
  async answer(authorizationUrl: string, button: "approve" | "deny" = "approve"): Promise<string> {
    const { page } = this.#visitor;
    await page.goto(authorizationUrl);
    if ((await page.locator("#login-form").count()) > 0)
      await this.#visitor.signIn("alice", "alice");
    await page.locator(`#${button}`).click();
    await page.waitForURL((url) => url.href.startsWith(REDIRECT_URI));
    return page.url();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#visitor[Symbol.asyncDispose]();
  }
}
