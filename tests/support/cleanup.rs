//! Clean-up as the cron trigger calls it, and what it left in the database.

use ostiary::service::cleanup::{Removed, clean_up};

use super::server::Server;

impl Server {
    /// A tick of the cron trigger.
    pub async fn clean_up(&self) -> Removed {
        clean_up(&self.app).await.expect("a clean-up")
    }

    /// Ticks every so many seconds, so often.
    pub async fn clean_up_every(&self, seconds: u64, times: u32) {
        for _ in 0..times {
            self.advance(seconds);
            self.clean_up().await;
        }
    }

    /// How many sessions, revoked tokens and grants there are.
    pub fn kept(&self) -> [usize; 3] {
        ["SELECT 1 FROM sessions", "SELECT 1 FROM revoked_tokens", "SELECT 1 FROM grants"]
            .map(|sql| self.database.peek(sql).len())
    }
}
