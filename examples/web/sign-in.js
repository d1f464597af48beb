/**
 * Sign-in and sign-out of a single-page app: authorization code flow with PKCE, on oauth4webapi.
 *
 * The tokens are kept in a variable and nowhere else. What lies in localStorage or sessionStorage can be read by any script
 * that ever runs in this origin, and stays there when the tab is long closed. The price: a reload forgets them, and the
 * person presses "Sign in" again, mostly without typing, since the server still knows who they are.
 */
import * as oauth from "/oauth4webapi.js";

const API = new URL("/api", location.origin);
const CALLBACK = new URL("/callback", location.origin).href;
/** What this tab asked, until the answer comes. Worth nothing to anybody who has not the code as well. */
const ASKED = "asked";
/** Plain http, which the library refuses by itself, on the developer's own machine only. */
const OPTIONS = { [oauth.allowInsecureRequests]: location.hostname === "localhost" };
/** A token this near its end is renewed first. */
const MARGIN_MS = 10_000;

export class SignIn {
  #server;
  #client;
  #tokens;
  #endsAt = 0;
  #refreshing;

  constructor(server, clientId) {
    this.#server = server;
    this.#client = { client_id: clientId };
  }

  /** The API says whose tokens it takes (RFC 9728), and that server what its addresses are (RFC 8414). */
  static async discover(clientId) {
    const about = await oauth.resourceDiscoveryRequest(API, OPTIONS);
    const { authorization_servers } = await oauth.processResourceDiscoveryResponse(API, about);
    const issuer = new URL(authorization_servers[0]);
    const answer = await oauth.discoveryRequest(issuer, OPTIONS);
    return new SignIn(await oauth.processDiscoveryResponse(issuer, answer), clientId);
  }

  get issuer() {
    return this.#server.issuer;
  }

  get signedIn() {
    return this.#tokens !== undefined;
  }

  /** Leaves for the server, which asks the person. `resource` makes the API the token's audience (RFC 8707). */
  async start(scope) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const nonce = oauth.generateRandomNonce();
    sessionStorage.setItem(ASKED, JSON.stringify({ verifier, state, nonce }));
    leave(this.#server.authorization_endpoint, {
      response_type: "code",
      client_id: this.#client.client_id,
      redirect_uri: CALLBACK,
      resource: API.href,
      scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
  }

  /** Takes the answer, if it is what this page was opened with. Throws when the person said no. */
  async arrive() {
    const address = new URL(location.href);
    const asked = JSON.parse(sessionStorage.getItem(ASKED));
    sessionStorage.removeItem(ASKED);
    history.replaceState(null, "", "/");
    if (address.pathname !== "/callback" || !asked) return;
    const { verifier, state, nonce } = asked;
    const answer = oauth.validateAuthResponse(this.#server, this.#client, address, state);
    const response = await oauth.authorizationCodeGrantRequest(
      this.#server,
      this.#client,
      oauth.None(),
      answer,
      CALLBACK,
      verifier,
      OPTIONS,
    );
    const checks = { expectedNonce: nonce, requireIdToken: true };
    this.#keep(
      await oauth.processAuthorizationCodeResponse(this.#server, this.#client, response, checks),
    );
  }

  /** Calls the API; throws `Refused` when it says no. */
  async request(method, path, body) {
    const headers = new Headers(body && { "Content-Type": "application/json" });
    const text = body && JSON.stringify(body);
    const url = new URL(path, API);
    const token = await this.#accessToken();
    try {
      const answer = await oauth.protectedResourceRequest(
        token,
        method,
        url,
        headers,
        text,
        OPTIONS,
      );
      if (!answer.ok) throw await Refused.by(answer);
      return answer;
    } catch (error) {
      if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
      if (error.status === 401) this.#tokens = undefined;
      throw await Refused.by(error.response, error.cause[0].parameters);
    }
  }

  /** Who is signed in (OpenID Connect Core 5.3). */
  async person() {
    const token = await this.#accessToken();
    const answer = await oauth.userInfoRequest(this.#server, this.#client, token, OPTIONS);
    const { sub } = oauth.getValidatedIdTokenClaims(this.#tokens);
    return oauth.processUserInfoResponse(this.#server, this.#client, sub, answer);
  }

  /** Ends the session at the server, and with it these tokens (OpenID Connect RP-Initiated Logout). */
  signOut() {
    leave(this.#server.end_session_endpoint, {
      client_id: this.#client.client_id,
      id_token_hint: this.#tokens.id_token,
      post_logout_redirect_uri: new URL("/", location.origin).href,
    });
  }

  /** Many may ask at once; the token is renewed once. */
  async #accessToken() {
    if (Date.now() > this.#endsAt - MARGIN_MS) {
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    return this.#tokens.access_token;
  }

  async #refresh() {
    const { refresh_token } = this.#tokens;
    const [server, client] = [this.#server, this.#client];
    const sent = oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      refresh_token,
      OPTIONS,
    );
    try {
      this.#keep(await oauth.processRefreshTokenResponse(server, client, await sent));
    } catch (error) {
      // Anything else may be repeated with the same refresh token: its successor is the same one then.
      if (error.error === "invalid_grant") this.#tokens = undefined;
      throw error;
    }
  }

  /** Each refresh brings a new refresh token; the old one is used up. */
  #keep(tokens) {
    this.#tokens = tokens;
    this.#endsAt = Date.now() + tokens.expires_in * 1000;
  }
}

/** What the API said in place of an answer; `challenge` is what it wants of a token (RFC 6750 section 3). */
export class Refused extends Error {
  static async by(answer, challenge = {}) {
    const { error_description } = await answer.json();
    return Object.assign(new Refused(error_description), { status: answer.status, challenge });
  }
}

function leave(endpoint, parameters) {
  const url = new URL(endpoint);
  url.search = new URLSearchParams(parameters);
  location.assign(url);
}
