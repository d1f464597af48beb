//! Hearing that an exchange was in vain.

use super::commands::{Reply, Unheard};
use super::state::{GrantState, LiveGrant};

/// The token was exchanged, but something beside this object failed, and nobody got the successor. For its client the
/// token is still the newest there is. So a public client may repeat it for as long as the failure lasts, rather than
/// lose its grant when the retry window is over; the window begins with the repetition that goes well.
///
/// Said of the token before the current one only, authentic as at the exchange itself. Of two exchanges at the same time
/// one may have been heard: then, too, the token before is good until its successor is used, as it is for confidential
/// clients.
pub(super) fn unheard(mut grant: LiveGrant, command: Unheard) -> (GrantState, Reply) {
    let is_the_one_before = grant.counter.checked_sub(1) == Some(command.number);
    if is_the_one_before && grant.made(command.number, &command.mac) {
        grant.unheard = true;
    }
    (GrantState::Live(Box::new(grant)), Reply::Unchanged)
}
