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
  /** The version of the protocol that it is to speak. */
  version: string;
}

/** What became of a visit to the server: the person must be asked at `url`, or it came in and looked about. */
export type Visit = { url: string } | Sight;

export interface Sight {
  /** What the server calls itself. */
  server: string;
  /** The version of the protocol that both speak. */
  version: string;
  /** The names of its tools (`tools/list`). */
  tools: string[];
}

/** What a tool said. */
export interface Said {
  text: string;
  structured?: unknown;
  isError: boolean;
}

/** What it holds, as its SDK had it kept. */
export interface Held {
  client_id: string;
  client_secret?: string | undefined;
  access_token?: string | undefined;
  refresh_token?: string | undefined;
}

export interface Agent {
  /** Connects (`initialize` or `server/discover`), pings where the version has that, lists the tools and leaves. */
  visit(): Promise<Visit>;
  /** The person came back to `callback`: exchanges the code, and makes the visit. */
  finish(callback: string): Promise<Sight>;
  /** Connects, calls a tool and leaves. */
  call(name: string, args: Record<string, unknown>): Promise<Said>;
  held(): Promise<Held>;
  /** From now on it holds this access token and no refresh token. */
  hold(accessToken: string): Promise<void>;
  /** Its clock moves on, as the server's does. */
  advance(seconds: number): Promise<void>;
  stop?(): Promise<void>;
}
