//! What the verbs share: a live grant's ends, its tokens' dates, and what it leaves behind.

use super::commands::{Issued, Lifetimes};
use super::state::{GrantState, LiveGrant};
use super::tokens::{AccessTokenId, refresh_token_mac};
use crate::protocol::digest::equal_in_constant_time;
use crate::protocol::time::Timestamp;

impl GrantState {
    /// When the object has something to do by itself: the end of the grant, or of its tombstone.
    #[must_use]
    pub fn looks_at(&self) -> Timestamp {
        match self {
            Self::Live(grant) => grant.ends_at(),
            Self::Ended { keep_until } => *keep_until,
        }
    }
}

impl LiveGrant {
    /// When the grant ends unless it is used before.
    pub(super) fn ends_at(&self) -> Timestamp {
        self.idle_ends_at.min(self.absolute_ends_at)
    }

    /// Whether the grant is past its end, though no alarm has noticed yet.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends_at()
    }

    /// What is left when the grant ends. It outlasts the code, so that the code stays used, and every access token,
    /// so that none comes to life again.
    pub(super) fn tombstone(&self) -> GrantState {
        GrantState::Ended { keep_until: self.code_expires_at.max(self.last_access_expires_at) }
    }

    /// Whether the grant itself made a refresh token with this number and MAC, current or old.
    pub(super) fn made(&self, number: u32, mac: &[u8; 32]) -> bool {
        let authentic = equal_in_constant_time(mac, &refresh_token_mac(&self.key, number));
        authentic && self.refreshable && (1..=self.counter).contains(&number)
    }

    /// Whether an access token with this id can be one of this grant's.
    pub(super) fn may_have_made(&self, id: &AccessTokenId) -> bool {
        let dated_so_often = id.generation < self.counter || id.repetition <= self.repetition;
        (1..=self.counter).contains(&id.generation) && dated_so_often
    }

    /// Dates the current generation: `iat` and `exp` are fixed here, so that every repetition of one exchange gets
    /// the same. The grant was used, so its idle end moves, too. No token outlives the grant.
    pub(super) fn date(&mut self, lifetimes: Lifetimes, now: Timestamp) {
        self.issued_at = now.floor_to_second();
        if self.refreshable {
            let idle_ends_at = (self.issued_at + lifetimes.refresh).floor_to_second();
            self.idle_ends_at = idle_ends_at.min(self.absolute_ends_at);
        }
        self.access_expires_at = (self.issued_at + lifetimes.access).floor_to_second().min(self.ends_at());
        self.last_access_expires_at = self.last_access_expires_at.max(self.access_expires_at);
        self.forget_revoked(now);
    }

    /// Forgets revoked tokens that are over by themselves.
    pub(super) fn forget_revoked(&mut self, now: Timestamp) {
        self.revoked.retain(|(_, expires_at)| now < *expires_at);
    }

    /// The current generation's tokens.
    pub(super) fn issued(&self) -> Issued {
        Issued {
            authority: self.authority.clone(),
            refresh: self.refreshable.then(|| (self.counter, refresh_token_mac(&self.key, self.counter))),
            generation: self.counter,
            repetition: self.repetition,
            issued_at: self.issued_at,
            expires_at: self.access_expires_at,
            ends_at: Some(self.ends_at()),
        }
    }
}
