/** Another Ostiary, with keys, clients and people of its own. */
import type { Page } from "playwright-core";
import { makeEncryptionKeys, makeSigningKeys } from "../../../scripts/jwk.mjs";
import { press } from "../../browser/support/press.ts";
import { startSeeded } from "../../worker/support/flow.ts";
import { freePort } from "../../worker/support/free_port.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { administer } from "../../worker/support/tools.ts";
import { subjectOf, THERE, type Upstream } from "./upstream.ts";

export class OstiaryUpstream implements Upstream {
  readonly issuer: string;
  readonly scopes = "openid profile email offline_access";
  readonly called = (who = THERE) => `${who}@example.com`;
  readonly lifetime = 30 * 60;
  readonly #server: Ostiary;

  private constructor(server: Ostiary, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
  }

  static async open(): Promise<OstiaryUpstream> {
    const port = await freePort();
    const issuer = `http://localhost:${port}`;
    const vars = {
      OAUTH_ISSUER_URL: issuer,
      SIGNING_KEYS: makeSigningKeys(),
      ENCRYPTION_KEYS: makeEncryptionKeys(),
    };
    return new OstiaryUpstream(await startSeeded({ port, vars }), issuer);
  }

  async register(redirectUri: string): Promise<Record<string, unknown>> {
    const { client_id, client_secret } = await administer(this.#server, "POST", "clients", {
      client_name: "The broker",
      redirect_uris: [redirectUri],
      scope: this.scopes,
      consent_policy: "always",
    });
    return { issuer: this.issuer, client_id, client_secret, scopes: this.scopes };
  }

  async answer(page: Page, says: "yes" | "no", who = THERE): Promise<boolean> {
    const isThere = (form: string) =>
      page.url().startsWith(this.issuer) ? page.locator(form).count() : 0;
    const asked = (await isThere("#login-form")) > 0;
    if (asked) {
      await page.locator("#username").fill(who);
      await page.locator("#password").fill(who);
      await press(page, "#sign-in");
    }
    if ((await isThere("#consent-form")) > 0)
      await press(page, says === "yes" ? "#approve" : "#deny");
    return asked;
  }

  whose(accessToken: string): Promise<string | undefined> {
    return subjectOf(`${this.issuer}/oauth/userinfo`, accessToken);
  }

  async takeBack(page: Page): Promise<void> {
    await page.goto(`${this.issuer}/account/apps`);
    await page.locator("#remove-1").click();
    await page.locator("#confirm").click();
    await page.locator("#done").waitFor();
  }

  advance(seconds: number): Promise<void> {
    return this.#server.advance(seconds);
  }

  close(): Promise<void> {
    return this.#server.stop();
  }
}
