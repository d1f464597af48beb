/** One sign-in of alice, and everything that the server signs of it: access token, ID token, UserInfo, logout token. */
import assert from "node:assert/strict";
import { Client, type Tokens, tokensOf } from "../../worker/support/client.ts";
import { eventually, signedIn, startSeeded } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import type { Person } from "../../worker/support/person.ts";

const SITE = "https://app.example";
export const NONCE = "a nonce of the client";

export type Kind = "access token" | "ID token" | "UserInfo" | "logout token";
export type Algorithm = "ES256" | "RS256";

/** A server, and the site that it sends logout tokens to. */
export class Signer {
  readonly ostiary: Ostiary;
  readonly #logoutTokens: string[];

  private constructor(ostiary: Ostiary, logoutTokens: string[]) {
    this.ostiary = ostiary;
    this.#logoutTokens = logoutTokens;
  }

  static async start(): Promise<Signer> {
    const logoutTokens: string[] = [];
    const outbound = async (request: Request) => {
      const form = new URLSearchParams(await request.text());
      assert.deepEqual([...form.keys()], ["logout_token"]);
      logoutTokens.push(form.get("logout_token") ?? "");
      return new Response(null, { status: 204 });
    };
    return new Signer(await startSeeded({ outbound }), logoutTokens);
  }

  /** A client that has everything signed with this algorithm; access tokens always are with ES256. */
  async client(algorithm: Algorithm): Promise<Client> {
    const answer = await this.ostiary.fetch("/admin/api/clients", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Admin-Token": this.ostiary.adminToken },
      body: JSON.stringify({
        client_name: "A client that verifies",
        public: true,
        redirect_uris: [`${SITE}/callback`],
        scope: "openid profile",
        id_token_signed_response_alg: algorithm,
        userinfo_signed_response_alg: algorithm,
        backchannel_logout_uri: `${SITE}/backchannel-logout`,
      }),
    });
    const { client_id } = (await answer.json()) as { client_id: string };
    assert.equal(answer.status, 201);
    return new Client(client_id, `${SITE}/callback`);
  }

  /** Alice signs in to the client and out again; all that it was sent. */
  async everything(client: Client): Promise<Record<Kind, string>> {
    const alice = await signedIn(this.ostiary);
    const tokens = await this.#signIn(alice, client);
    const userinfo = await this.ostiary.fetch("/oauth/userinfo", {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    assert.equal(userinfo.headers.get("Content-Type"), "application/jwt");
    return {
      "access token": tokens.access_token,
      "ID token": tokens.id_token,
      UserInfo: await userinfo.text(),
      "logout token": await this.#signOut(alice),
    };
  }

  /** Alice, who is signed in, and what the client was given. */
  async signIn(client: Client): Promise<{ alice: Person; tokens: Tokens & { id_token: string } }> {
    const alice = await signedIn(this.ostiary);
    return { alice, tokens: await this.#signIn(alice, client) };
  }

  async #signIn(alice: Person, client: Client): Promise<Tokens & { id_token: string }> {
    const request = client.request("openid profile");
    const path = `${request.path}&${new URLSearchParams({ nonce: NONCE })}`;
    const code = client.codeOf(await alice.approve(path), request);
    const tokens = await tokensOf(await client.redeem(this.ostiary, code));
    assert.ok("id_token" in tokens && typeof tokens.id_token === "string");
    return { ...tokens, id_token: tokens.id_token };
  }

  async #signOut(alice: Person): Promise<string> {
    const before = this.#logoutTokens.length;
    await alice.submit(await alice.get("/account"), {});
    return eventually("a logout token comes", async () => this.#logoutTokens[before]);
  }
}
