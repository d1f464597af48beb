//! The written forms of a grant's tokens.

use serde::{Deserialize, Serialize};

use crate::protocol::digest::{base64url, from_base64url, hmac_sha256, sha256};
use crate::protocol::scope::ScopeSet;

/// A refresh token: `<grant id>.<number>.<HMAC-SHA-256(grant key, number), base64url>`.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The grant it belongs to (as written; not yet proven to be an id of ours).
    pub grant_id: String,
    /// Its place in the chain.
    pub number: u32,
    /// Proves that the grant made it.
    pub mac: [u8; 32],
}

impl std::fmt::Debug for RefreshToken {
    /// Never the MAC: with it the text would be the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { grant_id, number, .. } = self;
        f.debug_struct("RefreshToken").field("grant_id", grant_id).field("number", number).finish_non_exhaustive()
    }
}

impl RefreshToken {
    /// Takes a refresh token apart; `None` when it cannot be one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (grant_id, number, mac) = (parts.next()?, parts.next()?, parts.next()?);
        if grant_id.is_empty() || parts.next().is_some() {
            return None;
        }
        let number_read: u32 = number.parse().ok()?;
        // One spelling each: `+1` and `01` parse as numbers but were never written by us.
        if number_read.to_string() != number {
            return None;
        }
        let mac = from_base64url(mac)?.try_into().ok()?;
        Some(Self { grant_id: grant_id.to_owned(), number: number_read, mac })
    }

    /// The token as text.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}.{}.{}", self.grant_id, self.number, base64url(&self.mac))
    }
}

/// The MAC of the refresh token with this number.
#[must_use]
pub fn refresh_token_mac(key: &[u8; 32], number: u32) -> [u8; 32] {
    hmac_sha256(key, number.to_string().as_bytes())
}

/// Which access token of a grant: the part of `jti` after the grant id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenId {
    /// The refresh token that came with it.
    pub generation: u32,
    /// Short hash of its scope and audience: narrower tokens of one generation differ by it.
    pub shape: String,
    /// How often the generation was dated anew before it.
    pub repetition: u32,
}

impl AccessTokenId {
    /// The id of an access token of `generation` for this scope and audience.
    #[must_use]
    pub fn new(generation: u32, repetition: u32, scope: &ScopeSet, audience: &[String]) -> Self {
        let mut shape = scope.canonical();
        for audience in audience {
            shape.push('\n');
            shape.push_str(audience);
        }
        let digest = sha256(shape.as_bytes());
        let shape = base64url(digest.first_chunk::<9>().map_or(&digest[..], |short| &short[..]));
        Self { generation, shape, repetition }
    }

    /// The whole `jti`: `<grant id>.<generation>.<shape>`, and `.<repetition>` after the first.
    #[must_use]
    pub fn jti(&self, grant_id: &str) -> String {
        let Self { generation, shape, repetition } = self;
        if *repetition == 0 {
            format!("{grant_id}.{generation}.{shape}")
        } else {
            format!("{grant_id}.{generation}.{shape}.{repetition}")
        }
    }

    /// Takes a `jti` apart into grant id and token; `None` for the `jti` of a token without a grant.
    #[must_use]
    pub fn parse(jti: &str) -> Option<(&str, Self)> {
        let mut parts = jti.split('.');
        let grant_id = parts.next()?;
        let generation = parts.next()?.parse().ok()?;
        let shape = parts.next()?.to_owned();
        let repetition = parts.next().map_or(Some(0), |repetition| repetition.parse().ok())?;
        parts.next().is_none().then_some((grant_id, Self { generation, shape, repetition }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAC: [u8; 32] = [7; 32];

    fn scopes(text: &str) -> ScopeSet {
        text.split_ascii_whitespace().collect()
    }

    #[test]
    fn a_refresh_token_has_one_spelling() {
        let mac = base64url(&MAC);
        let token = RefreshToken { grant_id: "grant".to_owned(), number: 12, mac: MAC };
        assert_eq!(token.encode(), format!("grant.12.{mac}"));
        assert_eq!(RefreshToken::parse(&token.encode()), Some(token));
        for text in [
            String::new(),
            "grant".to_owned(),
            "grant.12".to_owned(),
            "grant.12.".to_owned(),
            format!(".12.{mac}"),
            format!("grant..{mac}"),
            format!("grant.+12.{mac}"),
            format!("grant.012.{mac}"),
            format!("grant.-1.{mac}"),
            format!("grant.4294967296.{mac}"),
            format!("grant.12.{mac}="),
            format!("grant.12.{mac}A"),
            format!("grant.12.{}", base64url(&MAC[1..])),
            format!("grant.12.{mac}."),
            format!("grant.12.{mac}.x"),
            format!("grant.x.12.{mac}"),
            format!("grant.12.{mac} "),
        ] {
            assert_eq!(RefreshToken::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn a_mac_is_of_this_key_and_this_number() {
        let mac = refresh_token_mac(&[1; 32], 1);
        assert_eq!(mac, refresh_token_mac(&[1; 32], 1));
        for other in [refresh_token_mac(&[1; 32], 2), refresh_token_mac(&[2; 32], 1), refresh_token_mac(&[1; 32], 11)] {
            assert_ne!(mac, other);
        }
    }

    #[test]
    fn a_jti_tells_scope_audience_generation_and_repetition_apart() {
        let of = |generation, repetition, scope, audience: &[&str]| {
            let audience: Vec<String> = audience.iter().map(ToString::to_string).collect();
            AccessTokenId::new(generation, repetition, &scopes(scope), &audience).jti("grant")
        };
        let jti = of(1, 0, "a b", &["https://r"]);
        assert_eq!(jti, of(1, 0, "b a", &["https://r"]), "the order of scopes says nothing");
        for other in [
            of(2, 0, "a b", &["https://r"]),
            of(1, 1, "a b", &["https://r"]),
            of(1, 0, "a", &["https://r"]),
            of(1, 0, "a b", &[]),
            of(1, 0, "a b", &["https://s"]),
            of(1, 0, "a b", &["https://r", "https://s"]),
        ] {
            assert_ne!(jti, other);
        }
    }

    #[test]
    fn a_jti_without_a_grant_is_not_taken_for_one() {
        for jti in ["", "random", "grant.1", "grant.x.shape", "grant.1.shape.x", "grant.1.shape.1.1", "a-b_c.d"] {
            assert_eq!(AccessTokenId::parse(jti), None, "{jti}");
        }
    }

    proptest! {
        #[test]
        fn a_refresh_token_is_read_back(grant_id in "[A-Za-z0-9_-]{1,43}", number: u32, mac: [u8; 32]) {
            let token = RefreshToken { grant_id, number, mac };
            prop_assert_eq!(RefreshToken::parse(&token.encode()), Some(token));
        }

        #[test]
        fn what_is_read_was_written_so(text in "[a-z0-9+.]{0,12}[0-9.+]{0,4}[A-Za-z0-9_=-]{0,44}") {
            if let Some(token) = RefreshToken::parse(&text) {
                prop_assert_eq!(token.encode(), text);
            }
        }

        #[test]
        fn a_jti_is_read_back(grant_id in "[A-Za-z0-9_-]{1,43}", generation: u32, repetition: u32, scope in "[a-c ]{0,6}") {
            let id = AccessTokenId::new(generation, repetition, &scopes(&scope), &[]);
            let jti = id.jti(&grant_id);
            prop_assert_eq!(AccessTokenId::parse(&jti), Some((grant_id.as_str(), id)));
        }
    }
}
