/** Clients as they speak to the server: authorization requests, the token endpoint, introspection, revocation. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { Prepared, Server } from "./ostiary.ts";

/** What a client sent a person to the authorization endpoint with. */
export interface Request {
  path: string;
  state: string;
  verifier: string;
}

/** A code and what it takes to redeem it. */
export interface Code {
  code: string;
  verifier: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

export class Client {
  readonly id: string;
  readonly redirectUri: string;
  /** Without one the client is public. */
  readonly secret: string | undefined;

  constructor(id: string, redirectUri: string, secret?: string) {
    this.id = id;
    this.redirectUri = redirectUri;
    this.secret = secret;
  }

  /** A request by the code flow with PKCE. */
  request(scope = "read:tools"): Request {
    const verifier = randomBytes(32).toString("base64url");
    const state = randomBytes(16).toString("base64url");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.id,
      redirect_uri: this.redirectUri,
      scope,
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    return { path: `/oauth/authorize?${query}`, state, verifier };
  }

  /** The code in the answer to `request`, after the checks that a client owes itself. */
  codeOf(answer: URL, request: Request): Code {
    assert.equal(answer.searchParams.get("state"), request.state);
    const code = answer.searchParams.get("code");
    assert.ok(code, `there is no code in ${answer}`);
    return { code, verifier: request.verifier };
  }

  redeem(server: Server, code: Code): Promise<Response> {
    return server.send(this.redemption(code));
  }

  redemption({ code, verifier }: Code): Prepared {
    return this.prepare("/oauth/token", {
      grant_type: "authorization_code",
      redirect_uri: this.redirectUri,
      code,
      code_verifier: verifier,
    });
  }

  /** A token of the client's own (client_credentials). */
  async ownToken(server: Server): Promise<{ access_token: string }> {
    const fields = { grant_type: "client_credentials" };
    const answer = await server.send(this.prepare("/oauth/token", fields));
    const body = await answer.text();
    assert.equal(answer.status, 200, body);
    return JSON.parse(body) as { access_token: string };
  }

  refresh(server: Server, refreshToken: string, scope?: string): Promise<Response> {
    return server.send(
      this.prepare("/oauth/token", {
        grant_type: "refresh_token",
        refresh_token: refreshToken,
        ...(scope && { scope }),
      }),
    );
  }

  async introspect(server: Server, token: string): Promise<Record<string, unknown>> {
    const answer = await server.send(this.prepare("/oauth/introspect", { token }));
    assert.equal(answer.status, 200);
    return (await answer.json()) as Record<string, unknown>;
  }

  async isActive(server: Server, token: string): Promise<boolean> {
    const { active } = await this.introspect(server, token);
    assert.equal(typeof active, "boolean");
    return active as boolean;
  }

  revoke(server: Server, token: string): Promise<Response> {
    return server.send(this.prepare("/oauth/revoke", { token }));
  }

  /** A form of this client's, with its credentials. */
  prepare(path: string, fields: Record<string, string>): Prepared {
    const credentials = { client_id: this.id, ...(this.secret && { client_secret: this.secret }) };
    const body = new URLSearchParams({ ...fields, ...credentials });
    return { path, init: { method: "POST", body } };
  }
}

/** The clients that /dev/seed makes. */
export const demoWeb = new Client("demo-web", "http://localhost:3000/callback");
export const demoServer = new Client(
  "demo-server",
  "https://server.example/callback",
  "demo-server-secret",
);

/** The tokens in an answer, which must be a good one. */
export async function tokensOf(answer: Response): Promise<Tokens> {
  const body = await answer.text();
  assert.equal(answer.status, 200, body);
  return JSON.parse(body) as Tokens;
}

/** Checks that an answer is this refusal. */
export async function refused(answer: Response, error: string, status = 400): Promise<void> {
  const body = await answer.text();
  assert.equal(answer.status, status, body);
  assert.equal((JSON.parse(body) as { error: string }).error, error, body);
}

/** What an access token says; nothing is verified. */
export function claimsOf(accessToken: string): Record<string, unknown> {
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  return JSON.parse(payload) as Record<string, unknown>;
}

/** The grant and generation that an access token's `jti` names. */
export function lineageOf(accessToken: string): { grant: string; generation: number } {
  const [grant = "", generation] = String(claimsOf(accessToken).jti).split(".");
  return { grant, generation: Number(generation) };
}
