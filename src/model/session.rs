//! A person signed in in one browser.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::time::Timestamp;

/// A sign-in, kept on the server; the browser holds only a random value of which we store the hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Stable name of the sign-in; never the cookie. Signing in again as the same user keeps it.
    pub sid: String,
    /// Who is signed in.
    pub user_id: String,
    /// When the person last showed who they are: by the password, or at a provider.
    pub auth_time: Timestamp,
    /// When the session began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// By which provider they signed in; `None`: by password.
    pub provider_id: Option<String>,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct SessionLifetime {
    /// Since last use.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

/// So long ago a person may have given their password to go on as an administrator, or to link another way in, without giving it
/// again.
const FRESH_FOR: Duration = Duration::from_mins(15);
/// `last_seen_at` is written at most this often.
const TOUCH_INTERVAL: Duration = Duration::from_mins(5);

impl Session {
    /// Whether the session still stands at `now`.
    #[must_use]
    pub fn is_live(&self, lifetime: SessionLifetime, now: Timestamp) -> bool {
        now < self.last_seen_at + lifetime.idle && now < self.created_at + lifetime.absolute
    }

    /// Whether the person showed who they are so short a time ago that what outlasts the session needs no new password.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.auth_time + FRESH_FOR
    }

    /// Whether its last use is worth writing down.
    #[must_use]
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now >= self.last_seen_at + TOUCH_INTERVAL
    }
}
