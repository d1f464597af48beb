//! What is known of a user and may be released to clients: claims (OpenID Connect Core 5.1).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::error::OAuthError;
use crate::protocol::uri;

/// Longest set of claims, in bytes of JSON: with it a signed UserInfo answer is still short.
const LONGEST: usize = 4096;

/// Names that mean something else in a token or an answer (RFC 7519 4.1, RFC 7662 2.2, RFC 8693 4, OpenID Connect Core 2),
/// and what the server says itself.
const RESERVED: &[&str] = &[
    "acr",
    "act",
    "active",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "events",
    "exp",
    "gty",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "s_hash",
    "scope",
    "sid",
    "sub",
    "token_type",
    "updated_at",
];

/// Claims by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserClaims(pub Map<String, Value>);

/// What is known of a user, with what the account itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUser {
    /// What the person signs in with.
    pub name: String,
    /// What an administrator wrote down.
    pub claims: UserClaims,
    /// Since when it is so, seconds since the epoch.
    pub updated_at: i64,
}

impl KnownUser {
    /// The claim of this name, when it is known. The name that the person signs in with stands in for `name` and
    /// `preferred_username`.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Value> {
        let known = self.claims.0.get(name).cloned();
        known.or_else(|| match name {
            "name" | "preferred_username" => Some(self.name.clone().into()),
            "updated_at" => Some(self.updated_at.into()),
            _ => None,
        })
    }
}

impl UserClaims {
    /// Checks claims that are to be stored.
    ///
    /// # Errors
    /// `invalid_request` for a name that means something else, a value that is not what its name promises, or more than
    /// 4 KiB of them.
    pub fn check(&self) -> Result<(), OAuthError> {
        let refuse = |text: String| Err(OAuthError::invalid_request(text));
        for (name, value) in &self.0 {
            check_claim_name(name)?;
            if RESERVED.contains(&name.as_str()) {
                return refuse(format!("{name} is not a claim that a user has"));
            }
            if value.is_null() || !suits(name, value) {
                return refuse(format!("the claim {name} is {}", expected(name)));
            }
        }
        if serde_json::to_string(&self.0).is_ok_and(|text| text.len() <= LONGEST) {
            return Ok(());
        }
        refuse("the claims are over 4096 bytes".to_owned())
    }
}

/// Checks how a claim is called.
///
/// # Errors
/// `invalid_request`.
pub fn check_claim_name(name: &str) -> Result<(), OAuthError> {
    if could_be_name(name) {
        return Ok(());
    }
    Err(OAuthError::invalid_request("the name of a claim is 1 to 64 letters, digits, _ - : . and /"))
}

fn could_be_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':' | b'.' | b'/');
    (1..=64).contains(&name.len()) && name.bytes().all(is_letter)
}

/// OpenID Connect Core 5.1: what each standard claim is.
fn suits(name: &str, value: &Value) -> bool {
    match name {
        "email_verified" | "phone_number_verified" => value.is_boolean(),
        "address" => value.as_object().is_some_and(is_address),
        "email" => value.as_str().is_some_and(|email| email.contains('@')),
        "profile" | "picture" | "website" => value.as_str().is_some_and(is_web_page),
        "name" | "given_name" | "family_name" | "middle_name" | "nickname" | "preferred_username" | "gender"
        | "birthdate" | "zoneinfo" | "locale" | "phone_number" => value.as_str().is_some_and(|text| !text.is_empty()),
        _ => true,
    }
}

fn expected(name: &str) -> &'static str {
    match name {
        "email_verified" | "phone_number_verified" => "true or false",
        "address" => "an object of texts, with members of OpenID Connect Core 5.1.1",
        "email" => "an e-mail address",
        "profile" | "picture" | "website" => "an http(s) URL",
        _ => "a text that is not empty",
    }
}

/// OpenID Connect Core 5.1.1.
fn is_address(address: &Map<String, Value>) -> bool {
    const MEMBERS: [&str; 6] = ["formatted", "street_address", "locality", "region", "postal_code", "country"];
    address.iter().all(|(name, value)| MEMBERS.contains(&name.as_str()) && value.is_string())
}

fn is_web_page(text: &str) -> bool {
    uri::parse(text).is_some_and(|url| matches!(url.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> UserClaims {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn standard_claims_have_their_types_and_others_are_free() {
        let good = json!({
            "name": "Alice", "email": "alice@example.com", "email_verified": true, "birthdate": "1990-01-01",
            "address": { "country": "NL" }, "picture": "https://example.com/a.png", "phone_number": "+31 20",
            "employee": { "number": [1, 2] }, "https://example.com/role": false,
        });
        assert!(claims(good).check().is_ok());
        for bad in [
            json!({ "name": 1 }),
            json!({ "name": "" }),
            json!({ "email": "alice" }),
            json!({ "email_verified": "true" }),
            json!({ "address": "Amsterdam" }),
            json!({ "address": { "planet": "Earth" } }),
            json!({ "picture": "javascript:alert(1)" }),
            json!({ "employee": null }),
            json!({ "sub": "u2" }),
            json!({ "updated_at": 1 }),
            json!({ "a b": 1 }),
            json!({ "": 1 }),
            json!({ "x": "x".repeat(4096) }),
        ] {
            let refused = claims(bad.clone()).check().err().map(|error| error.code.as_str());
            assert_eq!(refused, Some("invalid_request"), "{bad}");
        }
    }

    #[test]
    fn the_name_of_the_account_stands_in_for_names_and_nothing_else() {
        let user = KnownUser { name: "alice".to_owned(), claims: claims(json!({ "name": "Alice" })), updated_at: 7 };
        assert_eq!(user.claim("name"), Some("Alice".into()));
        assert_eq!(user.claim("preferred_username"), Some("alice".into()));
        assert_eq!(user.claim("updated_at"), Some(7.into()));
        assert_eq!(user.claim("email"), None);
    }
}
