//! What slows whoever guesses passwords.

use async_trait::async_trait;

use super::Stored;
use crate::model::login_guard::LoginAttempt;

/// Checks passwords and slows guessing: one Durable Object an account name on Workers, where the slow hash holds up
/// nobody else.
#[async_trait]
pub trait LoginGuard: Send + Sync {
    /// Checks `password` against `stored` (PHC form). `account` names the guard, byte for byte. `None` takes the same time and is always refused.
    async fn attempt(&self, account: &str, address: &str, password: &str, stored: Option<&str>)
    -> Stored<LoginAttempt>;

    /// Hashes a password, PHC form. `place` says which guard does the work, and no more: none remembers anything of it.
    async fn hash(&self, place: &str, password: &str) -> Stored<String>;
}

/// Slows an address over many accounts: approximate, per location.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Whether `key` may go on.
    async fn allow(&self, key: &str) -> Stored<bool>;
}
