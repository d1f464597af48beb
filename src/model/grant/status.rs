//! Looking at a token: changes nothing, ends nothing.

use super::commands::{Active, Presented, Reply};
use super::state::LiveGrant;
use crate::protocol::time::Timestamp;

/// Whether a token of a live grant is good.
///
/// - None is, once the grant is past its end.
/// - An access token is until its own end, also after a rotation, unless it was revoked.
/// - A refresh token is while it is the current one. An old one is inactive even while it may be repeated, and looking
///   at it is no replay: a resource server that asks has done nothing wrong.
pub(super) fn status(grant: &LiveGrant, token: &Presented, now: Timestamp) -> Reply {
    let good = match token {
        Presented::Access { id, expires_at } => {
            let revoked = grant.revoked.iter().any(|(revoked, _)| revoked == id);
            now < *expires_at && grant.may_have_made(id) && !revoked
        }
        Presented::Refresh { number, mac } => *number == grant.counter && grant.made(*number, mac),
    };
    if !good || grant.is_over(now) {
        return Reply::Inactive;
    }
    Reply::Active(Box::new(Active {
        authority: grant.authority.clone(),
        issued_at: grant.issued_at,
        ends_at: grant.ends_at(),
    }))
}
