//! How guessing at one account's password is slowed. Slowed, never stopped: nobody can be locked out for good.
//!
//! Two delays grow with failures, and the longer one counts:
//!
//! | counts failures | from the | waits | up to | forgotten after |
//! |---|---|---|---|---|
//! | of one address at this account | 5th | 2, 4, 8… s | 15 min | 24 h without a failure of that address |
//! | of all addresses at this account | 20th | 2, 4, 8… s | 60 s | 24 h without a failure |
//!
//! The second delay does not hold an address that signed in at this account in the last 90 days: whatever strangers do
//! elsewhere, its person gets in. At a new address a person takes turns with whoever guesses, a minute apart at most,
//! for as long as the guessing lasts.
//! A try during a delay is not looked at and counts as nothing, so that waiting is never made longer by trying.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::network::network;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::time::Timestamp;

/// One address's own delay.
const ADDRESS: Slope = Slope { free_failures: 4, longest: Duration::from_mins(15) };
/// The delay of everybody at the account.
const ACCOUNT: Slope = Slope { free_failures: 19, longest: Duration::from_mins(1) };
/// What is told to wait because of others around it, which is known for no longer.
const HELD: Duration = Duration::from_mins(1);
/// Failures are forgotten after so long without another.
const FAILURES_KEPT: Duration = Duration::from_hours(24);
/// An address is known for so long after it signed in.
const KNOWN_FOR: Duration = Duration::from_hours(90 * 24);
/// So many addresses with failures are remembered; beyond, the one that failed longest ago is forgotten (the
/// account's own delay then holds it).
const MOST_FAILING: usize = 48;
/// So many known addresses are remembered, the newest ones. Only the right password makes an address known.
const MOST_KNOWN: usize = 16;

/// How a delay grows: 2, 4, 8… seconds after the free failures.
struct Slope {
    free_failures: u32,
    longest: Duration,
}

impl Slope {
    /// The delay that follows this many failures.
    fn delay(&self, failures: u32) -> Duration {
        let steps = failures.saturating_sub(self.free_failures);
        if steps == 0 {
            return Duration::ZERO;
        }
        Duration::from_secs(2_u64.saturating_pow(steps)).min(self.longest)
    }
}

/// What the guard of one account remembers. Addresses only as hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginGuardState {
    /// Failures from everywhere.
    account: Failures,
    /// Failures of single addresses, the one that failed last at the end.
    failing: Vec<(String, Failures)>,
    /// Addresses that signed in, and when they last did; the newest at the end.
    known: Vec<(String, Timestamp)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Failures {
    count: u32,
    last: Option<Timestamp>,
}

impl Failures {
    fn add(&mut self, now: Timestamp) {
        let before = if self.is_over(now) { 0 } else { self.count };
        *self = Self { count: before.saturating_add(1), last: Some(now) };
    }

    /// When these failures count no more.
    fn ends_at(&self) -> Option<Timestamp> {
        self.last.map(|last| last + FAILURES_KEPT)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at().is_none_or(|end| now >= end)
    }

    /// How long the next try must wait yet.
    fn wait(&self, slope: &Slope, now: Timestamp) -> Duration {
        match self.last {
            Some(last) if !self.is_over(now) => (last + slope.delay(self.count)).since(now),
            _ => Duration::ZERO,
        }
    }
}

/// From where a password is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knock<'a> {
    /// The network address.
    pub address: &'a str,
    /// Whether too many wrong passwords, for whatever accounts, came from around it. Then only an address is looked at that
    /// signed in at this account before.
    pub held: bool,
}

/// What came of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginAttempt {
    /// It is the right one.
    Verified,
    /// It is not, or there is no such account.
    Refused,
    /// Not looked at: too many failures before.
    Slowed {
        /// Seconds until the next try is looked at, rounded up.
        retry_after: u64,
    },
}

impl LoginGuardState {
    /// A try: `verify`, which is slow, is asked only when the try need not wait.
    pub fn attempt(&mut self, knock: Knock<'_>, now: Timestamp, verify: impl FnOnce() -> bool) -> LoginAttempt {
        let Knock { address, held } = knock;
        let held = (held && !self.knows(&address_hash(address), now)).then_some(HELD);
        if let Some(wait) = self.wait(address, now).max(held) {
            let retry_after = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
            return LoginAttempt::Slowed { retry_after };
        }
        let verified = verify();
        self.record(address, verified, now);
        if verified { LoginAttempt::Verified } else { LoginAttempt::Refused }
    }

    /// How long a try from `address` must wait before it is looked at; `None`: not at all.
    #[must_use]
    pub fn wait(&self, address: &str, now: Timestamp) -> Option<Duration> {
        let address = address_hash(address);
        let own = self.failing.iter().find(|(failing, _)| *failing == address);
        let own = own.map_or(Duration::ZERO, |(_, failures)| failures.wait(&ADDRESS, now));
        let of_all = if self.knows(&address, now) { Duration::ZERO } else { self.account.wait(&ACCOUNT, now) };
        let longer = own.max(of_all);
        (!longer.is_zero()).then_some(longer)
    }

