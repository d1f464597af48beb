//! Claims of a user, as an administrator sends them.

use ostiary::model::user_claims::{KnownUser, UserClaims};

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    br#"{"name":"Alice","email":"a@b","email_verified":true,"address":{"country":"NL"},"picture":"https://a.example/"}"#,
    br#"{"https://example.com/role":["x",{"deep":[[[1e400]]]}],"updated_at":1,"sub":"u2"}"#,
    br#"{"address":{"planet":"Earth"},"website":"javascript:alert(1)","":1}"#,
];

/// Names by which a token or an answer says something itself.
const OURS: [&str; 12] =
    ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash"];

pub fn check(data: &[u8]) {
    let Ok(claims) = serde_json::from_slice::<UserClaims>(data) else { return };
    if let Err(error) = claims.check() {
        return assert_describable(&error);
    }
    let text = serde_json::to_string(&claims).expect("it is stored");
    assert!(text.len() <= 4096);
    assert_eq!(serde_json::from_str::<UserClaims>(&text).expect("and read again"), claims);
    assert!(claims.0.values().all(|value| !value.is_null()));
    let user = KnownUser { name: "alice".to_owned(), claims, updated_at: 7 };
    for name in OURS {
        assert_eq!(user.claim(name), None, "{name}");
    }
    assert_eq!(user.claim("updated_at"), Some(7.into()));
    for name in ["email_verified", "phone_number_verified"] {
        assert!(user.claim(name).is_none_or(|value| value.is_boolean()), "{name}");
    }
    for name in ["name", "email", "picture", "preferred_username"] {
        assert!(user.claim(name).is_none_or(|value| value.as_str().is_some_and(|text| !text.is_empty())), "{name}");
    }
}
