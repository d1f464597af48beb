/**
 * Another provider, at which people have accounts of their own, as a test plays the people at it. It is at `localhost`, and
 * we are at 127.0.0.1: a browser keeps cookies by host, whatever the port.
 */
import type { Page } from "playwright-core";

export interface Upstream {
  issuer: string;
  /** What may be asked for there. */
  scopes: string;
  /** What somebody's account is called there: their address. Only its UserInfo endpoint tells (OpenID Connect Core 5.4). */
  called: (who?: string) => string;
  /** So long an access token lasts, in seconds. */
  lifetime: number;
  /** Makes us a client there: the settings of the provider here (docs/api.md, `POST /admin/api/providers`). */
  register(redirectUri: string): Promise<Record<string, unknown>>;
  /** Plays what its pages take from the internet, before a browser goes there. */
  prepare?(page: Page): Promise<void>;
  /**
   * The person was sent there, signs in if asked to, and says yes or no if asked for that; ends on the page that they come back
   * to. Whether they were asked for their password.
   */
  answer(page: Page, says: "yes" | "no", who?: string): Promise<boolean>;
  /** Whose token this is, asked as any resource server asks; `undefined`: it is good for nothing. */
  whose(accessToken: string): Promise<string | undefined>;
  /** The person takes back what they allowed. */
  takeBack(page: Page): Promise<void>;
  /** So many seconds later. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Who people are at every provider unless they say otherwise, by name and password. There is bob, too. */
export const THERE = "alice";

/** Asks a UserInfo endpoint (OpenID Connect Core 5.3). */
export async function subjectOf(endpoint: string, token: string): Promise<string | undefined> {
  const answer = await fetch(endpoint, { headers: { Authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (answer.status === 401) return undefined;
  if (answer.status !== 200) throw new Error(`${endpoint}: ${answer.status} ${text}`);
  return (JSON.parse(text) as { sub: string }).sub;
}
