/** `openid-client` as a relying party, with every check that it knows: signatures, too, which it may leave to TLS. */
import * as openid from "openid-client";
import { Refused } from "./library.ts";
import type { Claims, RelyingParty, RelyingPartySetup } from "./relying_party.ts";

/** What it sends with an authorization request besides what it needs, and what it then expects. */
export interface Wishes {
  parameters?: Record<string, string>;
  maxAge?: number;
}

/** How it reaches the server; left out, by the global `fetch`, and then also without TLS. */
export type Reach = typeof fetch;

export class OpenidRelyingParty implements RelyingParty {
  readonly configuration: openid.Configuration;
  readonly #setup: RelyingPartySetup;
  #checks: openid.AuthorizationCodeGrantChecks = {};
  #tokens: (openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers) | undefined;
  #subject = "";
  #idToken = "";

  private constructor(configuration: openid.Configuration, setup: RelyingPartySetup) {
    this.configuration = configuration;
    this.#setup = setup;
  }

  /** Everything else it finds out from the issuer's address. */
  static async start(setup: RelyingPartySetup, reach?: Reach): Promise<OpenidRelyingParty> {
    const { issuer, clientId, clientSecret, idTokenAlg, userinfoAlg } = setup;
    const insecure = reach ? [] : [openid.allowInsecureRequests];
    const configuration = await openid.discovery(
      new URL(issuer),
      clientId,
      {
        id_token_signed_response_alg: idTokenAlg,
        ...(userinfoAlg && { userinfo_signed_response_alg: userinfoAlg }),
      },
      clientSecret ? openid.ClientSecretPost(clientSecret) : openid.None(),
      {
        execute: [openid.enableNonRepudiationChecks, ...insecure],
        ...(reach && { [openid.customFetch]: reach as openid.CustomFetch }),
      },
    );
    return new OpenidRelyingParty(configuration, setup);
  }

  async authorize(scope: string, wishes: Wishes = {}): Promise<string> {
    const { parameters = {}, maxAge } = wishes;
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    this.#checks = {
      pkceCodeVerifier,
      expectedState: openid.randomState(),
      expectedNonce: openid.randomNonce(),
      idTokenExpected: true,
      ...(maxAge !== undefined && { maxAge }),
    };
    return openid.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.#setup.redirectUri,
      scope,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: this.#checks.expectedState as string,
      nonce: this.#checks.expectedNonce as string,
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
      ...parameters,
    }).href;
  }

  /** By redirect a URL, by form_post the request that the browser sent. */
  redeem(callback: string | Request): Promise<Claims> {
    const answer = typeof callback === "string" ? new URL(callback) : callback;
    return this.#keep(openid.authorizationCodeGrant(this.configuration, answer, this.#checks));
  }

  userinfo(): Promise<Claims> {
    const token = this.#tokens?.access_token ?? "";
    return shown(openid.fetchUserInfo(this.configuration, token, this.#subject));
  }

  refresh(): Promise<Claims> {
    return this.#keep(
      openid.refreshTokenGrant(this.configuration, this.#tokens?.refresh_token ?? ""),
    );
  }

  /** The ID token that it holds, to be shown as a hint. */
  get idToken(): string {
    return this.#idToken;
  }

  async signOut(state: string): Promise<string> {
    return openid.buildEndSessionUrl(this.configuration, {
      id_token_hint: this.#idToken,
      post_logout_redirect_uri: this.#setup.signedOutUri,
      state,
    }).href;
  }

  async #keep(
    answer: Promise<openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers>,
  ): Promise<Claims> {
    this.#tokens = await shown(answer);
    const claims = this.#tokens.claims();
    if (!claims) throw new Error("there is no ID token beside the access token");
    this.#idToken = this.#tokens.id_token ?? "";
    this.#subject = claims.sub;
    return claims;
  }
}

/** The library's errors in our words. */
export async function shown<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (
      error instanceof openid.AuthorizationResponseError ||
      error instanceof openid.ResponseBodyError
    )
      throw new Refused(error.error, error.error_description);
    throw error;
  }
}
