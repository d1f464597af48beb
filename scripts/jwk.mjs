// Makes the keys that Ostiary is given as secrets. Only node:crypto; used by `make dev`, `make keys` and the tests.
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";

// RFC 7638: the hash of the members that make the key, in alphabetical order and without spaces.
const THUMBPRINT_MEMBERS = { EC: ["crv", "kty", "x", "y"], RSA: ["e", "kty", "n"] };

export function thumbprint(jwk) {
  const members = THUMBPRINT_MEMBERS[jwk.kty].map((name) => [name, jwk[name]]);
  return createHash("sha256")
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest("base64url");
}

function signingKey(alg, type, options) {
  const jwk = generateKeyPairSync(type, options).privateKey.export({ format: "jwk" });
  return { kid: thumbprint(jwk), use: "sig", alg, ...jwk };
}

/** A JWK Set of private keys: the first ES256 key signs access tokens; RS256 is there for clients that ask for it. */
export function makeSigningKeys() {
  return JSON.stringify({
    keys: [
      signingKey("ES256", "ec", { namedCurve: "P-256" }),
      signingKey("RS256", "rsa", { modulusLength: 2048 }),
    ],
  });
}

/** A JWK Set of one 256-bit key for AES-GCM. Its `kid` is random, since a hash of the key would say something of it. */
export function makeEncryptionKeys() {
  const k = randomBytes(32).toString("base64url");
  const kid = randomBytes(12).toString("base64url");
  return JSON.stringify({ keys: [{ kid, use: "enc", alg: "A256GCM", kty: "oct", k }] });
}

/** 256 bits as text, for ADMIN_TOKEN and the like. */
export function makeToken() {
  return randomBytes(32).toString("base64url");
}
