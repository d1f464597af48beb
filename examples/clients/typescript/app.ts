/** What both web apps have in common: the sign-in, on openid-client, and their pages. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as openid from "openid-client";

const { OSTIARY_URL = "http://localhost:8787", PORT = "3000" } = process.env;
const { APP_URL: HERE = `http://localhost:${PORT}` } = process.env;
const { OSTIARY_CLIENT_ID: ID = "", OSTIARY_CLIENT_SECRET: SECRET } = process.env;

/** Everything else it finds out from the server's address. */
const server = await openid.discovery(
  new URL(OSTIARY_URL),
  ID,
  undefined,
  openid.ClientSecretBasic(SECRET),
  {
    // Signatures are verified, too, though TLS would do; without TLS only on this machine.
    execute: [
      openid.enableNonRepudiationChecks,
      ...(OSTIARY_URL.startsWith("http:") ? [openid.allowInsecureRequests] : []),
    ],
  },
);

/** What is remembered while the person is away at the server. */
export interface Pending {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who signed in; the ID token is kept for the sign-out, which it makes a matter of no questions. */
export interface Person {
  name: string;
  idToken: string;
}

export interface Tokens {
  access: string;
  refresh: string;
}

/** Where to send the person, and what to remember until they are back. */
export async function begin(): Promise<[URL, Pending]> {
  const verifier = openid.randomPKCECodeVerifier();
  const pending = { state: openid.randomState(), nonce: openid.randomNonce(), verifier };
  const url = openid.buildAuthorizationUrl(server, {
    redirect_uri: `${HERE}/callback`,
    scope: "openid profile",
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: pending.state,
    nonce: pending.nonce,
  });
  return [url, pending];
}

/** The person is back: checks state, iss and nonce, exchanges the code, verifies the ID token. */
export async function finish(pending: Pending, url: URL): Promise<[Person, Tokens]> {
  const answer = await openid.authorizationCodeGrant(server, url, {
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    pkceCodeVerifier: pending.verifier,
    idTokenExpected: true,
  });
  const tokens = { access: answer.access_token, refresh: answer.refresh_token ?? "" };
  const name = await nameNow(tokens);
  if (!name) throw new Error("The new access token is no good.");
  return [{ name, idToken: answer.id_token ?? "" }, tokens];
}

/** What the server says now; nothing where the access token is no good any more. */
export async function nameNow({ access }: Tokens): Promise<string | undefined> {
  try {
    const claims = await openid.fetchUserInfo(server, access, openid.skipSubjectCheck);
    return claims.name ?? claims.sub;
  } catch (error) {
    if (error instanceof openid.WWWAuthenticateChallengeError && error.status === 401)
      return undefined;
    throw error;
  }
}

/** The next tokens; nothing where the person must sign in again. */
export async function renew({ refresh }: Tokens): Promise<Tokens | undefined> {
  if (!refresh) return undefined;
  try {
    const answer = await openid.refreshTokenGrant(server, refresh);
    return { access: answer.access_token, refresh: answer.refresh_token ?? refresh };
  } catch (error) {
    if (error instanceof openid.ResponseBodyError && error.error === "invalid_grant")
      return undefined;
    throw error;
  }
}

/** Where the person signs out, and from where they come back to the app. */
export function signOut({ idToken }: Person): URL {
  const wishes = { id_token_hint: idToken, post_logout_redirect_uri: `${HERE}/` };
  return openid.buildEndSessionUrl(server, wishes);
}

/** One request, and what it is answered. */
export class Visit {
  readonly url: URL;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(url: URL, request: IncomingMessage, response: ServerResponse) {
    this.url = url;
    this.#request = request;
    this.#response = response;
  }

  cookie(name: string): string | undefined {
    const cookies = (this.#request.headers.cookie ?? "").split("; ");
    return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
  }

  /** Without a value the browser is to forget it. */
  setCookie(name: string, value?: string): void {
    const secure = HERE.startsWith("https:") ? "; Secure" : "";
    const end = value === undefined ? "; Max-Age=0" : "";
    const attributes = `Path=/; HttpOnly; SameSite=Lax${secure}${end}`;
    this.#response.appendHeader("Set-Cookie", `${name}=${value ?? ""}; ${attributes}`);
  }

  redirect(to: URL | string): void {
    this.#response.writeHead(303, { Location: String(to) }).end();
  }

  signedIn(name: string): void {
    const button = `<form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>`;
    this.#page(200, `<p>Signed in as <b id="name">${escaped(name)}</b></p>${button}`);
  }

  signedOut(): void {
    const link = `<a id="sign-in" href="/sign-in">Sign in</a>`;
    this.#page(200, `<p id="nobody">You are signed out.</p>${link}`);
  }

  problem(what: string, status = 400): void {
    this.#page(status, `<p id="problem">${escaped(what)}</p><a href="/">Back</a>`);
  }

  failed(error: unknown): void {
    if (isOutage(error)) {
      console.error(error);
      this.problem("The sign-in service can't be reached at the moment.", 503);
    } else this.problem(described(error));
  }

  #page(status: number, body: string): void {
    const head = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title>`;
    const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
    this.#response.writeHead(status, headers).end(head + body);
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

type Handler = (visit: Visit) => Promise<void>;

/** Serves these paths, named with their method, on this machine. */
export function serve(routes: Record<string, Handler>): void {
  const nowhere: Handler = async (visit) => visit.problem("There is nothing here.", 404);
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = URL.parse(request.url ?? "/", HERE);
    if (!url) return response.writeHead(400).end();
    const visit = new Visit(url, request, response);
    const handler = routes[`${request.method} ${visit.url.pathname}`] ?? nowhere;
    await handler(visit).catch((error) => visit.failed(error));
  };
  createServer(answer).listen(Number(PORT), "127.0.0.1", () => console.log(`Open ${HERE}`));
}

/** What openid-client makes of an answer that is not from the server as it should be, but from one that fails. */
const NO_ANSWER = ["OAUTH_RESPONSE_IS_NOT_CONFORM", "OAUTH_RESPONSE_IS_NOT_JSON", "OAUTH_TIMEOUT"];

/** Whether the server did not answer what it was asked: that refuses nothing. */
function isOutage(error: unknown): boolean {
  if (error instanceof openid.ResponseBodyError) return error.status === 429;
  if (error instanceof openid.ClientError) return NO_ANSWER.includes(error.code ?? "");
  return error instanceof TypeError; // `fetch` could not connect
}

/** The server's words, where it was the server that refused. */
function described(error: unknown): string {
  if (
    error instanceof openid.AuthorizationResponseError ||
    error instanceof openid.ResponseBodyError
  )
    return `${error.error}: ${error.error_description}`;
  return String(error);
}
