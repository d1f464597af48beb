//! What no sequence of commands and times may bring about.
//!
//! A world of one grant is driven by random acts: honest ones, and those of somebody who has old tokens, forged ones,
//! or another client's credentials. It remembers every answer and compares.

use std::collections::HashMap;
use std::time::Duration;

use ostiary::model::grant::commands::{
    Command, Issued, Lifetimes, Presented, Redeem, Refresh, Refusal, Reply, Revoke, Unheard,
};
use ostiary::model::grant::tokens::refresh_token_mac;
use ostiary::model::grant::{AccessTokenId, GrantState, Wake, apply, wake};
use ostiary::protocol::time::Timestamp;
use proptest::prelude::*;

use crate::fixture::{CLIENT, CODE_ENDS, Kind, at, at_millis, end, redeem, scope};
use crate::generated::config;

/// Short lives, so that few steps reach every end.
const LIFETIMES: Lifetimes = Lifetimes {
    access: Duration::from_secs(20),
    refresh: Duration::from_secs(90),
    grant: Duration::from_mins(5),
    retry: Duration::from_secs(10),
};

/// What somebody does.
#[derive(Clone, Debug)]
enum Act {
    Redeem { attempt: u8 },
    Refresh { number: u32, mac: Mac, own_client: bool, wide: bool },
    Unheard { number: u32, mac: Mac },
    StatusOfAll,
    RevokeAccess { generation: u32, own_client: bool },
    RevokeRefresh { number: u32, mac: Mac, own_client: bool },
    End,
    Alarm,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mac {
    Authentic,
    OfAnotherNumber,
    Forged,
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let mac = || prop_oneof![8 => Just(Mac::Authentic), 1 => Just(Mac::OfAnotherNumber), 1 => Just(Mac::Forged)];
    let own = || prop::bool::weighted(0.9);
    let act = prop_oneof![
        3 => (0..3_u8).prop_map(|attempt| Act::Redeem { attempt }),
        12 => (0..8_u32, mac(), own(), prop::bool::weighted(0.1))
            .prop_map(|(number, mac, own_client, wide)| Act::Refresh { number, mac, own_client, wide }),
        3 => (0..8_u32, mac()).prop_map(|(number, mac)| Act::Unheard { number, mac }),
        4 => Just(Act::StatusOfAll),
        2 => (0..8_u32, own()).prop_map(|(generation, own_client)| Act::RevokeAccess { generation, own_client }),
        1 => (0..8_u32, mac(), own())
            .prop_map(|(number, mac, own_client)| Act::RevokeRefresh { number, mac, own_client }),
        1 => Just(Act::End),
        3 => Just(Act::Alarm),
    ];
    // Milliseconds between two acts: at once, in the same second, some seconds, or so long that something ends.
    let pause = prop_oneof![4 => Just(0_i64), 4 => 1..1_000_i64, 8 => 1_000..15_000_i64, 1 => 15_000..120_000_i64];
    prop::collection::vec((pause, act), 1..60)
}

/// An access token that somebody holds.
struct Held {
    token: Presented,
    expires_at: Timestamp,
    revoked: bool,
}

struct World {
    kind: Kind,
    state: Option<GrantState>,
    now: i64,
    /// The key of the first redemption: the grant's own.
    key: Option<[u8; 32]>,
    /// The attempt that succeeded.
    redeemed_by: Option<u8>,
    /// Which refresh token each one was exchanged for.
    successors: HashMap<u32, (u32, [u8; 32])>,
    /// `iat` and `exp` of each generation and repetition.
    dates: HashMap<(u32, u32), (Timestamp, Timestamp)>,
    held: Vec<Held>,
    ended: bool,
}

impl World {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            state: None,
            now: 0,
            key: None,
            redeemed_by: None,
            successors: HashMap::new(),
            dates: HashMap::new(),
            held: Vec::new(),
            ended: false,
        }
    }

    fn now(&self) -> Timestamp {
        at_millis(self.now)
    }

    fn mac(&self, number: u32, mac: Mac) -> [u8; 32] {
        let key = self.key.unwrap_or([1; 32]);
        match mac {
            Mac::Authentic => refresh_token_mac(&key, number),
            Mac::OfAnotherNumber => refresh_token_mac(&key, number + 1),
            Mac::Forged => [0; 32],
        }
    }

    fn apply(&mut self, command: Command) -> Reply {
        let (state, reply) = apply(self.state.take(), command, self.now());
        self.state = state;
        if matches!(self.state, Some(GrantState::Ended { .. })) {
            self.ended = true;
        }
        reply
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Redeem { attempt } => self.redeem(attempt),
            Act::Refresh { number, mac, own_client, wide } => self.refresh(number, mac, own_client, wide),
            Act::Unheard { number, mac } => self.unheard(number, mac),
            Act::StatusOfAll => self.check_all_tokens(),
            Act::RevokeAccess { generation, own_client } => self.revoke_access(generation, own_client),
            Act::RevokeRefresh { number, mac, own_client } => self.revoke_refresh(number, mac, own_client),
            Act::End => self.end(),
            Act::Alarm => self.alarm(),
        }
    }

    fn redeem(&mut self, attempt: u8) {
        let key = [attempt + 1; 32];
        let command = Redeem { key, lifetimes: LIFETIMES, ..redeem(self.kind, &attempt.to_string()) };
        let was_ended = self.ended;
        if let Reply::Issued(issued) = self.apply(Command::Redeem(Box::new(command))) {
            assert!(!was_ended, "a code was redeemed after the end");
            assert!(self.redeemed_by.is_none_or(|first| first == attempt), "two attempts redeemed one code");
            assert!(self.redeemed_by.is_some() || self.now() < at(CODE_ENDS), "a code was opened past its time");
            self.redeemed_by = Some(attempt);
            self.key.get_or_insert(key);
            self.remember(0, &issued);
        }
    }

    fn refresh(&mut self, number: u32, mac: Mac, own_client: bool, wide: bool) {
        let command = Refresh {
            number,
            mac: self.mac(number, mac),
            client_id: client(own_client),
            scope: wide.then(|| scope("admin")),
            resources: Vec::new(),
            lifetimes: LIFETIMES,
        };
        let (before, was_ended) = (self.state.clone(), self.ended);
        let reply = self.apply(Command::Refresh(command));
        let authentic = mac == Mac::Authentic && own_client && number > 0;
        if !authentic {
            assert!(matches!(reply, Reply::Refused(_)), "a token of somebody else was exchanged");
            assert_eq!(self.state, before, "somebody without an authentic token had an effect");
        }
        match reply {
            Reply::Issued(issued) => {
                assert!(!was_ended && !wide, "issued after the end, or more than was allowed");
                self.remember(number, &issued);
            }
            Reply::Refused(Refusal::Replayed | Refusal::Ended) => {}
            Reply::Refused(_) => assert_eq!(self.state, before, "a harmless refusal changed the state"),
            other => panic!("not an answer to a refresh: {other:?}"),
        }
    }

    fn unheard(&mut self, number: u32, mac: Mac) {
        let before = self.state.clone();
        let reply = self.apply(Command::Unheard(Unheard { number, mac: self.mac(number, mac) }));
        assert_eq!(reply, Reply::Unchanged);
        if mac != Mac::Authentic {
            assert_eq!(self.state, before, "somebody without an authentic token had an effect");
        }
    }

    /// What was issued for refresh token `number` (0: the code) must be what was issued for it before.
    fn remember(&mut self, number: u32, issued: &Issued) {
        if let Some(successor) = issued.refresh {
            let first = *self.successors.entry(number).or_insert(successor);
            assert_eq!(first, successor, "two successors of one refresh token");
            assert_eq!(successor.0, number + 1, "a successor out of its order");
        }
        let dates = (issued.issued_at, issued.expires_at);
        let first = *self.dates.entry((issued.generation, issued.repetition)).or_insert(dates);
        assert_eq!(first, dates, "one jti with two dates");
        assert!(self.now() < issued.expires_at, "a token that was over when it was issued");
        let id = AccessTokenId::new(issued.generation, issued.repetition, &issued.authority.scope, &[]);
        let token = Presented::Access { id, expires_at: issued.expires_at };
        if !self.held.iter().any(|held| held.token == token) {
            self.held.push(Held { token, expires_at: issued.expires_at, revoked: false });
        }
    }

    /// Every token ever issued: none is good after the end, past its own end, or once revoked; the others are,
    /// unless the grant is past its end.
    fn check_all_tokens(&mut self) {
        let before = self.state.clone();
        let over = before.as_ref().is_none_or(|state| self.ended || self.now() >= state.looks_at());
        let tokens: Vec<_> = self.held.iter().map(|h| (h.token.clone(), h.expires_at, h.revoked)).collect();
        for (token, expires_at, revoked) in tokens {
            let active = matches!(self.apply(Command::Status(token)), Reply::Active(_));
            let good = !over && !revoked && self.now() < expires_at;
            assert_eq!(active, good, "an access token was taken for something else than it is");
        }
        let current = self.successors.values().map(|(number, _)| *number).max();
        for number in 0..9 {
            let token = Presented::Refresh { number, mac: self.mac(number, Mac::Authentic) };
            let active = matches!(self.apply(Command::Status(token)), Reply::Active(_));
            assert_eq!(active, !over && Some(number) == current, "refresh token {number}");
        }
        assert_eq!(self.state, before, "looking changed something");
    }

    fn revoke_access(&mut self, generation: u32, own_client: bool) {
        let Some(index) = self
            .held
            .iter()
            .position(|held| matches!(&held.token, Presented::Access { id, .. } if id.generation == generation))
        else {
            return;
        };
        let token = self.held[index].token.clone();
        let before = self.state.clone();
        let reply = self.apply(Command::Revoke(Revoke { token, client_id: client(own_client) }));
        if own_client {
            self.held[index].revoked |= reply == Reply::Revoked;
        } else {
            assert_eq!((reply, &self.state), (Reply::Unchanged, &before), "another client revoked a token");
        }
    }

    fn revoke_refresh(&mut self, number: u32, mac: Mac, own_client: bool) {
        let before = self.state.clone();
        let token = Presented::Refresh { number, mac: self.mac(number, mac) };
        let reply = self.apply(Command::Revoke(Revoke { token, client_id: client(own_client) }));
        if mac != Mac::Authentic || !own_client {
            assert_eq!((reply, &self.state), (Reply::Unchanged, &before), "an end without an authentic token");
        }
    }

    fn end(&mut self) {
        self.apply(end());
        assert!(!matches!(self.state, Some(GrantState::Live(_))), "a grant lives after it was ended");
    }

    /// The object's alarm, early or late.
    fn alarm(&mut self) {
        let Some(state) = &self.state else { return };
        let (next, wake) = wake(state, self.now());
        self.ended |= matches!(next, GrantState::Ended { .. });
        self.state = match wake {
            Wake::At(moment) => {
                assert!(moment > self.now(), "an alarm in the past");
                Some(next)
            }
            Wake::Remove => {
                let good = self.held.iter().any(|held| self.now() < held.expires_at);
                assert!(!good && self.now() >= at(CODE_ENDS), "removed before code and tokens were over");
                None
            }
        };
    }
}

