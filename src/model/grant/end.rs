//! Ending a grant, by somebody whose right to do so is proven elsewhere.

use super::commands::{End, Reply};
use super::state::{GrantState, LiveGrant};
use crate::protocol::time::Timestamp;

/// Ends a grant whose code was not redeemed yet: the tombstone keeps it from being so. Past the code's time there is
/// nothing to keep it from.
pub(super) fn unredeemed(command: End, now: Timestamp) -> (Option<GrantState>, Reply) {
    if now >= command.code_expires_at {
        return (None, Reply::Unchanged);
    }
    (Some(GrantState::Ended { keep_until: command.code_expires_at }), Reply::Ended)
}

/// Ends a live grant. One that is past its end has ended before.
pub(super) fn live(grant: &LiveGrant, now: Timestamp) -> (GrantState, Reply) {
    let reply = if grant.is_over(now) { Reply::Unchanged } else { Reply::Ended };
    (grant.tombstone(), reply)
}
