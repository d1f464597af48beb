/**
 * What an SDK of the Model Context Protocol is asked to do, whatever its language. It is an agent that is told nothing
 * but the address of /mcp, and keeps what it learns and gets, as a program would that runs on.
 */

/** How an agent comes to be a client. */
export interface AgentSetup {
  /** The address of /mcp. */
  mcp: string;
  redirectUri: string;
  /** The method that it registers itself with (RFC 7591). */
  method: "none" | "client_secret_basic" | "client_secret_post";
  /** Its client ID metadata document, if it has one: then it need not register itself. */
  metadataUrl?: string;
}

/** What became of a visit to the server: the person must be asked at `url`, or it came in and looked about. */
export type Visit = { url: string } | Sight;

export interface Sight {
  /** What the server calls itself (`initialize`). */
  server: string;
  /** The names of its tools (`tools/list`). */
  tools: string[];
}

/** What it holds, as its SDK had it kept. */
export interface Held {
  client_id: string;
  client_secret?: string | undefined;
  access_token?: string | undefined;
  refresh_token?: string | undefined;
}

export interface Agent {
  /** Connects (`initialize`), pings, lists the tools and leaves. */
  visit(): Promise<Visit>;
  /** The person came back to `callback`: exchanges the code, and makes the visit. */
  finish(callback: string): Promise<Sight>;
  held(): Promise<Held>;
  /** From now on it holds this access token and no refresh token. */
  hold(accessToken: string): Promise<void>;
  /** Its clock moves on, as the server's does. */
  advance(seconds: number): Promise<void>;
  stop?(): Promise<void>;
}
