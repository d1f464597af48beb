/** oidc-provider (npm), a provider that none of us wrote, with the pages for login and consent that come with it. */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { Locator, Page } from "playwright-core";
import { makeSigningKeys } from "../../../scripts/jwk.mjs";
import { press } from "../../browser/support/press.ts";
import { subjectOf, THERE, type Upstream } from "./upstream.ts";

const CLIENT_ID = "broker";
const LIFETIME = 600;

export class OidcProviderUpstream implements Upstream {
  readonly issuer: string;
  readonly scopes = "openid profile email offline_access";
  readonly called = (who = THERE) => `${who}@there.example`;
  readonly lifetime = LIFETIME;
  readonly #server: Server;
  #provider: Provider | undefined;
  /** What was allowed last. */
  #grant = "";

  private constructor(server: Server) {
    this.#server = server;
    this.issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<OidcProviderUpstream> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new OidcProviderUpstream(server);
  }

  /** Its clients are part of its configuration, so it begins with the first. */
  async register(redirectUri: string): Promise<Record<string, unknown>> {
    const client_secret = randomBytes(24).toString("base64url");
    const provider = new Provider(this.issuer, configuration(redirectUri, client_secret));
    provider.on("grant.success", ({ oidc }) => {
      this.#grant = oidc.entities.AccessToken?.grantId ?? this.#grant;
    });
    this.#provider = provider;
    const answer = provider.callback();
    this.#server.on("request", (asked, answered) => {
      if (asked.url === "/favicon.ico") answered.writeHead(204).end();
      else answer(asked, answered);
    });
    return {
      issuer: this.issuer,
      client_id: CLIENT_ID,
      client_secret,
      client_authentication: "body",
      scopes: this.scopes,
      parameters: { prompt: "consent" }, // else there is no offline_access (OpenID Connect Core 11)
    };
  }

  async prepare(page: Page): Promise<void> {
    const css = { contentType: "text/css", body: "" };
    await page.route("https://fonts.googleapis.com/**", (route) => route.fulfill(css));
  }

  async answer(page: Page, says: "yes" | "no", who = THERE): Promise<boolean> {
    const isThere = (button: Locator) => (page.url().startsWith(this.issuer) ? button.count() : 0);
    const signIn = page.getByRole("button", { name: "Sign-in" });
    const goOn = page.getByRole("button", { name: "Continue" });
    const asked = (await isThere(signIn)) > 0;
    if (asked) {
      await page.locator("input[name=login]").fill(who);
      await page.locator("input[name=password]").fill(who);
      await press(page, signIn);
    }
    if ((await isThere(goOn)) > 0)
      await press(page, says === "yes" ? goOn : page.getByRole("link", { name: "Cancel" }));
    return asked;
  }

  whose(accessToken: string): Promise<string | undefined> {
    return subjectOf(`${this.issuer}/me`, accessToken);
  }

  /** It has no page for that, so it is told directly. */
  async takeBack(): Promise<void> {
    const grant = await this.#provider?.Grant.find(this.#grant);
    if (!grant) throw new Error("nothing was allowed");
    await grant.destroy();
  }

  /** Its clock is that of the machine; its ID tokens last an hour. */
  async advance(): Promise<void> {}

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function configuration(redirectUri: string, client_secret: string): Record<string, unknown> {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: JSON.parse(makeSigningKeys()),
    cookies: { keys: [randomBytes(24).toString("base64url")] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@there.example`,
        email_verified: true,
        name: "Alice There",
      }),
    }),
    features: {
      revocation: { enabled: true, allowedPolicy: isOwn },
      devInteractions: { enabled: true },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: LIFETIME,
      IdToken: 3600,
      Grant: 86_400,
      Interaction: 3600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
  };
}

/** A client gives back its own tokens only (RFC 7009 section 2.1). */
function isOwn(_context: unknown, client: { clientId: string }, token: { clientId: string }) {
  return client.clientId === token.clientId;
}
