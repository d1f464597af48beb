/**
 * `openid-client`, which authenticates by `client_secret_post` here, since oauth4webapi does by `client_secret_basic`, or by a
 * key of its own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as openid from "openid-client";
import type { ClientKey } from "../worker/support/assertion.ts";
import { Alice, REDIRECT_URI } from "./support/alice.ts";
import type { Answer, Library, Setup, Tokens } from "./support/library.ts";
import { shown } from "./support/openid_relying_party.ts";
import { type Ability, isRefused, Stage, tellStory } from "./support/story.ts";

class OpenidClient implements Library {
  readonly configuration: openid.Configuration;
  readonly #setup: Setup;
  #checks: openid.AuthorizationCodeGrantChecks = {};
  #tokens: openid.TokenEndpointResponse | undefined;

  private constructor(configuration: openid.Configuration, setup: Setup) {
    this.configuration = configuration;
    this.#setup = setup;
  }

  /** The library finds out the rest by itself from the issuer's address. */
  static async start(setup: Setup): Promise<OpenidClient> {
    const { issuer, clientId } = setup;
    const authentication = await authenticationOf(setup);
    const configuration = await openid.discovery(
      new URL(issuer),
      clientId,
      undefined,
      authentication,
      { algorithm: "oauth2", execute: [openid.allowInsecureRequests] }, // plain http, on this machine only
    );
    return new OpenidClient(configuration, setup);
  }

  async authorize(scope: string): Promise<string> {
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const expectedState = openid.randomState();
    this.#checks = { pkceCodeVerifier, expectedState };
    return openid.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.#setup.redirectUri,
      scope,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: expectedState,
    }).href;
  }

  redeem(callback: string): Promise<Tokens> {
    return this.#keep(
      openid.authorizationCodeGrant(this.configuration, new URL(callback), this.#checks),
    );
  }

  refresh(scope?: string): Promise<Tokens> {
    const token = this.#tokens?.refresh_token ?? "";
    return this.#keep(
      openid.refreshTokenGrant(this.configuration, token, scope ? { scope } : undefined),
    );
  }

  async call(): Promise<Answer> {
    const api = new URL("/api/oauth/clients/me", this.#setup.issuer);
    const token = this.#tokens?.access_token ?? "";
    try {
      const answer = await openid.fetchProtectedResource(this.configuration, token, api, "GET");
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      if (!(error instanceof openid.WWWAuthenticateChallengeError)) throw error;
      return { status: error.status, body: await error.response.text() };
    }
  }

  async introspect(): Promise<Record<string, unknown>> {
    return openid.tokenIntrospection(this.configuration, this.#tokens?.access_token ?? "");
  }

  async revoke(): Promise<void> {
    await openid.tokenRevocation(this.configuration, this.#tokens?.refresh_token ?? "");
  }

  clientCredentials(scope: string): Promise<Tokens> {
    return shown(openid.clientCredentialsGrant(this.configuration, { scope }));
  }

  async #keep(tokens: Promise<openid.TokenEndpointResponse>): Promise<Tokens> {
    this.#tokens = await shown(tokens);
    return this.#tokens;
  }
}

async function authenticationOf({ clientSecret, clientKey }: Setup): Promise<openid.ClientAuth> {
  if (clientKey) {
    return openid.PrivateKeyJwt({ key: await webCryptoKey(clientKey), kid: clientKey.kid });
  }
  return clientSecret ? openid.ClientSecretPost(clientSecret) : openid.None();
}

/** The key as the library wants it, which reads the algorithm from it. */
function webCryptoKey({ algorithm, privateKey }: ClientKey): Promise<CryptoKey> {
  const parameters = {
    ES256: { name: "ECDSA", namedCurve: "P-256" },
    RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    PS256: { name: "RSA-PSS", hash: "SHA-256" },
    EdDSA: { name: "Ed25519" },
  }[algorithm];
  const bytes = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  return crypto.subtle.importKey("pkcs8", bytes, parameters, false, ["sign"]);
}

const stage = await Stage.open();
const abilities: Ability[] = ["introspection", "client credentials", "keys"];
tellStory(stage, "openid-client", OpenidClient.start, abilities);

test("openid-client discovers the server", async () => {
  const { configuration } = await OpenidClient.start(await stage.client("public"));
  const metadata = configuration.serverMetadata();
  const { url } = stage.house.ostiary;
  assert.equal(metadata.issuer, url);
  assert.equal(metadata.token_endpoint, `${url}/oauth/token`);
  assert.equal(metadata.supportsPKCE(), true);
});

test("openid-client narrows the scope of an access token, and gets the whole of it back", async () => {
  await using alice = await Alice.arrive(stage.house);
  const library = await OpenidClient.start(await stage.client("confidential"));
  await library.redeem(await alice.answer(await library.authorize("read:tools call:tools")));
  assert.equal((await library.refresh("read:tools")).scope, "read:tools");
  assert.equal((await library.refresh()).scope, "read:tools call:tools");
});

test("openid-client understands a refusal that comes by redirect", async () => {
  const library = await OpenidClient.start(await stage.client("confidential"));
  const request = await library.authorize("no:such");
  const answer = await fetch(request, { redirect: "manual" });
  const callback = answer.headers.get("Location") ?? "";
  assert.ok(callback.startsWith(REDIRECT_URI), callback);
  await isRefused(
    library.redeem(callback),
    "invalid_scope",
    "the client may not have the scope no:such",
  );
});

test("openid-client is told that a public client gets no token for itself", async () => {
  const library = await OpenidClient.start(await stage.client("public"));
  await isRefused(
    library.clientCredentials("read:tools"),
    "unauthorized_client",
    "the client may not use the grant type client_credentials",
  );
});