fn client(own: bool) -> String {
    if own { CLIENT.to_owned() } else { "client-2".to_owned() }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![3 => Just(Kind::Confidential), 3 => Just(Kind::Public), 1 => Just(Kind::NotRefreshable)]
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn no_sequence_of_acts_and_times_breaks_a_rule(kind in kinds(), acts in acts()) {
        let mut world = World::new(kind);
        world.redeem(0);
        for (pause, act) in acts {
            world.now += pause;
            world.act(&act);
        }
        world.check_all_tokens();
    }

    #[test]
    fn no_sequence_that_begins_before_the_code_was_redeemed_breaks_a_rule(kind in kinds(), acts in acts()) {
        let mut world = World::new(kind);
        for (pause, act) in acts {
            world.now += pause;
            world.act(&act);
        }
        world.check_all_tokens();
    }

    /// A public client, too, though any exchange may be in vain for as long as it will.
    #[test]
    fn an_honest_public_client_gets_on_whatever_fails_here(steps in prop::collection::vec((0..20_000_i64, any::<bool>()), 1..40)) {
        let mut world = World::new(Kind::Public);
        world.redeem(0);
        let mut holds = 1;
        for (pause, goes_well) in steps {
            world.now += pause;
            if world.now >= 300_000 {
                break;
            }
            world.refresh(holds, Mac::Authentic, true, false);
            prop_assert!(!world.ended, "an honest client lost its grant");
            if goes_well {
                holds += 1;
            } else {
                world.unheard(holds, Mac::Authentic);
            }
        }
    }

    /// A client that always presents the token it was given last is never refused before the grant's end, though
    /// any answer may be lost and any request repeated.
    #[test]
    fn an_honest_client_always_gets_on(steps in prop::collection::vec((0..20_000_i64, any::<bool>()), 1..40)) {
        let mut world = World::new(Kind::Confidential);
        world.redeem(0);
        let mut holds = 1;
        for (pause, answer_arrives) in steps {
            world.now += pause;
            if world.now >= 300_000 {
                break;
            }
            world.refresh(holds, Mac::Authentic, true, false);
            prop_assert!(!world.ended, "an honest client lost its grant");
            holds += u32::from(answer_arrives);
        }
    }
}
