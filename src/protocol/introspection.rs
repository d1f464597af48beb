//! What the introspection endpoint answers (RFC 7662 2.2).

use serde::Serialize;

use super::audience::Audience;
use super::scope::ScopeSet;

/// An answer: what is known of a good token, or of any other only that it is not good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IntrospectionResponse {
    active: bool,
    #[serde(flatten)]
    token: Option<ActiveToken>,
}

/// What is known of a good token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActiveToken {
    /// Who issued it.
    pub iss: String,
    /// For whom it acts: a user, or the client itself.
    pub sub: String,
    /// Whom it is for.
    pub aud: Audience,
    /// The client that holds it.
    pub client_id: String,
    /// The user's name, when a user is behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What it may be used for.
    pub scope: ScopeSet,
    /// [`super::token::BEARER`]: access tokens are, and so are refresh tokens, to the token endpoint.
    pub token_type: &'static str,
    /// When it is over, in seconds since the epoch.
    pub exp: i64,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// The id of an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

impl IntrospectionResponse {
    /// For a token that is not good, or is none of the caller's business: nothing more is said (RFC 7662 2.2).
    #[must_use]
    pub const fn inactive() -> Self {
        Self { active: false, token: None }
    }

    /// For a good token.
    #[must_use]
    pub const fn active(token: ActiveToken) -> Self {
        Self { active: true, token: Some(token) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::token::BEARER;

    fn token() -> ActiveToken {
        ActiveToken {
            iss: "https://issuer.example".to_owned(),
            sub: "u1".to_owned(),
            aud: "https://issuer.example".into(),
            client_id: "demo-web".to_owned(),
            username: Some("alice".to_owned()),
            scope: ["read:tools", "call:tools"].into_iter().collect(),
            token_type: BEARER,
            exp: 1_800,
            iat: 0,
            jti: Some("g.1.x".to_owned()),
        }
    }

    #[test]
    fn an_inactive_token_says_nothing_else() {
        assert_eq!(
            serde_json::to_string(&IntrospectionResponse::inactive()).ok().as_deref(),
            Some(r#"{"active":false}"#)
        );
        assert!(!IntrospectionResponse::inactive().active);
    }

    #[test]
    fn an_access_token_is_described_in_full() {
        let answer = IntrospectionResponse::active(token());
        let written = serde_json::json!({
            "active": true, "iss": "https://issuer.example", "sub": "u1", "aud": "https://issuer.example",
            "client_id": "demo-web", "username": "alice", "scope": "read:tools call:tools", "token_type": "Bearer",
            "exp": 1800, "iat": 0, "jti": "g.1.x"
        });
        assert!(answer.active);
        assert_eq!(serde_json::to_value(answer).ok(), Some(written));
    }

    #[test]
    fn what_a_token_does_not_have_is_left_out() {
        let aud = vec!["https://a".to_owned(), "https://b".to_owned()].into();
        let bare = ActiveToken { aud, username: None, jti: None, ..token() };
        let written = serde_json::json!({
            "active": true, "iss": "https://issuer.example", "sub": "u1", "aud": ["https://a", "https://b"],
            "client_id": "demo-web", "scope": "read:tools call:tools", "token_type": "Bearer", "exp": 1800, "iat": 0
        });
        assert_eq!(serde_json::to_value(IntrospectionResponse::active(bare)).ok(), Some(written));
    }
}
