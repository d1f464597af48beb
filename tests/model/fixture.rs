//! A grant to try commands on. Times are seconds since the code was redeemed.

use std::time::Duration;

use ostiary::model::grant::commands::{
    Active, Command, End, Issued, Lifetimes, Presented, Redeem, Refresh, Refusal, Reply, Revoke, Unheard,
};
use ostiary::model::grant::tokens::refresh_token_mac;
use ostiary::model::grant::{AccessTokenId, Authority, GrantState, apply};
use ostiary::protocol::scope::ScopeSet;
use ostiary::protocol::time::Timestamp;

/// The second at which the code is redeemed.
const START: i64 = 1_800_000_000;
/// The grant's key.
pub const KEY: [u8; 32] = [7; 32];
/// The client that holds it.
pub const CLIENT: &str = "client-1";
/// The code's expiry.
pub const CODE_ENDS: i64 = 60;
/// An access token lives so long.
pub const ACCESS: i64 = 1_800;
/// A grant not used for so long ends.
pub const IDLE: i64 = 30 * 86_400;
/// A grant ends after this in any case.
pub const ABSOLUTE: i64 = 180 * 86_400;
/// A public client may repeat its previous refresh token for so long.
pub const RETRY: i64 = 60;

pub const LIFETIMES: Lifetimes = Lifetimes {
    access: Duration::from_secs(ACCESS.unsigned_abs()),
    refresh: Duration::from_secs(IDLE.unsigned_abs()),
    grant: Duration::from_secs(ABSOLUTE.unsigned_abs()),
    retry: Duration::from_secs(RETRY.unsigned_abs()),
};

/// `seconds` after the code was redeemed.
pub const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

/// The same in milliseconds.
pub const fn at_millis(millis: i64) -> Timestamp {
    Timestamp::from_millis(START * 1000 + millis)
}

pub fn scope(text: &str) -> ScopeSet {
    ScopeSet::parse(text).expect("a scope")
}

/// The one state that the object would have, driven by commands.
pub struct Grant(pub Option<GrantState>);

/// What kind of grant.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Confidential,
    Public,
    NotRefreshable,
}

impl Grant {
    /// No code was redeemed yet.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The code was just redeemed.
    pub fn redeemed(kind: Kind) -> Self {
        let mut grant = Self::none();
        grant.expect_issued(Command::Redeem(Box::new(redeem(kind, "first"))), at(0));
        grant
    }

    /// The code was redeemed and ended in the first second.
    pub fn ended() -> Self {
        let mut grant = Self::redeemed(Kind::Confidential);
        assert_eq!(grant.apply(end(), at(1)), Reply::Ended);
        grant
    }

    pub fn apply(&mut self, command: Command, now: Timestamp) -> Reply {
        let (state, reply) = apply(self.0.take(), command, now);
        self.0 = state;
        reply
    }

    pub fn expect_issued(&mut self, command: Command, now: Timestamp) -> Issued {
        match self.apply(command, now) {
            Reply::Issued(issued) => *issued,
            other => panic!("not issued: {other:?}"),
        }
    }

    pub fn expect_active(&mut self, token: Presented, now: Timestamp) -> Active {
        match self.apply(Command::Status(token), now) {
            Reply::Active(active) => *active,
            other => panic!("not active: {other:?}"),
        }
    }

    /// Applies a command that must be refused and must leave everything as it was.
    #[track_caller]
    pub fn refuses_without_effect(&mut self, command: Command, now: Timestamp, refusal: Refusal) {
        let before = self.0.clone();
        assert_eq!(self.apply(command, now), Reply::Refused(refusal));
        assert_eq!(self.0, before, "a refused command changed the state");
    }

    /// Applies a command that must be refused and end the grant, leaving a tombstone until `keep_until`.
    #[track_caller]
    pub fn refuses_and_ends(&mut self, command: Command, now: Timestamp, refusal: Refusal, keep_until: Timestamp) {
        assert_eq!(self.apply(command, now), Reply::Refused(refusal));
        assert_eq!(self.0, Some(GrantState::Ended { keep_until }));
    }
}

pub fn authority(public_client: bool) -> Authority {
    Authority {
        client_id: CLIENT.to_owned(),
        public_client,
        user_id: "user-1".to_owned(),
        scope: scope("read:tools call:tools"),
        resources: vec!["https://api.example/".to_owned()],
        auth_time: at(-30),
        at_a_provider: false,
        sid: "session-1".to_owned(),
        ends_at: None,
        id_token_claims: Vec::new(),
    }
}

pub fn redeem(kind: Kind, attempt: &str) -> Redeem {
    Redeem {
        attempt: attempt.to_owned(),
        key: KEY,
        authority: authority(matches!(kind, Kind::Public)),
        code_expires_at: at(CODE_ENDS),
        refreshable: !matches!(kind, Kind::NotRefreshable),
        lifetimes: LIFETIMES,
    }
}

/// The code again, in another request that brings another key.
pub fn redeem_again() -> Command {
    Command::Redeem(Box::new(Redeem { key: [9; 32], ..redeem(Kind::Confidential, "second") }))
}

/// A refresh with an authentic token.
pub fn refresh(number: u32) -> Refresh {
    Refresh {
        number,
        mac: refresh_token_mac(&KEY, number),
        client_id: CLIENT.to_owned(),
        scope: None,
        resources: Vec::new(),
        lifetimes: LIFETIMES,
    }
}

/// The same, as a command.
pub fn exchange(number: u32) -> Command {
    Command::Refresh(refresh(number))
}

/// An exchange that was in vain.
pub const fn unheard(refresh: &Refresh) -> Command {
    Command::Unheard(Unheard { number: refresh.number, mac: refresh.mac })
}

/// An access token of this generation, with an end of its own.
pub fn access(generation: u32, expires_at: Timestamp) -> Presented {
    access_with(generation, 0, expires_at)
}

pub fn access_with(generation: u32, repetition: u32, expires_at: Timestamp) -> Presented {
    let id = AccessTokenId::new(generation, repetition, &scope("read:tools call:tools"), &[]);
    Presented::Access { id, expires_at }
}

/// An authentic refresh token.
pub fn refresh_token(number: u32) -> Presented {
    Presented::Refresh { number, mac: refresh_token_mac(&KEY, number) }
}

/// A refresh token that somebody made up.
pub const fn forged(number: u32) -> Presented {
    Presented::Refresh { number, mac: [0; 32] }
}

pub fn revoke(token: Presented) -> Command {
    Command::Revoke(Revoke { token, client_id: CLIENT.to_owned() })
}

pub const fn end() -> Command {
    Command::End(End { code_expires_at: at(CODE_ENDS) })
}
