/** `oauth4webapi`: the library that openid-client and many frameworks stand on. */
import * as oauth from "oauth4webapi";
import { type Answer, type Library, Refused, type Setup, type Tokens } from "./support/library.ts";
import { Stage, tellStory } from "./support/story.ts";

/** Plain http, which it refuses by itself; on this machine only. */
const options = { [oauth.allowInsecureRequests]: true };

class Oauth4webapi implements Library {
  readonly #server: oauth.AuthorizationServer;
  readonly #client: oauth.Client;
  readonly #authentication: oauth.ClientAuth;
  readonly #setup: Setup;
  #state = "";
  #verifier = "";
  #tokens: oauth.TokenEndpointResponse | undefined;

  private constructor(server: oauth.AuthorizationServer, setup: Setup) {
    this.#server = server;
    this.#setup = setup;
    this.#client = { client_id: setup.clientId };
    this.#authentication = setup.clientSecret
      ? oauth.ClientSecretBasic(setup.clientSecret)
      : oauth.None();
  }

  static async start(setup: Setup): Promise<Oauth4webapi> {
    const issuer = new URL(setup.issuer);
    const answer = await oauth.discoveryRequest(issuer, { ...options, algorithm: "oauth2" });
    return new Oauth4webapi(await oauth.processDiscoveryResponse(issuer, answer), setup);
  }

  async authorize(scope: string): Promise<string> {
    this.#state = oauth.generateRandomState();
    this.#verifier = oauth.generateRandomCodeVerifier();
    const url = new URL(this.#server.authorization_endpoint ?? "");
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: this.#setup.clientId,
      redirect_uri: this.#setup.redirectUri,
      scope,
      state: this.#state,
      code_challenge: await oauth.calculatePKCECodeChallenge(this.#verifier),
      code_challenge_method: "S256",
    }).toString();
    return url.href;
  }

  redeem(callback: string): Promise<Tokens> {
    return shown(async () => {
      const answer = oauth.validateAuthResponse(
        this.#server,
        this.#client,
        new URL(callback),
        this.#state,
      );
      const response = await oauth.authorizationCodeGrantRequest(
        this.#server,
        this.#client,
        this.#authentication,
        answer,
        this.#setup.redirectUri,
        this.#verifier,
        options,
      );
      this.#tokens = await oauth.processAuthorizationCodeResponse(
        this.#server,
        this.#client,
        response,
      );
      return this.#tokens;
    });
  }

  refresh(): Promise<Tokens> {
    return shown(async () => {
      const response = await oauth.refreshTokenGrantRequest(
        this.#server,
        this.#client,
        this.#authentication,
        this.#tokens?.refresh_token ?? "",
        options,
      );
      this.#tokens = await oauth.processRefreshTokenResponse(this.#server, this.#client, response);
      return this.#tokens;
    });
  }

  async call(): Promise<Answer> {
    const api = new URL("/api/oauth/clients/me", this.#setup.issuer);
    const token = this.#tokens?.access_token ?? "";
    try {
      const response = await oauth.protectedResourceRequest(
        token,
        "GET",
        api,
        undefined,
        undefined,
        options,
      );
      return { status: response.status, body: await response.text() };
    } catch (error) {
      if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
      return { status: error.status, body: await error.response.text() };
    }
  }

  async introspect(): Promise<Record<string, unknown>> {
    const response = await oauth.introspectionRequest(
      this.#server,
      this.#client,
      this.#authentication,
      this.#tokens?.access_token ?? "",
      options,
    );
    return oauth.processIntrospectionResponse(this.#server, this.#client, response);
  }

  async revoke(): Promise<void> {
    const response = await oauth.revocationRequest(
      this.#server,
      this.#client,
      this.#authentication,
      this.#tokens?.refresh_token ?? "",
      options,
    );
    await oauth.processRevocationResponse(response);
  }

  clientCredentials(scope: string): Promise<Tokens> {
    return shown(async () => {
      const response = await oauth.clientCredentialsGrantRequest(
        this.#server,
        this.#client,
        this.#authentication,
        { scope },
        options,
      );
      return oauth.processClientCredentialsResponse(this.#server, this.#client, response);
    });
  }
}

/** The library's errors in our words. */
async function shown<T>(what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError)
      throw new Refused(error.error, error.error_description);
    if (error instanceof oauth.ResponseBodyError)
      throw new Refused(error.error, error.error_description);
    // After Basic a 401 has a challenge (RFC 6749 5.2), which the library shows instead of the body.
    if (error instanceof oauth.WWWAuthenticateChallengeError) {
      const body = (await error.response.json()) as { error: string; error_description: string };
      throw new Refused(body.error, body.error_description);
    }
    throw error;
  }
}

tellStory(await Stage.open(), "oauth4webapi", Oauth4webapi.start, [
  "introspection",
  "client credentials",
]);
