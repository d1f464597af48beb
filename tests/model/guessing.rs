//! How many passwords somebody may try in an hour who does nothing else: from so many addresses, at so many accounts. The guard of
//! each account and the limits of `wrangler.toml`, as one isolate in one location has them; all others only know less.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use ostiary::model::login_guard::{Knock, LoginAttempt, LoginGuardState};
use ostiary::model::network::neighbourhood;
use ostiary::ports::Limit;
use ostiary::protocol::time::Timestamp;

use crate::limits::of_wrangler_toml;

const BEGUN: Timestamp = Timestamp::from_seconds(1_800_000_000);
const HOUR: i64 = 3_600_000;
/// How long an isolate holds a network.
const HELD: i64 = 30_000;

/// Somebody with addresses, who at each moment uses the one at which they wait least.
struct Attacker {
    /// Each, and what is around it.
    addresses: Vec<(String, String)>,
    attempts_a_minute: u32,
    guesses_a_minute: u32,
    /// What was counted, by limit, network and minute.
    counted: HashMap<(Limit, String, i64), u32>,
    held_until: HashMap<String, i64>,
    next: usize,
}

const fn minute(now: i64) -> i64 {
    now / 60_000
}

impl Attacker {
    /// `one_holder`: all addresses are of one network of 48 bits, as anybody can have; else each is somewhere else.
    fn new(addresses: usize, one_holder: bool) -> Self {
        let address = |n: usize| if one_holder { format!("2001:db8:1:{n:x}::1") } else { format!("2001:db8:{n:x}::1") };
        let addresses = (0..addresses).map(address).map(|address| (address.clone(), neighbourhood(&address))).collect();
        Self {
            addresses,
            attempts_a_minute: of_wrangler_toml(Limit::SignIn),
            guesses_a_minute: of_wrangler_toml(Limit::Guesses),
            counted: HashMap::new(),
            held_until: HashMap::new(),
            next: 0,
        }
    }

    fn count(&mut self, limit: Limit, network: &str, now: i64) -> u32 {
        let count = self.counted.entry((limit, network.to_owned(), minute(now))).or_default();
        *count += 1;
        *count
    }

    /// For how long nothing from there is looked at.
    fn closed_for(&mut self, address: &str, around: &str, now: i64) -> i64 {
        let held = self.held_until.get(around).map_or(0, |until| until - now);
        if held > 0 {
            return held;
        }
        let attempts = self.count(Limit::SignIn, address, now);
        if attempts > self.attempts_a_minute { (minute(now) + 1) * 60_000 - now } else { 0 }
    }

    /// Tries once at this account. How long to wait, where nothing was looked at.
    fn attempt(&mut self, guard: &mut LoginGuardState, now: i64) -> Option<i64> {
        let moment = BEGUN + Duration::from_millis(now.unsigned_abs());
        let mut wait = i64::MAX;
        for _ in 0..self.addresses.len().min(8) {
            self.next = (self.next + 1) % self.addresses.len();
            let (address, around) = self.addresses[self.next].clone();
            let closed = self.closed_for(&address, &around, now);
            if closed > 0 {
                wait = wait.min(closed);
                continue;
            }
            let knock = Knock { address: &address, held: false };
            if let LoginAttempt::Slowed { retry_after } = guard.attempt(knock, moment, || false) {
                wait = wait.min(i64::try_from(retry_after).expect("seconds") * 1_000);
                continue;
            }
            if self.count(Limit::Guesses, &around, now) > self.guesses_a_minute {
                self.held_until.insert(around, now + HELD);
            }
            return None;
        }
        Some(wait)
    }

    /// How many passwords are looked at within an hour, a try every 10 ms at most.
    fn guesses_in_an_hour(mut self, accounts: usize) -> u32 {
        let mut guards = vec![LoginGuardState::default(); accounts];
        let mut due: BinaryHeap<_> = (0..accounts).map(|account| Reverse((0, account))).collect();
        let mut guesses = 0;
        while let Some(Reverse((now, account))) = due.pop().filter(|Reverse((now, _))| *now < HOUR) {
            let wait = self.attempt(&mut guards[account], now);
            guesses += u32::from(wait.is_none());
            due.push(Reverse((now + wait.unwrap_or(10), account)));
        }
        guesses
    }
}

#[test]
fn in_an_hour_one_account_is_guessed_at_so_often_and_a_thousand_so_often() {
    for (addresses, accounts, most) in
        [(1, 1, 16), (10, 1, 85), (1_000, 1, 85), (1, 1_000, 1_920), (10, 1_000, 19_200), (1_000, 1_000, 85_000)]
    {
        let guesses = Attacker::new(addresses, false).guesses_in_an_hour(accounts);
        println!("{addresses} addresses, {accounts} accounts: {guesses} guesses in an hour");
        assert!(guesses <= most, "{addresses} addresses, {accounts} accounts: {guesses} guesses");
        assert!(guesses >= most * 3 / 4, "the bound says something: {addresses}, {accounts}: {guesses}");
    }
}

#[test]
fn a_thousand_addresses_of_one_holder_get_no_more_than_one() {
    let [one, thousand] = [1, 1_000].map(|addresses| Attacker::new(addresses, true).guesses_in_an_hour(1_000));
    println!("1 address: {one}, 1000 addresses of one holder: {thousand}");
    assert!(thousand <= one + 60, "{thousand} and {one}");
}
