//! An account at a provider by which a user may sign in.

use crate::protocol::time::Timestamp;

/// Somebody's account at a provider, as that tells of it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who answers for what follows: the issuer of the ID token, else the user endpoint.
    pub issuer: String,
    /// Its id there.
    pub id: String,
    /// The e-mail address it has there.
    pub email: Option<String>,
    /// Whether the provider says that this address is theirs.
    pub email_verified: bool,
    /// What it is called there.
    pub name: Option<String>,
    /// When the person proved there who they are, if that is told.
    pub auth_time: Option<Timestamp>,
}

/// An account that is linked to a user, so that who has it may sign in.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Random text, never reused.
    pub id: String,
    /// Who signs in by it.
    pub user_id: String,
    /// Where the account is.
    pub provider_id: String,
    /// What it is called there: its address, its name, else its id.
    pub called: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When somebody last signed in by it.
    pub last_used_at: Option<Timestamp>,
}
