//! People.

use serde::Deserialize;

use super::user_claims::{KnownUser, UserClaims};
use crate::protocol::time::Timestamp;

/// A person with an account.
#[derive(Clone, Debug)]
pub struct User {
    /// Text, never reused, the `sub` of the person's tokens; never a name or an address.
    pub id: String,
    /// What the person signs in with and is shown as; unique without regard to case.
    pub name: String,
    /// Argon2id in PHC form; a user without one cannot sign in yet.
    pub password_hash: Option<String>,
    /// What the person may do here.
    pub role: Role,
    /// Since when the account is switched off.
    pub disabled_at: Option<Timestamp>,
    /// Everything issued before this moment is dead (whole seconds).
    pub valid_from: Timestamp,
    /// What may be released to clients.
    pub claims: UserClaims,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When name or claims were last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// What is known of them.
    #[must_use]
    pub fn known(&self) -> KnownUser {
        KnownUser { name: self.name.clone(), claims: self.claims.clone(), updated_at: self.updated_at.seconds() }
    }
}

/// What a person may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Has an account.
    User,
    /// May have the scope `admin`.
    Admin,
}

impl Role {
    /// Reads [`Role::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Admin].into_iter().find(|role| role.as_str() == text)
    }

    /// As it is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// The id of the client that acts for `user_id` (its user client).
#[must_use]
pub fn user_client_id(user_id: &str) -> String {
    format!("{USER_CLIENT_PREFIX}{user_id}")
}

/// No other client's id may begin so.
pub const USER_CLIENT_PREFIX: &str = "agent_user_";

/// How ids of users begin, so that they never look like a client's.
pub const USER_ID_PREFIX: &str = "usr_";
