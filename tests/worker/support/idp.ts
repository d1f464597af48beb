/** A provider that people connect accounts at, played by a test: it does what it should, but for one thing. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { ClientKey } from "./assertion.ts";
import type { Good } from "./hostile.ts";
import type { Ostiary } from "./ostiary.ts";
import { administer } from "./tools.ts";
import type { Web } from "./web.ts";

/** Where it is asked. */
export type Place = "metadata" | "jwks" | "token";

/** What is wrong with it. */
export interface Lie {
  /** Other members of its description. */
  metadata?: Record<string, unknown>;
  /** Other claims of its ID tokens. */
  claims?: Record<string, unknown>;
  /** Other members of their header. */
  header?: Record<string, unknown>;
  /** The key that it signs with, in place of the one that it publishes. */
  key?: ClientKey;
  /** What it answers in place of the good answer. */
  instead?: { at: Place; answer: (good: Good) => Response | Promise<Response> };
  /** It takes any code from anybody, whatever the verifier. */
  takesAnyCode?: boolean;
}

/** A request that it was sent a person with. */
interface Asked {
  challenge: string;
  nonce: string;
}

const KEY = new ClientKey("ES256", "a key of the provider");
const CLIENT_ID = "us";

let made = 0;

export class Idp {
  readonly id: string;
  readonly issuer: string;
  /** Every token that it gave. */
  readonly given: string[] = [];
  readonly #lie: Lie;
  readonly #codes = new Map<string, Asked>();

  private constructor(web: Web, lie: Lie) {
    made += 1;
    this.id = `idp-${made}`;
    this.issuer = `https://${this.id}.example`;
    this.#lie = lie;
    const good = { metadata: () => this.#metadata(), jwks: () => ({ keys: [KEY.jwk] }) };
    web.show(
      `${this.issuer}/.well-known/openid-configuration`,
      this.#play("metadata", good.metadata),
    );
    web.show(`${this.issuer}/jwks`, this.#play("jwks", good.jwks));
    web.show(
      `${this.issuer}/token`,
      this.#play("token", (form) => this.#tokens(form)),
    );
  }

  /** One that is known at the server, by its id. */
  static async at(ostiary: Ostiary, web: Web, lie: Lie = {}): Promise<Idp> {
    const idp = new Idp(web, lie);
    await administer(ostiary, "POST", "providers", {
      id: idp.id,
      issuer: idp.issuer,
      client_id: CLIENT_ID,
      client_secret: "a-secret",
      scopes: "openid email",
    });
    return idp;
  }

  /** The person was sent to `location` and says yes: the query of the answer. */
  answer(location: string): URLSearchParams {
    const { origin, searchParams } = new URL(location);
    assert.equal(origin, this.issuer);
    const code = randomUUID();
    const [challenge, nonce] = [searchParams.get("code_challenge"), searchParams.get("nonce")];
    this.#codes.set(code, { challenge: challenge ?? "", nonce: nonce ?? "" });
    return new URLSearchParams({ code, state: searchParams.get("state") ?? "" });
  }

  #play(at: Place, good: (form: URLSearchParams) => unknown) {
    return async (request: Request): Promise<Response> => {
      const form = new URLSearchParams(request.method === "POST" ? await request.text() : "");
      const said = good(form);
      if (said === undefined) return Response.json({ error: "invalid_grant" }, { status: 400 });
      if (this.#lie.instead?.at !== at) return Response.json(said);
      const body = new Uint8Array(Buffer.from(JSON.stringify(said)));
      return this.#lie.instead.answer({ body, type: "application/json" });
    };
  }

  #metadata(): Record<string, unknown> {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      ...this.#lie.metadata,
    };
  }

  #tokens(form: URLSearchParams): Record<string, unknown> | undefined {
    const asked = this.#codes.get(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!asked || (asked.challenge !== challenge && !this.#lie.takesAnyCode)) return undefined;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.issuer, aud: CLIENT_ID, sub: "there", nonce: asked.nonce, iat: now };
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    this.given.push(access_token, refresh_token);
    const { key = KEY, header } = this.#lie;
    const id_token = key.signed({ ...claims, exp: now + 300, ...this.#lie.claims }, header);
    return { access_token, refresh_token, id_token, token_type: "Bearer", expires_in: 3600 };
  }
}
