//! Who may do what in which state. Each verb's own rules stand in its file; here stands what a state answers at all.

use super::commands::{Command, Refusal, Reply};
use super::state::GrantState;
use super::{end, redeem, refresh, revoke, status, unheard};
use crate::protocol::time::Timestamp;

/// What the alarm found, and so what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something is left to remember: look again at this moment, which is still to come.
    At(Timestamp),
    /// Nothing is left to remember: remove everything.
    Remove,
}

/// Carries out `command`. The object writes the state when it differs from the one before, and only then.
///
/// - No state: only `Redeem` opens a grant, and only `End` leaves a tombstone. Everything else is unknown.
/// - Ended: nothing helps any more, and nothing more can end.
/// - Live: each verb decides.
#[must_use]
pub fn apply(state: Option<GrantState>, command: Command, now: Timestamp) -> (Option<GrantState>, Reply) {
    match (state, command) {
        (None, Command::Redeem(command)) => redeem::first(*command, now),
        (None, Command::End(command)) => end::unredeemed(command, now),
        (None, command) => (None, without_grant(&command, Refusal::Unknown)),
        (Some(ended @ GrantState::Ended { .. }), command) => (Some(ended), without_grant(&command, Refusal::Ended)),
        (Some(GrantState::Live(grant)), command) => {
            let (state, reply) = match command {
                Command::Redeem(command) => redeem::again(*grant, &command, now),
                Command::Refresh(command) => refresh::refresh(*grant, &command, now),
                Command::Unheard(command) => unheard::unheard(*grant, command),
                Command::Status(token) => {
                    let reply = status::status(&grant, &token, now);
                    (GrantState::Live(grant), reply)
                }
                Command::Revoke(command) => revoke::revoke(*grant, command, now),
                Command::End(_) => end::live(&grant, now),
                Command::EndsAt => {
                    let reply = Reply::EndsAt((!grant.is_over(now)).then(|| grant.ends_at()));
                    (GrantState::Live(grant), reply)
                }
                Command::UsedAt => {
                    let reply = Reply::UsedAt((!grant.is_over(now)).then_some(grant.issued_at));
                    (GrantState::Live(grant), reply)
                }
            };
            (Some(state), reply)
        }
    }
}

/// What is answered where no grant lives.
fn without_grant(command: &Command, refusal: Refusal) -> Reply {
    match command {
        Command::Redeem(_) | Command::Refresh(_) => Reply::Refused(refusal),
        Command::Status(_) => Reply::Inactive,
        Command::Revoke(_) | Command::End(_) | Command::Unheard(_) => Reply::Unchanged,
        Command::EndsAt => Reply::EndsAt(None),
        Command::UsedAt => Reply::UsedAt(None),
    }
}

/// What the object's one alarm does: a grant past its end becomes a tombstone, a tombstone past its time goes.
///
/// The alarm is set to [`GrantState::looks_at`] when the first state is written and when the grant ends, never when
/// it is used: a grant used since then is found live, and the alarm set again to its new end.
#[must_use]
pub fn wake(state: &GrantState, now: Timestamp) -> (GrantState, Wake) {
    let state = match state {
        GrantState::Live(grant) if grant.is_over(now) => grant.tombstone(),
        state => state.clone(),
    };
    let wake = if matches!(state, GrantState::Ended { keep_until } if now >= keep_until) {
        Wake::Remove
    } else {
        Wake::At(state.looks_at())
    };
    (state, wake)
}
