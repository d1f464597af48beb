//! The written forms of a grant's tokens.

use serde::{Deserialize, Serialize};

use crate::protocol::digest::{base64url, from_base64url, hmac_sha256, sha256};
use crate::protocol::scope::ScopeSet;

/// A refresh token: `<grant id>.<number>.<HMAC-SHA-256(grant key, number), base64url>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The grant it belongs to (as written; not yet proven to be an id of ours).
    pub grant_id: String,
    /// Its place in the chain.
    pub number: u32,
    /// Proves that the grant made it.
    pub mac: [u8; 32],
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
