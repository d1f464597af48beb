//! A token by which clients may be registered.

use crate::protocol::time::Timestamp;

/// An initial access token (RFC 7591 section 1.2), without the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialToken {
    /// By which it is ended.
    pub id: String,
    /// Whom it is for, in the administrator's words.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is over; never, if missing.
    pub expires_at: Option<Timestamp>,
}

impl InitialToken {
    /// Whether it still counts.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}