    /// Takes note of a try that was looked at. A success forgives its address; what others did to the account stays,
    /// else every sign-in of its owner would give a guesser a fresh start.
    pub fn record(&mut self, address: &str, verified: bool, now: Timestamp) {
        let address = address_hash(address);
        self.forget(now);
        let own = self.failing.iter().position(|(failing, _)| *failing == address);
        let own = own.map(|index| self.failing.remove(index));
        if verified {
            self.known.retain(|(known, _)| *known != address);
            self.known.push((address, now));
            keep_last(&mut self.known, MOST_KNOWN);
        } else {
            let (address, mut failures) = own.unwrap_or((address, Failures::default()));
            failures.add(now);
            self.failing.push((address, failures));
            keep_last(&mut self.failing, MOST_FAILING);
            self.account.add(now);
        }
    }

    /// When nothing remembered will matter any more, if nothing happens before; `None`: nothing does now.
    #[must_use]
    pub fn forget_at(&self) -> Option<Timestamp> {
        let failing = self.failing.iter().filter_map(|(_, failures)| failures.ends_at());
        let known = self.known.iter().map(|(_, since)| *since + KNOWN_FOR);
        failing.chain(known).chain(self.account.ends_at()).max()
    }

    fn knows(&self, address: &str, now: Timestamp) -> bool {
        self.known.iter().any(|(known, since)| known == address && now < *since + KNOWN_FOR)
    }

    fn forget(&mut self, now: Timestamp) {
        self.failing.retain(|(_, failures)| !failures.is_over(now));
        self.known.retain(|(_, since)| now < *since + KNOWN_FOR);
    }
}

fn keep_last<T>(list: &mut Vec<T>, most: usize) {
    let surplus = list.len().saturating_sub(most);
    list.drain(..surplus);
}

