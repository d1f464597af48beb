/** Keys of clients and the assertions they sign (private_key_jwt), by Node's own crypto. */
import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import type { Prepared } from "./ostiary.ts";

export const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function makeKey(algorithm: Algorithm, modulusLength: number): KeyObject {
  switch (algorithm) {
    case "ES256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    case "EdDSA":
      return generateKeyPairSync("ed25519").privateKey;
    default:
      return generateKeyPairSync("rsa", { modulusLength }).privateKey;
  }
}

/** A key of a client, used with one algorithm. */
export class ClientKey {
  readonly algorithm: Algorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;

  constructor(algorithm: Algorithm, kid: string = algorithm, modulusLength = 2048) {
    this.algorithm = algorithm;
    this.kid = kid;
    this.privateKey = makeKey(algorithm, modulusLength);
  }

  /** The public half. */
  get jwk(): JsonWebKey {
    return this.#named(createPublicKey(this.privateKey));
  }

  get privateJwk(): JsonWebKey {
    return this.#named(this.privateKey);
  }

  #named(key: KeyObject): JsonWebKey {
    return { ...key.export({ format: "jwk" }), kid: this.kid, alg: this.algorithm, use: "sig" };
  }

  /** An assertion of the client `id` for the server at `issuer`, never made before. */
  assertion(issuer: string, id: string, changed: Record<string, unknown> = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: id, sub: id, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 };
    return this.signed({ ...claims, ...changed });
  }

  /** A JWT that says this; `header`: what stands there in place of how it is signed. */
  signed(claims: Record<string, unknown>, header: Record<string, unknown> = {}): string {
    const parts = [{ alg: this.algorithm, kid: this.kid, ...header }, claims];
    const input = parts.map((part) => encode(JSON.stringify(part))).join(".");
    return `${input}.${encode(this.#sign(Buffer.from(input)))}`;
  }

  #sign(bytes: Buffer): Buffer {
    const key = this.privateKey;
    switch (this.algorithm) {
      case "ES256":
        return sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });
      case "RS256":
        return sign("sha256", bytes, key);
      case "PS256":
        return sign("sha256", bytes, {
          key,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        });
      case "EdDSA":
        return sign(null, bytes, key);
    }
  }
}

function encode(part: string | Buffer): string {
  return Buffer.from(part).toString("base64url");
}

/** A form that is authenticated by `assertion`. */
export function asserting(
  path: string,
  fields: Record<string, string>,
  assertion: string,
): Prepared {
  const credentials = { client_assertion_type: TYPE, client_assertion: assertion };
  const body = new URLSearchParams({ ...fields, ...credentials });
  return { path, init: { method: "POST", body } };
}
