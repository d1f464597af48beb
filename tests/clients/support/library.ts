/** What every client library is asked to do, whatever its language. Each keeps the tokens of one grant, as an app would. */

import type { ClientKey } from "../../worker/support/assertion.ts";

/** The client that a library plays. */
export interface Setup {
  issuer: string;
  clientId: string;
  /** Without one, and without a key, the client is public. */
  clientSecret?: string;
  /** What it signs its assertions with. */
  clientKey?: ClientKey;
  redirectUri: string;
}

/** What the library says it was given. */
export interface Tokens {
  access_token: string;
  refresh_token?: string | undefined;
  scope?: string | undefined;
}

/** What the API answered to a call with the token. */
export interface Answer {
  status: number;
  body: string;
}

export interface Library {
  /** Begins a code flow with PKCE; the address to send the person to. */
  authorize(scope: string): Promise<string>;
  /** The person came back to `callback`: checks it and exchanges the code. */
  redeem(callback: string): Promise<Tokens>;
  /** Refreshes with the refresh token it holds, and keeps what it gets. */
  refresh(): Promise<Tokens>;
  /** GET /api/oauth/clients/me with the access token it holds. */
  call(): Promise<Answer>;
  /** Takes back the refresh token it holds. */
  revoke(): Promise<void>;
  /** Asks what the access token it holds is worth. Missing where the library can't. */
  introspect?(): Promise<Record<string, unknown>>;
  /** A token for the client itself. Missing where the library can't. */
  clientCredentials?(scope: string): Promise<Tokens>;
  stop?(): Promise<void>;
}

/** An OAuth error as the library shows it to the app. */
export class Refused extends Error {
  readonly error: string;
  readonly description: string | undefined;

  constructor(error: string, description: string | undefined) {
    super(`${error}: ${description}`);
    this.error = error;
    this.description = description;
  }
}
