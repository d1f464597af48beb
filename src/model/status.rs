//! Whether a user and a client may still act: read beside every use of a grant or token.

use crate::protocol::time::Timestamp;

/// `disabled_at` and `valid_from` of one user or client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Switched off.
    pub disabled: bool,
    /// What was issued before this moment is dead; compared in whole seconds.
    pub valid_from: Timestamp,
}

impl Standing {
    /// Whether something issued at `issued_at` still counts.
    #[must_use]
    pub fn accepts(&self, issued_at: Timestamp) -> bool {
        !self.disabled && issued_at.seconds() >= self.valid_from.seconds()
    }
}

/// The `grants` row as the token endpoint, introspection and our own resources read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantStatus {
    /// When the grant was made.
    pub created_at: Timestamp,
    /// Of the user who allowed it.
    pub user: Standing,
    /// The user's name, for introspection.
    pub username: String,
    /// Of the client that holds it.
    pub client: Standing,
    /// Whether the list says that it has ended: it may say so before its object does, never the other way round for long.
    pub ended: bool,
}

impl GrantStatus {
    /// Whether it has not ended, and user and client both still stand behind it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.ended && self.user.accepts(self.created_at) && self.client.accepts(self.created_at)
    }
}

/// What decides whether a client_credentials token is good.
#[derive(Clone, Debug)]
pub struct ClientTokenStatus {
    /// Taken back.
    pub revoked: bool,
    /// Of the client.
    pub client: Standing,
    /// Of the user it acts for, if any.
    pub owner: Option<Standing>,
    /// That user's name.
    pub username: Option<String>,
}

impl ClientTokenStatus {
    /// Whether a token issued at `issued_at` is good.
    #[must_use]
    pub fn is_live(&self, issued_at: Timestamp) -> bool {
        let owner_accepts = self.owner.is_none_or(|owner| owner.accepts(issued_at));
        !self.revoked && self.client.accepts(issued_at) && owner_accepts
    }
}
