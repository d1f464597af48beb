//! Taking a token back (RFC 7009).

use super::commands::{Presented, Reply, Revoke};
use super::state::{GrantState, LiveGrant};
use super::tokens::AccessTokenId;
use crate::protocol::time::Timestamp;

/// So many revoked access tokens are remembered at once.
const MOST_REVOKED: usize = 64;

/// Takes a token of a live grant back, in the order of the checks:
///
/// 1. another client's, or a grant past its end: nothing changes;
/// 2. a refresh token that the grant made, current or old: the grant ends, and with it all its access tokens
///    (RFC 7009 2.1). With a wrong MAC: nothing changes;
/// 3. an access token: it dies alone, and is remembered until it would have been over.
pub(super) fn revoke(grant: LiveGrant, command: Revoke, now: Timestamp) -> (GrantState, Reply) {
    if grant.authority.client_id != command.client_id || grant.is_over(now) {
        return (GrantState::Live(Box::new(grant)), Reply::Unchanged);
    }
    match command.token {
        Presented::Refresh { number, mac } if grant.made(number, &mac) => (grant.tombstone(), Reply::Ended),
        Presented::Access { id, expires_at } if grant.may_have_made(&id) => revoke_access(grant, id, expires_at, now),
        Presented::Refresh { .. } | Presented::Access { .. } => (GrantState::Live(Box::new(grant)), Reply::Unchanged),
    }
}

/// A client that takes back more tokens than can be remembered loses the grant: RFC 7009 2.1 lets an access token
/// take its refresh token with it, and no revoked token may ever be forgotten before its end.
fn revoke_access(
    mut grant: LiveGrant,
    id: AccessTokenId,
    expires_at: Timestamp,
    now: Timestamp,
) -> (GrantState, Reply) {
    let dead = now >= expires_at || grant.revoked.iter().any(|(revoked, _)| *revoked == id);
    if !dead {
        grant.forget_revoked(now);
        if grant.revoked.len() >= MOST_REVOKED {
            return (grant.tombstone(), Reply::Ended);
        }
        grant.revoked.push((id, expires_at));
    }
    (GrantState::Live(Box::new(grant)), Reply::Revoked)
}
