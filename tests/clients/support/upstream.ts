/**
 * Another provider, at which people have accounts of their own, as a test plays the people at it. It is at `localhost`, and
 * we are at 127.0.0.1: a browser keeps cookies by host, whatever the port.
 */
import type { Page } from "playwright-core";

export interface Upstream {
  issuer: string;
  /** What may be asked for there. */
  scopes: string;
  /** What the person's account is called there: their address. Only its UserInfo endpoint tells (OpenID Connect Core 5.4). */
  called: string;
  /** So long an access token lasts, in seconds. */
  lifetime: number;
  /** Makes us a client there: the settings of the provider here (docs/api.md, `POST /admin/api/providers`). */
  register(redirectUri: string): Promise<Record<string, unknown>>;
  /** Plays what its pages take from the internet, before a browser goes there. */
  prepare?(page: Page): Promise<void>;
  /** The person, sent there by us, signs in and says yes or no; ends when the browser leaves. */
  answer(page: Page, says: "yes" | "no"): Promise<void>;
  /** Whose token this is, asked as any resource server asks; `undefined`: it is good for nothing. */
  whose(accessToken: string): Promise<string | undefined>;
  /** The person takes back what they allowed. */
  takeBack(page: Page): Promise<void>;
  /** So many seconds later. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Who the person is at every provider, by name and password. */
export const THERE = "alice";

/** Asks a UserInfo endpoint (OpenID Connect Core 5.3). */
export async function subjectOf(endpoint: string, token: string): Promise<string | undefined> {
  const answer = await fetch(endpoint, { headers: { Authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (answer.status === 401) return undefined;
  if (answer.status !== 200) throw new Error(`${endpoint}: ${answer.status} ${text}`);
  return (JSON.parse(text) as { sub: string }).sub;
}
