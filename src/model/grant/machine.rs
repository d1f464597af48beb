//! To be written.
use super::commands::{Command, Reply};
use super::state::GrantState;
use crate::protocol::time::Timestamp;

/// When the object should look at itself again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// At this moment.
    At(Timestamp),
    /// Nothing is left to remember: remove everything.
    Remove,
}

#[must_use]
pub fn apply(_state: Option<GrantState>, _command: Command, _now: Timestamp) -> (Option<GrantState>, Reply) {
    (None, Reply::Inactive)
}

#[must_use]
pub fn wake(_state: &GrantState, now: Timestamp) -> (GrantState, Wake) {
    (GrantState::Ended { keep_until: now }, Wake::Remove)
}
