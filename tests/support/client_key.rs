//! Keys of clients, and the assertions that are signed with them (RFC 7523).

use std::sync::atomic::{AtomicU32, Ordering};

use ostiary::protocol::digest::{base64url, from_base64url};
use ostiary::protocol::jose::client_assertion::TYPE;
use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding, Signer as _};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::{BigUint, RsaPrivateKey, pkcs1v15, pss};
use serde_json::{Value, json};
use sha2::Sha256;

use super::forge::Jwt;
use super::keys;
use super::request::Ask;
use super::server::Server;

/// A private key of a client, used with one algorithm.
#[derive(Clone, Copy, Debug)]
pub struct ClientKey {
    pub kid: &'static str,
    pub alg: &'static str,
    /// Whose bytes make the key. Both RSA keys are the server's: to find another takes seconds.
    seed: u8,
}

pub const ES256: ClientKey = ClientKey { kid: "es", alg: "ES256", seed: 1 };
pub const RS256: ClientKey = ClientKey { kid: "rs", alg: "RS256", seed: 0 };
pub const PS256: ClientKey = ClientKey { kid: "ps", alg: "PS256", seed: 0 };
pub const EDDSA: ClientKey = ClientKey { kid: "ed", alg: "EdDSA", seed: 2 };
/// What a client that had [`ES256`] may have next.
pub const NEXT: ClientKey = ClientKey { kid: "next", alg: "ES256", seed: 3 };
pub const ALL: [ClientKey; 4] = [ES256, RS256, PS256, EDDSA];

impl ClientKey {
    /// The public half.
    pub fn jwk(&self) -> Value {
        let mut jwk = match self.alg {
            "ES256" => {
                let point = self.p256().verifying_key().to_encoded_point(false);
                let [x, y] = [point.x(), point.y()].map(|number| base64url(number.expect("a coordinate")));
                json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })
            }
            "EdDSA" => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(self.ed25519().verifying_key().as_bytes()) })
            }
            _ => {
                let members = &keys::signing_jwks()[1].1;
                json!({ "kty": "RSA", "n": members["n"], "e": members["e"] })
            }
        };
        for (name, value) in [("kid", self.kid), ("alg", self.alg), ("use", "sig")] {
            jwk[name] = json!(value);
        }
        jwk
    }

    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match self.alg {
            "ES256" => {
                let signature: p256::ecdsa::Signature = self.p256().sign(bytes);
                signature.to_bytes().to_vec()
            }
            "EdDSA" => self.ed25519().sign(bytes).to_vec(),
            "RS256" => pkcs1v15::SigningKey::<Sha256>::new(rsa()).sign(bytes).to_vec(),
            _ => pss::SigningKey::<Sha256>::new(rsa()).sign_with_rng(&mut ChaCha8Rng::seed_from_u64(1), bytes).to_vec(),
        }
    }

    fn p256(&self) -> p256::ecdsa::SigningKey {
        p256::ecdsa::SigningKey::from_slice(&[self.seed; 32]).expect("a number within the curve's order")
    }

    fn ed25519(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&[self.seed; 32])
    }

    /// `jwt` as this key signs it, under its own name and algorithm unless the header says another.
    pub fn signed(&self, jwt: &Jwt) -> String {
        let mut named = jwt.clone();
        for (name, value) in [("alg", self.alg), ("kid", self.kid)] {
            if named.header.get(name).is_none() {
                named = named.header(name, json!(value));
            }
        }
        self.signed_as_it_is(&named)
    }

    /// `jwt` as this key signs it, with nothing added to the header.
    pub fn signed_as_it_is(&self, jwt: &Jwt) -> String {
        jwt.with_signature(&self.sign(jwt.input().as_bytes()))
    }

    /// A good assertion of the client `id`, never made before.
    pub fn assertion(&self, server: &Server, id: &str) -> String {
        self.signed(&claims(server, id))
    }

    /// A request of the client `id` that proves itself by this key.
    pub fn ask(&self, server: &Server, id: &str, path: &str, form: &[(&str, &str)]) -> Ask {
        asserting(path, form, &self.assertion(server, id))
    }
}

fn rsa() -> RsaPrivateKey {
    let jwk = &keys::signing_jwks()[1].1;
    let number = |name: &str| {
        let member = jwk[name].as_str().and_then(from_base64url).expect("a number");
        BigUint::from_bytes_be(&member)
    };
    RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![number("p"), number("q")])
        .expect("numbers that make a key")
}

/// What a good assertion of the client `id` says, with an empty header.
pub fn claims(server: &Server, id: &str) -> Jwt {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let jti = format!("jti-{}", MADE.fetch_add(1, Ordering::Relaxed));
    let now = server.app.ports.clock.now().seconds();
    let claims = json!({
        "iss": id, "sub": id, "aud": server.issuer(), "jti": jti, "iat": now, "exp": now + 60,
    });
    Jwt { header: json!({}), claims }
}

/// The form with an assertion.
pub fn asserting(path: &str, form: &[(&str, &str)], assertion: &str) -> Ask {
    Ask::post(path, &[form, &[("client_assertion_type", TYPE), ("client_assertion", assertion)]].concat())
}

/// The public halves as a JWK Set.
pub fn set(keys: &[ClientKey]) -> Value {
    json!({ "keys": keys.iter().map(ClientKey::jwk).collect::<Vec<_>>() })
}
