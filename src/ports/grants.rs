//! Grants, each the judge of itself.

use async_trait::async_trait;

use super::Stored;
use crate::model::grant::commands::{End, Presented, Redeem, Refresh, Reply, Revoke, Unheard};

/// Grants, each the only judge of what may happen once: one Durable Object each on Workers.
///
/// A command may be repeated by the adapter when its connection broke. A repetition leaves the grant as the first did, and
/// tokens are issued alike; but what a repetition finds ended, it does not report as ended by it. So when the first answer of
/// a revocation or a replay was lost, the grant has ended, and neither the audit log nor the row in `grants` hears of it:
/// `ended_at` is a hint, never a proof that a grant lives.
#[async_trait]
pub trait Grants: Send + Sync {
    /// A new grant's id, 43 letters of base64url; takes no hop.
    ///
    /// # Errors
    /// When the runtime refuses to make one.
    fn new_id(&self) -> Stored<String>;

    /// Whether `id` is one this deployment may have made. A forged one wakes no object.
    fn is_id(&self, id: &str) -> bool;

    /// Exchanges a code: [`Reply::Issued`] or [`Reply::Refused`].
    async fn redeem(&self, id: &str, command: Redeem) -> Stored<Reply>;

    /// Exchanges a refresh token: [`Reply::Issued`] or [`Reply::Refused`].
    async fn refresh(&self, id: &str, command: Refresh) -> Stored<Reply>;

    /// Says that the answer to an exchange of a refresh token never left us: [`Reply::Unchanged`].
    async fn unheard(&self, id: &str, command: Unheard) -> Stored<Reply>;

    /// Looks at a token: [`Reply::Active`] or [`Reply::Inactive`].
    async fn status(&self, id: &str, token: Presented) -> Stored<Reply>;

    /// Takes a token back: [`Reply::Revoked`], [`Reply::Ended`] or [`Reply::Unchanged`].
    async fn revoke(&self, id: &str, command: Revoke) -> Stored<Reply>;

    /// Ends a grant: [`Reply::Ended`] or [`Reply::Unchanged`].
    async fn end(&self, id: &str, command: End) -> Stored<Reply>;

    /// When a grant ends unless it is used before: [`Reply::EndsAt`].
    async fn ends_at(&self, id: &str) -> Stored<Reply>;

    /// When a grant last got tokens: [`Reply::UsedAt`].
    async fn used_at(&self, id: &str) -> Stored<Reply>;
}
