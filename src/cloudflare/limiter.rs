//! The rate-limit binding: approximate, counted per location.

use std::time::Duration;

use async_trait::async_trait;
use worker::{Env, RateLimiter};

use super::hop::hop;
use crate::ports::{Limiter, Stored};

const DEADLINE: Duration = Duration::from_secs(1);

/// One rate limit.
pub struct RateLimit {
    binding: RateLimiter,
}

impl RateLimit {
    /// The limit bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        Ok(Self { binding: env.rate_limiter(binding)? })
    }
}

#[async_trait]
impl Limiter for RateLimit {
    async fn allow(&self, key: &str) -> Stored<bool> {
        let outcome = hop("limiter", DEADLINE, self.binding.limit(key.to_owned())).await?;
        Ok(outcome.success)
    }
}
