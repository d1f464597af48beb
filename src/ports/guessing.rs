//! What slows whoever guesses passwords.

use async_trait::async_trait;

use super::Stored;
use crate::model::login_guard::{Knock, LoginAttempt};

/// Checks passwords and slows guessing: one Durable Object an account name on Workers, where the slow hash holds up
/// nobody else.
#[async_trait]
pub trait LoginGuard: Send + Sync {
    /// Checks `password` against `stored` (PHC form). `account` names the guard, byte for byte. `None` takes the same time and is always refused.
    async fn attempt(
        &self,
        account: &str,
        knock: Knock<'_>,
        password: &str,
        stored: Option<&str>,
    ) -> Stored<LoginAttempt>;

    /// Hashes a password, PHC form. `place` says which guard does the work, and no more: none remembers anything of it.
    async fn hash(&self, place: &str, password: &str) -> Stored<String>;
}

/// What is limited. Each has a number of its own in `wrangler.toml`, so that an operator may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Requests of a network to pages that people open.
    Pages,
    /// Requests of a network to endpoints that programs call.
    Programs,
    /// What a network shows that is not right: secrets, tokens, codes, links, passwords.
    Guesses,
    /// Attempts of a network to sign in.
    SignIn,
    /// Clients that a network registers.
    Registration,
    /// What has us ask another server, for a user or a network.
    Outbound,
}

impl Limit {
    /// Every limit there is.
    pub const ALL: [Self; 6] =
        [Self::Pages, Self::Programs, Self::Guesses, Self::SignIn, Self::Registration, Self::Outbound];

    /// The name of its binding.
    #[must_use]
    pub const fn binding(self) -> &'static str {
        match self {
            Self::Pages => "PAGE_LIMITER",
            Self::Programs => "PROGRAM_LIMITER",
            Self::Guesses => "GUESS_LIMITER",
            Self::SignIn => "LOGIN_LIMITER",
            Self::Registration => "REGISTRATION_LIMITER",
            Self::Outbound => "OUTBOUND_LIMITER",
        }
    }
}

/// Counts: approximate, per location.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Counts once more for `key`, and answers whether that is within the limit.
    async fn allow(&self, limit: Limit, key: &str) -> Stored<bool>;
}
