/**
 * What an API asks of an access token before it answers (RFC 9068 section 4), and how it says no (RFC 6750 section 3).
 * It needs nothing of the authorization server but its public keys.
 */
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

/** An answer other than the one that was asked for. */
export class Refusal extends Error {
  constructor(status, error, description, headers = {}) {
    super(description);
    Object.assign(this, { status, error, headers });
  }
}

/** What jose throws when the keys could not be had. Everything else it throws is the token's fault. */
const NO_KEYS = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code];

export class Guard {
  #issuer;
  #resource;
  #description;
  #keys;

  /** `resource` is the URL of this API, `description` that of its metadata (RFC 9728). */
  constructor({ issuer, jwksUri, resource, description }) {
    this.#issuer = issuer;
    this.#resource = resource;
    this.#description = description;
    this.#keys = createRemoteJWKSet(new URL(jwksUri));
  }

  /** The claims of the request's token, which must be good here and allow `scope`. */
  async claims(request, scope) {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    // Without an error code, since nothing is wrong with a token that was never sent (RFC 6750 section 3.1).
    if (!token) throw this.#refusal(401, "invalid_token", "This needs an access token.", { scope });
    const claims = await this.#verified(token, scope);
    if (!String(claims.scope).split(" ").includes(scope)) {
      const error = "insufficient_scope";
      throw this.#refusal(403, error, `This needs the scope ${scope}.`, { error, scope });
    }
    return claims;
  }

  async #verified(token, scope) {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer: this.#issuer,
        audience: this.#resource, // a token for another API is none for this one
        typ: "at+jwt", // nor is an ID token
        algorithms: ["ES256"],
        requiredClaims: ["sub", "exp", "client_id"],
      });
      return payload;
    } catch (cause) {
      if (!(cause instanceof errors.JOSEError) || NO_KEYS.includes(cause.code)) throw cause;
      const error = "invalid_token";
      const reason = cause.code === errors.JWTExpired.code ? "has expired" : "is not good here";
      throw this.#refusal(401, error, `The access token ${reason}.`, { error, scope });
    }
  }

  #refusal(status, error, description, parameters) {
    const said = { ...parameters, resource_metadata: this.#description };
    const challenge = Object.entries(said).map(([name, value]) => `${name}="${value}"`);
    const headers = { "WWW-Authenticate": `Bearer ${challenge.join(", ")}` };
    return new Refusal(status, error, description, headers);
  }
}
