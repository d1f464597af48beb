//! How long what a client is given lives, where an administrator made that shorter than the operator did for all.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// In whole minutes and hours; `None`: as set for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientLifetimes {
    /// An access token, in minutes.
    pub access_minutes: Option<i64>,
    /// A grant that is not used, in hours.
    pub refresh_hours: Option<i64>,
    /// A grant in all, in hours.
    pub grant_hours: Option<i64>,
}

impl ClientLifetimes {
    /// How long an access token lives, where that is `at_most` for all.
    #[must_use]
    pub fn access(&self, at_most: Duration) -> Duration {
        shorter(self.access_minutes, MINUTE, at_most)
    }

    /// How long a grant lives that is not used.
    #[must_use]
    pub fn refresh(&self, at_most: Duration) -> Duration {
        shorter(self.refresh_hours, HOUR, at_most)
    }

    /// How long a grant lives.
    #[must_use]
    pub fn grant(&self, at_most: Duration) -> Duration {
        shorter(self.grant_hours, HOUR, at_most)
    }

    /// What is said here in place of what was `before`; 0: as set for all.
    #[must_use]
    pub fn over(self, before: Self) -> Self {
        let number = |sent: Option<i64>, before| sent.map_or(before, |sent| Some(sent).filter(|sent| *sent != 0));
        Self {
            access_minutes: number(self.access_minutes, before.access_minutes),
            refresh_hours: number(self.refresh_hours, before.refresh_hours),
            grant_hours: number(self.grant_hours, before.grant_hours),
        }
    }
}

/// Never longer than for all: the operator may have shortened that since, and signing keys are published for so long only.
fn shorter(own: Option<i64>, unit: u64, at_most: Duration) -> Duration {
    let own = own.and_then(|own| u64::try_from(own).ok()).filter(|own| *own > 0);
    own.map_or(at_most, |own| Duration::from_secs(own.saturating_mul(unit)).min(at_most))
}
