//! Tools that are switched on together.

use serde::Deserialize;

use super::sent;
use crate::protocol::time::Timestamp;

/// Tools that are switched on together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolGroup {
    /// Random text, never reused.
    pub id: String,
    /// What it is called by; unique.
    pub name: String,
    /// What people are told of it.
    pub description: String,
    /// The names of its tools.
    pub tools: Vec<String>,
    /// Whether users who are made from now on have it on.
    pub default_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What of a group is to be as said here. A missing member leaves it as it is, or as a new group has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolGroupSettings {
    /// What it is called by.
    pub name: Option<String>,
    /// What is told of it.
    pub description: Option<String>,
    /// The names of all its tools.
    pub tools: Option<Vec<String>>,
    /// Whether users who are made from now on have it on.
    pub default_enabled: Option<bool>,
}

impl ToolGroupSettings {
    /// The names of the members that say something, in one line for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        sent::names(&[
            ("name", self.name.is_some()),
            ("description", self.description.is_some()),
            ("tools", self.tools.is_some()),
            ("default_enabled", self.default_enabled.is_some()),
        ])
    }
}

/// A group and a user's switch for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSwitch {
    /// What it is called by.
    pub name: String,
    /// What is told of it.
    pub description: String,
    /// The names of its tools.
    pub tools: Vec<String>,
    /// Whether it is on.
    pub enabled: bool,
}
