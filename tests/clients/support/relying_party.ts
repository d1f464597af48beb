/** What every OpenID Connect library is asked to do, whatever its language. Each keeps one sign-in, as an app would. */
import type { Setup } from "./library.ts";

/** The client that a library plays, and how it is told who signed in. */
export interface RelyingPartySetup extends Setup {
  idTokenAlg: "ES256" | "RS256";
  /** Without one UserInfo answers JSON. */
  userinfoAlg?: "ES256" | "RS256";
  signedOutUri: string;
}

/** What an ID token or UserInfo says of a person, after the library's checks. */
export type Claims = Record<string, unknown>;

export interface RelyingParty {
  /** Begins a code flow with PKCE, state and nonce; the address to send the person to. */
  authorize(scope: string): Promise<string>;
  /** The person came back to `callback`: checks it, exchanges the code, verifies the ID token. What that says. */
  redeem(callback: string): Promise<Claims>;
  /** What UserInfo says of the person who signed in. */
  userinfo(): Promise<Claims>;
  /** Refreshes with the refresh token it holds. What the new ID token says. */
  refresh(): Promise<Claims>;
  /** The address to send the person to who wants to sign out. */
  signOut(state: string): Promise<string>;
  stop?(): Promise<void>;
}
