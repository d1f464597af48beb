//! Accounts at providers by which users sign in.

use serde::Deserialize;

use super::json;
use crate::model::identity::{Account, Identity};
use crate::ports::{Freshness, Outcome, Statement, Stored, Value};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    id: String,
    user_id: String,
    provider_id: String,
    called: String,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::maybe_seconds")]
    last_used_at: Option<Timestamp>,
}

/// An identity's columns, as [`Row`] reads them.
macro_rules! columns {
    () => {
        "id, user_id, provider_id, COALESCE(email, name, provider_user_id) AS called, created_at, last_used_at"
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM user_identities ", $rest)
    };
}

/// Asks for all of a user's.
#[must_use]
pub fn select_of_user(user_id: &str) -> Statement {
    let sql = select!("WHERE user_id = ?1 ORDER BY provider_id, created_at, id");
    Statement::read(sql, vec![user_id.into()]).fresh(Freshness::Primary)
}

/// Asks for the one that this account at a provider is.
#[must_use]
pub fn select_account(provider_id: &str, account: &Account) -> Statement {
    let sql = select!("WHERE provider_id = ?1 AND issuer = ?2 AND provider_user_id = ?3");
    Statement::read(sql, vec![provider_id.into(), account.issuer.as_str().into(), account.id.as_str().into()])
        .fresh(Freshness::Primary)
}

/// Reads the answer to whatever asks for identities.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Identity>> {
    let known = |row: Row| Identity {
        id: row.id,
        user_id: row.user_id,
        provider_id: row.provider_id,
        called: row.called,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    };
    Ok(outcome.read::<Row>()?.into_iter().map(known).collect())
}

/// An account that is about to be linked.
pub struct New<'a> {
    /// The id it gets.
    pub id: &'a str,
    /// Where it is.
    pub provider_id: &'a str,
    /// Whose it is there.
    pub account: &'a Account,
    /// Now.
    pub now: Timestamp,
}

impl New<'_> {
    fn values(&self) -> Vec<Value> {
        vec![
            self.id.into(),
            self.provider_id.into(),
            self.account.issuer.as_str().into(),
            self.account.id.as_str().into(),
            self.account.email.as_deref().into(),
            self.account.name.as_deref().into(),
            self.now.into(),
        ]
    }

    fn values_and(&self, more: &str) -> Vec<Value> {
        self.values().into_iter().chain([more.into()]).collect()
    }
}

macro_rules! link {
    ($of:literal) => {
        concat!(
            "INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, email, name, created_at) \
             SELECT ?1, users.id, ?2, ?3, ?4, ?5, ?6, ?7 FROM ",
            $of,
            " AND users.disabled_at IS NULL \
             ON CONFLICT (provider_id, issuer, provider_user_id) DO UPDATE SET email = excluded.email, name = excluded.name \
             WHERE user_identities.user_id = excluded.user_id"
        )
    };
}

/// Links an account to a user, who is not switched off. One that is another's stays that one's: then no row is changed.
#[must_use]
pub fn link(new: &New<'_>, user_id: &str) -> Statement {
    Statement::write(link!("users WHERE users.id = ?8"), new.values_and(user_id))
}

/// The same, to the user whom a one-time link is for, while that is good.
#[must_use]
pub fn link_by_ticket(new: &New<'_>, ticket_hash: &str) -> Statement {
    let sql = link!(
        "password_tickets JOIN users ON users.id = password_tickets.user_id WHERE password_tickets.ticket_hash = ?8 \
         AND password_tickets.expires_at > ?7 AND password_tickets.created_at >= users.valid_from"
    );
    Statement::write(sql, new.values_and(ticket_hash))
}

/// Uses the one-time link up by which this account was linked.
#[must_use]
pub fn use_ticket(new: &New<'_>, ticket_hash: &str) -> Statement {
    Statement::write(
        "DELETE FROM password_tickets WHERE ticket_hash = ?1 AND expires_at > ?5 AND user_id = (SELECT user_id FROM \
         user_identities WHERE provider_id = ?2 AND issuer = ?3 AND provider_user_id = ?4)",
        vec![
            ticket_hash.into(),
            new.provider_id.into(),
            new.account.issuer.as_str().into(),
            new.account.id.as_str().into(),
            new.now.into(),
        ],
    )
}

/// Adds one to a user who is made in the same batch; an account that is linked already fails it.
#[must_use]
pub fn insert(new: &New<'_>, user_id: &str) -> Statement {
    Statement::write(
        "INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, email, name, created_at) \
         VALUES (?1, ?8, ?2, ?3, ?4, ?5, ?6, ?7)",
        new.values_and(user_id),
    )
}

#[derive(Deserialize)]
struct Owner {
    id: String,
}

/// Asks for the users who have this e-mail address, verified, whatever the case of its ASCII letters; two at most, since of two
/// nobody can say whose it is.
#[must_use]
pub fn select_by_email(email: &str) -> Statement {
    Statement::read(
        "SELECT id FROM users WHERE lower(json_extract(claims, '$.email')) = lower(?1) \
         AND json_extract(claims, '$.email_verified') = 1 LIMIT 2",
        vec![email.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_by_email`]: the one who has it.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_owner(outcome: &Outcome) -> Stored<Option<String>> {
    let mut owners = outcome.read::<Owner>()?;
    Ok(if owners.len() == 1 { owners.pop().map(|owner| owner.id) } else { None })
}

/// Notes that somebody signed in by one.
#[must_use]
pub fn note_use(id: &str, now: Timestamp) -> Statement {
    Statement::write("UPDATE user_identities SET last_used_at = ?2 WHERE id = ?1", vec![id.into(), now.into()])
}

/// Removes one of a user's, and answers it as it was.
#[must_use]
pub fn delete(user_id: &str, id: &str) -> Statement {
    let sql = concat!("DELETE FROM user_identities WHERE id = ?2 AND user_id = ?1 RETURNING ", columns!());
    Statement::write(sql, vec![user_id.into(), id.into()])
}

/// Removes everybody's at a provider.
#[must_use]
pub fn delete_of_provider(provider_id: &str) -> Statement {
    Statement::write("DELETE FROM user_identities WHERE provider_id = ?1", vec![provider_id.into()])
}

/// Counts everybody's at a provider.
#[must_use]
pub fn count_of_provider(provider_id: &str) -> Statement {
    Statement::read("SELECT COUNT(*) AS count FROM user_identities WHERE provider_id = ?1", vec![provider_id.into()])
        .fresh(Freshness::Primary)
}
