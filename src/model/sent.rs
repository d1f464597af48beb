//! Which members of an edit say something.

/// The names of those that do, in one line for the audit log. Never their values.
pub(super) fn names(members: &[(&str, bool)]) -> String {
    members.iter().filter(|(_, sent)| *sent).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}
