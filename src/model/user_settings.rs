//! What of a user may be edited.

use serde::Deserialize;

use super::sent;
use super::user::Role;
use super::user_claims::UserClaims;

/// What may be edited. A missing member leaves it as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSettings {
    /// The name.
    pub name: Option<String>,
    /// A new password: ends every session and grant of the user.
    pub password: Option<String>,
    /// `user` or `admin`; a change ends every session and grant of the user.
    pub role: Option<Role>,
    /// Switched off.
    pub disabled: Option<bool>,
    /// What may be released to clients, in place of all that was known before.
    pub claims: Option<UserClaims>,
}

impl UserSettings {
    /// The names of the members that say something, in one line for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        sent::names(&[
            ("name", self.name.is_some()),
            ("password", self.password.is_some()),
            ("role", self.role.is_some()),
            ("disabled", self.disabled.is_some()),
            ("claims", self.claims.is_some()),
        ])
    }
}
