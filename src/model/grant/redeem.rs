//! Exchanging the code: once.

use std::time::Duration;

use super::commands::{Redeem, Refusal, Reply};
use super::state::{GrantState, LiveGrant};
use crate::protocol::time::Timestamp;

/// A second redemption this soon after the first is an accident (a double click, a client that repeats itself), not
/// a theft.
const DUPLICATE_WITHIN: Duration = Duration::from_secs(1);

/// The first redemption opens the grant.
///
/// A code past its time is refused here, too, whatever the caller's clock said: an object that removed itself
/// remembers nothing, and only the expiry keeps its code from being redeemed again.
pub(super) fn first(command: Redeem, now: Timestamp) -> (Option<GrantState>, Reply) {
    if now >= command.code_expires_at {
        return (None, Reply::Refused(Refusal::CodeExpired));
    }
    let grant = open(command, now);
    let reply = Reply::Issued(Box::new(grant.issued()));
    (Some(GrantState::Live(Box::new(grant))), reply)
}

fn open(command: Redeem, now: Timestamp) -> LiveGrant {
    let issued_at = now.floor_to_second();
    // Without a refresh token there is nothing to come after the access token: the grant ends with it.
    let lifetime = if command.refreshable { command.lifetimes.grant } else { command.lifetimes.access };
    let ends_at = command.authority.ends_at;
    let absolute_ends_at = ends_at.map_or(issued_at + lifetime, |end| end.min(issued_at + lifetime)).floor_to_second();
    let mut grant = LiveGrant {
        key: command.key,
        authority: command.authority,
        attempt: command.attempt,
        redeemed_at: now,
        code_expires_at: command.code_expires_at,
        counter: 1,
        refreshable: command.refreshable,
        issued_at,
        access_expires_at: absolute_ends_at,
        repetition: 0,
        rotated_at: now,
        unheard: false,
        idle_ends_at: absolute_ends_at,
        absolute_ends_at,
        last_access_expires_at: issued_at,
        revoked: Vec::new(),
    };
    grant.date(command.lifetimes, now);
    grant
}

/// Every further redemption, in the order of the checks:
///
/// 1. the grant is past its end: it has ended, nothing more happens;
/// 2. the same attempt: the adapter repeats a call whose connection broke, and gets the same answer. Once the tokens
///    were used, revoked or are over, it is an echo of an answered call, and a duplicate;
/// 3. another attempt within a second of the first: a duplicate, which ends nothing;
/// 4. later: a replay. "If an authorization code is used more than once, the authorization server MUST deny the
///    request and SHOULD revoke (when possible) all tokens previously issued" (RFC 6749 4.1.2): the grant ends. This
///    does not ask whether the code is over meanwhile: the caller asks here only after every check has passed.
pub(super) fn again(grant: LiveGrant, command: &Redeem, now: Timestamp) -> (GrantState, Reply) {
    if grant.is_over(now) {
        return (grant.tombstone(), Reply::Refused(Refusal::Ended));
    }
    let same_attempt = grant.attempt == command.attempt;
    let untouched = grant.counter == 1 && grant.repetition == 0 && grant.revoked.is_empty();
    if same_attempt && untouched && now < grant.access_expires_at {
        let reply = Reply::Issued(Box::new(grant.issued()));
        return (GrantState::Live(Box::new(grant)), reply);
    }
    if same_attempt || now.since(grant.redeemed_at) <= DUPLICATE_WITHIN {
        return (GrantState::Live(Box::new(grant)), Reply::Refused(Refusal::Duplicate));
    }
    (grant.tombstone(), Reply::Refused(Refusal::Replayed))
}
