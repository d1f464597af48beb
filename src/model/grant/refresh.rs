//! Exchanging a refresh token: each has one successor, however often and by however many it is asked for.

use super::commands::{Refresh, Refusal, Reply};
use super::state::{GrantState, LiveGrant};
use crate::protocol::time::Timestamp;

/// Exchanges a refresh token of a live grant, in the order of the checks:
///
/// 1. a wrong MAC, a number not yet reached, a grant without refresh tokens: unknown, no effect;
/// 2. another client's: refused, no effect;
/// 3. the grant is past its end: it has ended;
/// 4. older than the one before, or the one before after a public client's retry window: a replay. The grant ends,
///    for thief and client cannot be told apart (RFC 9700 4.14.2);
/// 5. wider in scope or resources than what was allowed (RFC 6749 section 6, RFC 8707 2.2): refused, no effect;
/// 6. the current one: the counter moves, and the successor is issued;
/// 7. the one before: the very same successor again, for the answer may have been lost, or several parts of the
///    client refreshed at once. Nothing is written unless its access token is over and must be dated anew, or nobody
///    had got the successor before.
pub(super) fn refresh(mut grant: LiveGrant, command: &Refresh, now: Timestamp) -> (GrantState, Reply) {
    if let Err(refusal) = check_token(&grant, command, now) {
        let ends = matches!(refusal, Refusal::Ended | Refusal::Replayed);
        let state = if ends { grant.tombstone() } else { GrantState::Live(Box::new(grant)) };
        return (state, Reply::Refused(refusal));
    }
    if let Err(refusal) = check_reach(&grant, command) {
        return (GrantState::Live(Box::new(grant)), Reply::Refused(refusal));
    }
    if command.number == grant.counter {
        rotate(&mut grant, command, now);
    } else {
        repeat(&mut grant, command, now);
    }
    let reply = Reply::Issued(Box::new(grant.issued()));
    (GrantState::Live(Box::new(grant)), reply)
}

/// Checks 1 to 4: whether the token is one that may still be exchanged, and by this client.
fn check_token(grant: &LiveGrant, command: &Refresh, now: Timestamp) -> Result<(), Refusal> {
    if !grant.made(command.number, &command.mac) {
        return Err(Refusal::Unknown);
    }
    if grant.authority.client_id != command.client_id {
        return Err(Refusal::WrongClient);
    }
    if grant.is_over(now) {
        return Err(Refusal::Ended);
    }
    if command.number == grant.counter || is_retry(grant, command, now) { Ok(()) } else { Err(Refusal::Replayed) }
}

/// Whether the token is the one before the current and may be repeated: until its successor is used, which moves the
/// counter, and by a public client, whose token alone proves who it is, only within the retry window, once that has begun.
fn is_retry(grant: &LiveGrant, command: &Refresh, now: Timestamp) -> bool {
    let in_window = || grant.unheard || now.since(grant.rotated_at) <= command.lifetimes.retry;
    let in_time = !grant.authority.public_client || in_window();
    grant.counter.checked_sub(1) == Some(command.number) && in_time
}

/// Check 5: a refresh may narrow the access token, never widen it.
fn check_reach(grant: &LiveGrant, command: &Refresh) -> Result<(), Refusal> {
    if command.scope.as_ref().is_some_and(|scope| !scope.is_subset(&grant.authority.scope)) {
        return Err(Refusal::ScopeExceeded);
    }
    if command.resources.iter().any(|resource| !grant.authority.resources.contains(resource)) {
        return Err(Refusal::ResourceExceeded);
    }
    Ok(())
}

fn rotate(grant: &mut LiveGrant, command: &Refresh, now: Timestamp) {
    // A grant lasts months at most: four thousand million rotations are out of its reach.
    grant.counter = grant.counter.saturating_add(1);
    grant.repetition = 0;
    grant.rotated_at = now;
    grant.unheard = false;
    grant.date(command.lifetimes, now);
}

fn repeat(grant: &mut LiveGrant, command: &Refresh, now: Timestamp) {
    if grant.unheard {
        grant.unheard = false;
        grant.rotated_at = now;
    }
    if now >= grant.access_expires_at {
        grant.repetition = grant.repetition.saturating_add(1);
        grant.date(command.lifetimes, now);
    }
}
