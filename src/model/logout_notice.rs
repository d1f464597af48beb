//! That a session has ended, on its way to one client (OpenID Connect Back-Channel Logout).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::time::Timestamp;

/// After so long a client that cannot be reached is given up.
const LIFETIME: Duration = Duration::from_hours(24);
const SHORTEST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The end of a session, for one client. It waits in the Queue, and holds no secret: the token is made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutNotice {
    /// Who is told.
    pub client_id: String,
    /// Whose session it was.
    pub user_id: String,
    /// Which session.
    pub sid: String,
    /// When it ended.
    pub ended_at: Timestamp,
    /// In which request.
    pub request_id: String,
}

impl LogoutNotice {
    /// How long to wait before the next try: as long again as it has been, at least 10 s and at most an hour. `None` after a
    /// day: the client is given up.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
        let age = now.since(self.ended_at);
        (age < LIFETIME).then(|| age.clamp(SHORTEST_WAIT, LONGEST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_is_down_is_tried_ever_more_seldom_for_a_day() {
        let ended_at = Timestamp::from_seconds(1_000_000);
        let notice = LogoutNotice {
            client_id: "c".to_owned(),
            user_id: "u".to_owned(),
            sid: "s".to_owned(),
            ended_at,
            request_id: "r".to_owned(),
        };
        let (mut now, mut waits) = (ended_at, Vec::new());
        while let Some(wait) = notice.wait(now) {
            waits.push(wait.as_secs());
            now = now + wait;
        }
        assert_eq!(waits.first_chunk(), Some(&[10, 10, 20, 40, 80]));
        assert!(waits.iter().all(|wait| (10..=3600).contains(wait)));
        assert!(waits.len() < 100, "the Queue tries no more often than that: {}", waits.len());
        assert!(now.since(ended_at) >= LIFETIME && now.since(ended_at) <= LIFETIME + LONGEST_WAIT);
    }
}