/// How an address is remembered.
fn address_hash(address: &str) -> String {
    sha256_base64url(&network(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "192.0.2.1";
    const STRANGER: &str = "198.51.100.7";

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds)
    }

    fn from(address: &str) -> Knock<'_> {
        Knock { address, held: false }
    }

    fn fail(guard: &mut LoginGuardState, address: &str, times: u32, now: Timestamp) {
        for _ in 0..times {
            guard.record(address, false, now);
        }
    }

    /// Strangers fail once each from so many addresses.
    fn fail_from_everywhere(guard: &mut LoginGuardState, addresses: u32, now: Timestamp) {
        for n in 0..addresses {
            fail(guard, &format!("203.0.{}.{}", n / 256, n % 256), 1, now);
        }
    }

    fn seconds(guard: &LoginGuardState, address: &str, now: Timestamp) -> u64 {
        guard.wait(address, now).map_or(0, |wait| wait.as_secs())
    }

    #[test]
    fn the_first_four_failures_of_an_address_cost_nothing_then_the_delay_doubles_up_to_fifteen_minutes() {
        let mut guard = LoginGuardState::default();
        let expected = [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900];
        let delays: Vec<u64> = expected
            .iter()
            .map(|_| {
                fail(&mut guard, STRANGER, 1, at(0));
                seconds(&guard, STRANGER, at(0))
            })
            .collect();
        assert_eq!(delays, expected);
    }

    #[test]
    fn a_delay_passes_by_waiting() {
        let mut guard = LoginGuardState::default();
        fail(&mut guard, STRANGER, 6, at(0));
        assert_eq!(guard.wait(STRANGER, at(3)), Some(Duration::from_secs(1)));
        assert_eq!(guard.wait(STRANGER, at(4)), None);
    }

    #[test]
    fn a_try_during_a_delay_is_not_looked_at_counts_as_nothing_and_is_told_whole_seconds_to_wait() {
        let mut guard = LoginGuardState::default();
        fail(&mut guard, STRANGER, 4, at(0));
        assert_eq!(guard.attempt(from(STRANGER), at(0), || false), LoginAttempt::Refused);
        let before = guard.clone();
        let half_a_second_later = Timestamp::from_millis(at(0).millis() + 500);
        let mut looked_at = false;
        let early = guard.attempt(from(STRANGER), half_a_second_later, || {
            looked_at = true;
            true
        });
        assert_eq!((early, looked_at), (LoginAttempt::Slowed { retry_after: 2 }, false), "1.5 s, rounded up");
        assert_eq!(guard, before);
        assert_eq!(guard.attempt(from(STRANGER), at(2), || true), LoginAttempt::Verified);
    }

    #[test]
    fn one_address_does_not_slow_another_before_the_account_is_under_attack() {
        let mut guard = LoginGuardState::default();
        fail(&mut guard, STRANGER, 19, at(0));
        assert_eq!(guard.wait(HOME, at(0)), None);
    }

    #[test]
    fn failures_from_everywhere_slow_everybody_new_by_a_minute_at_most() {
        let mut guard = LoginGuardState::default();
        fail_from_everywhere(&mut guard, 20, at(0));
        assert_eq!(seconds(&guard, HOME, at(0)), 2);
        fail_from_everywhere(&mut guard, 10_000, at(0));
        assert_eq!(seconds(&guard, HOME, at(0)), 60);
        assert_eq!(guard.wait(HOME, at(60)), None);
    }

    #[test]
    fn a_stranger_cannot_lock_the_owner_out() {
        let mut guard = LoginGuardState::default();
        guard.record(HOME, true, at(0));
        fail(&mut guard, STRANGER, 1_000, at(1));
        fail_from_everywhere(&mut guard, 10_000, at(1));
        assert_eq!(guard.wait(HOME, at(1)), None);
        fail(&mut guard, HOME, 4, at(2));
        assert_eq!(guard.wait(HOME, at(2)), None);
    }

    #[test]
    fn no_number_of_failures_makes_anybody_wait_for_more_than_fifteen_minutes() {
        let mut guard = LoginGuardState::default();
        fail(&mut guard, HOME, 100_000, at(0));
        fail_from_everywhere(&mut guard, 1_000, at(0));
        fail(&mut guard, HOME, 1_000, at(0));
        assert_eq!(seconds(&guard, HOME, at(0)), 900);
    }

    #[test]
    fn where_the_network_is_held_only_a_known_address_is_looked_at() {
        let mut guard = LoginGuardState::default();
        let held = |address| Knock { address, held: true };
        let stranger = guard.attempt(held(HOME), at(0), || true);
        assert_eq!(stranger, LoginAttempt::Slowed { retry_after: 60 }, "not even with the right password");
        assert_eq!(guard, LoginGuardState::default(), "it counts as nothing");
        assert_eq!(guard.attempt(from(HOME), at(0), || true), LoginAttempt::Verified);
        assert_eq!(guard.attempt(held(HOME), at(1), || true), LoginAttempt::Verified);
        fail(&mut guard, HOME, 10, at(2));
        let guessing = guard.attempt(held(HOME), at(2), || true);
        assert_eq!(guessing, LoginAttempt::Slowed { retry_after: 64 }, "the longer delay counts");
    }

    #[test]
    fn a_known_address_that_guesses_is_slowed_like_any_other() {
        let mut guard = LoginGuardState::default();
        guard.record(HOME, true, at(0));
        fail(&mut guard, HOME, 5, at(1));
        assert_eq!(seconds(&guard, HOME, at(1)), 2);
    }

    #[test]
    fn a_success_forgives_its_address_and_nobody_else() {
        let mut guard = LoginGuardState::default();
        fail(&mut guard, HOME, 5, at(0));
        fail(&mut guard, STRANGER, 20, at(0));
        guard.record(HOME, true, at(2));
        assert_eq!(guard.wait(HOME, at(2)), None);
        assert_eq!(seconds(&guard, STRANGER, at(0)), 900);
        assert_eq!(seconds(&guard, "192.0.2.99", at(0)), 60);
    }

    #[test]
    fn everything_is_forgotten_after_a_quiet_day() {
        let mut guard = LoginGuardState::default();
        fail(&mut guard, STRANGER, 100, at(0));
        let day_later = at(86_400);
        let is_idle = |now| guard.forget_at().is_none_or(|moment| now >= moment);
        assert!(!is_idle(at(86_399)));
        assert!(is_idle(day_later));
        fail(&mut guard, STRANGER, 4, day_later);
        assert_eq!(guard.wait(STRANGER, day_later), None);
    }

    #[test]
    fn an_address_is_known_for_ninety_days() {
        let mut guard = LoginGuardState::default();
        guard.record(HOME, true, at(0));
        assert_eq!(guard.forget_at(), Some(at(90 * 86_400)));
        fail_from_everywhere(&mut guard, 100, at(90 * 86_400 - 1));
        assert_eq!(guard.wait(HOME, at(90 * 86_400 - 1)), None);
        assert_eq!(seconds(&guard, HOME, at(90 * 86_400)), 59);
    }

    #[test]
    fn many_addresses_are_not_all_remembered_and_push_no_known_one_out() {
        let mut guard = LoginGuardState::default();
        guard.record(HOME, true, at(0));
        fail_from_everywhere(&mut guard, 10_000, at(1));
        assert_eq!((guard.failing.len(), guard.known.len()), (MOST_FAILING, 1));
        for n in 0..100 {
            guard.record(&format!("203.0.113.{n}"), true, at(2));
        }
        assert_eq!(guard.known.len(), MOST_KNOWN);
    }

    #[test]
    fn no_address_is_stored_in_the_clear() -> serde_json::Result<()> {
        let mut guard = LoginGuardState::default();
        guard.record(HOME, true, at(0));
        guard.record(STRANGER, false, at(0));
        let stored = serde_json::to_string(&guard)?;
        assert!(!stored.contains(HOME) && !stored.contains(STRANGER));
        assert_eq!(serde_json::from_str::<LoginGuardState>(&stored)?, guard);
        Ok(())
    }
}
