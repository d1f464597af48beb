//! Public keys as the JWK Set publishes them (RFC 7517), named by their thumbprint (RFC 7638).

use serde::{Deserialize, Serialize};

use crate::protocol::digest::sha256_base64url;

/// The signature algorithms we use (RFC 7518 section 3.1). There is no `none` and no HMAC to be confused with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256; signatures are r ‖ s, 64 bytes.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    /// As `alg` writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// Reads [`Algorithm::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Es256, Self::Rs256].into_iter().find(|algorithm| algorithm.as_str() == text)
    }
}

/// A public key that verifies our signatures. Serializes as the member of `keys` at `jwks_uri`; it has no field that
/// could hold a private member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicJwk {
    #[serde(flatten)]
    key: Key,
    kid: String,
    alg: Algorithm,
    #[serde(rename = "use")]
    usage: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
enum Key {
    #[serde(rename = "EC")]
    P256 { crv: &'static str, x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl Key {
    /// The required members in alphabetical order, without spaces (RFC 7638 section 3). Base64url needs no escaping.
    fn thumbprint_input(&self) -> String {
        match self {
            Self::P256 { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        }
    }
}

impl PublicJwk {
    /// A P-256 key for ES256; `x` and `y` are 32 bytes each in base64url.
    #[must_use]
    pub(super) fn p256(x: &str, y: &str) -> Self {
        Self::new(Key::P256 { crv: "P-256", x: x.to_owned(), y: y.to_owned() }, Algorithm::Es256)
    }

    /// An RSA key for RS256; modulus and exponent in base64url.
    #[must_use]
    pub(super) fn rsa(n: &str, e: &str) -> Self {
        Self::new(Key::Rsa { n: n.to_owned(), e: e.to_owned() }, Algorithm::Rs256)
    }

    fn new(key: Key, alg: Algorithm) -> Self {
        let kid = sha256_base64url(&key.thumbprint_input());
        Self { key, kid, alg, usage: "sig" }
    }

    /// The key's name: its RFC 7638 thumbprint with SHA-256, in base64url.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm the key is used with (RFC 8725 section 3.1).
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.alg
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The modulus of RFC 7638 section 3.1.
    const RFC_7638_MODULUS: &str = concat!(
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3okn",
        "jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6q",
        "MQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awap",
        "JzKnqDKgw"
    );

    #[test]
    fn a_keys_name_is_the_thumbprint_of_rfc_7638_section_3_1() {
        let key = PublicJwk::rsa(RFC_7638_MODULUS, "AQAB");
        assert_eq!(key.kid(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn a_published_key_has_exactly_the_members_a_verifier_needs() {
        let ec = serde_json::to_value(PublicJwk::p256("eA", "eQ")).unwrap();
        let kid = sha256_base64url(r#"{"crv":"P-256","kty":"EC","x":"eA","y":"eQ"}"#);
        assert_eq!(
            ec,
            json!({ "kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "kid": kid, "alg": "ES256", "use": "sig" })
        );
        let rsa = serde_json::to_value(PublicJwk::rsa("bg", "AQAB")).unwrap();
        let kid = sha256_base64url(r#"{"e":"AQAB","kty":"RSA","n":"bg"}"#);
        assert_eq!(rsa, json!({ "kty": "RSA", "n": "bg", "e": "AQAB", "kid": kid, "alg": "RS256", "use": "sig" }));
    }
}
