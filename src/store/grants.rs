//! The table that lists grants, so that a code is known where KV does not know it, and people can see what they
//! allowed. What may happen once is not judged here but in the grant's object.

use std::time::Duration;

use serde::Deserialize;

use super::{json, replica};
use crate::model::code::{CodeRecord, StoredCode};
use crate::model::interaction;
use crate::model::status::{GrantStatus, Standing};
use crate::model::user::Role;
use crate::model::user_claims::KnownUser;
use crate::ports::{Database, Freshness, Outcome, Statement, Stored, Value};
use crate::protocol::claims_request::ClaimsRequest;
use crate::protocol::time::Timestamp;

/// So long a row stays at least, whether its grant lives or not: the first answer to an interaction stands while it may
/// be answered again, by any isolate's clock.
pub(super) const ANSWERS_FOR: Duration = interaction::LIFETIME.saturating_add(Duration::from_mins(5));

/// The columns of the grant and of its own user and client that decide whether it is still good.
macro_rules! status_columns {
    () => {
        "grants.created_at, grants.ended_at IS NOT NULL AS ended, users.name AS username, users.disabled_at IS NOT NULL AS user_disabled, \
         users.valid_from AS user_valid_from, \
         clients.disabled_at IS NOT NULL OR owner.disabled_at IS NOT NULL AS client_disabled, \
         clients.valid_from AS client_valid_from "
    };
}

macro_rules! from_grants {
    () => {
        "FROM grants JOIN users ON users.id = grants.user_id JOIN clients ON clients.id = grants.client_id \
         LEFT JOIN users AS owner ON owner.id = clients.owner_user_id WHERE grants.id = ?1"
    };
}

#[derive(Deserialize)]
struct StatusRow {
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::boolean")]
    ended: bool,
    username: String,
    #[serde(deserialize_with = "json::boolean")]
    user_disabled: bool,
    #[serde(deserialize_with = "json::seconds")]
    user_valid_from: Timestamp,
    #[serde(deserialize_with = "json::boolean")]
    client_disabled: bool,
    #[serde(deserialize_with = "json::seconds")]
    client_valid_from: Timestamp,
}

impl From<StatusRow> for GrantStatus {
    fn from(row: StatusRow) -> Self {
        Self {
            created_at: row.created_at,
            user: Standing { disabled: row.user_disabled, valid_from: row.user_valid_from },
            username: row.username,
            client: Standing { disabled: row.client_disabled, valid_from: row.client_valid_from },
            ended: row.ended,
        }
    }
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "a row has the columns it has")]
struct CodeRow {
    code_hash: String,
    code_record: String,
    #[serde(deserialize_with = "json::seconds")]
    code_expires_at: Timestamp,
}

#[derive(Deserialize)]
struct SubjectRow {
    claims: String,
    #[serde(deserialize_with = "json::seconds")]
    updated_at: Timestamp,
    code_record: String,
}

/// What UserInfo needs to know of a grant.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Whether it is still good.
    pub status: GrantStatus,
    /// Who allowed it.
    pub user: KnownUser,
    /// The claims that were asked for by name.
    pub claims: ClaimsRequest,
}

/// Whether user and client still stand behind a grant. A row that a replica lacks is asked of the primary.
///
/// # Errors
/// When the database fails.
pub async fn status(database: &dyn Database, id: &str) -> Stored<Option<GrantStatus>> {
    let statement = Statement::read(concat!("SELECT ", status_columns!(), from_grants!()), vec![id.into()]);
    let found = replica::or_primary(database, statement).await?.first::<StatusRow>()?;
    Ok(found.map(GrantStatus::from))
}

#[derive(Deserialize)]
struct RoleRow {
    role: Role,
}

/// Asks the primary for who stands behind a grant, and for the user's role.
#[must_use]
pub fn select_standing(id: &str) -> Statement {
    Statement::read(concat!("SELECT users.role, ", status_columns!(), from_grants!()), vec![id.into()])
        .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_standing`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read_standing(outcome: &Outcome) -> Stored<Option<(GrantStatus, Role)>> {
    let (status, role) = (outcome.first::<StatusRow>()?, outcome.first::<RoleRow>()?);
    Ok(status.zip(role).map(|(status, row)| (status.into(), row.role)))
}

/// A grant's code. A row that a replica lacks is asked of the primary.
///
/// # Errors
/// When the database fails.
pub async fn code(database: &dyn Database, id: &str) -> Stored<Option<StoredCode>> {
    let statement = Statement::read(
        concat!(
            "SELECT grants.code_hash, grants.code_record, grants.code_expires_at, ",
            status_columns!(),
            from_grants!()
        ),
        vec![id.into()],
    );
    let found = replica::or_primary(database, statement).await?;
    // One row, read as two: serde's `flatten` would carry each value through a form of its own.
    let (Some(row), Some(status)) = (found.first::<CodeRow>()?, found.first::<StatusRow>()?) else { return Ok(None) };
    Ok(Some(StoredCode {
        code_hash: row.code_hash,
        record: json::read(&row.code_record)?,
        expires_at: row.code_expires_at,
        status: status.into(),
    }))
}

/// The user behind a grant and what is known of them. A row that a replica lacks is asked of the primary.
///
/// # Errors
/// When the database fails.
pub async fn subject(database: &dyn Database, id: &str) -> Stored<Option<Subject>> {
    let statement = Statement::read(
        concat!("SELECT users.claims, users.updated_at, grants.code_record, ", status_columns!(), from_grants!()),
        vec![id.into()],
    );
    let found = replica::or_primary(database, statement).await?;
    let (Some(row), Some(status)) = (found.first::<SubjectRow>()?, found.first::<StatusRow>()?) else {
        return Ok(None);
    };
    let record: CodeRecord = json::read(&row.code_record)?;
    let (name, updated_at) = (status.username.clone(), row.updated_at.seconds());
    let user = KnownUser { name, claims: json::read(&row.claims)?, updated_at };
    Ok(Some(Subject { status: status.into(), user, claims: record.claims }))
}

/// The row of an answer, while the session that it is given in stands: a session that ended, or whose user began anew,
/// opens nothing, even where a replica has not heard of it. Never replaces: a second insert of the same id changes
/// nothing.
macro_rules! insert_grant {
    ($ended_at:literal) => {
        concat!(
            "INSERT INTO grants \
             (id, user_id, client_id, sid, scope, code_hash, code_record, code_expires_at, created_at, look_at, \
              ends_with_session, ended_at) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, MAX(?9, sessions.created_at), ?11, ?12, ",
            $ended_at,
            " FROM sessions JOIN users ON users.id = sessions.user_id \
             WHERE sessions.cookie_hash = ?10 AND sessions.user_id = ?2 \
             AND users.disabled_at IS NULL AND sessions.created_at >= users.valid_from \
             ON CONFLICT (id) DO NOTHING"
        )
    };
}

/// Lists a grant and its code.
#[must_use]
pub fn insert(id: &str, code_hash: &str, record: &CodeRecord, cookie_hash: &str, now: Timestamp) -> Statement {
    Statement::write(insert_grant!("NULL"), answer(id, code_hash, record, cookie_hash, now))
}

/// Lists a grant that was denied: it has ended, and its code is over.
#[must_use]
pub fn insert_denied(id: &str, code_hash: &str, record: &CodeRecord, cookie_hash: &str, now: Timestamp) -> Statement {
    Statement::write(insert_grant!("?9"), answer(id, code_hash, record, cookie_hash, now))
}

fn answer(id: &str, code_hash: &str, record: &CodeRecord, cookie_hash: &str, now: Timestamp) -> Vec<Value> {
    vec![
        id.into(),
        record.user_id.as_str().into(),
        record.client_id.as_str().into(),
        record.sid.as_str().into(),
        record.scope.to_string().into(),
        code_hash.into(),
        json::write(record).into(),
        record.expires_at.into(),
        now.into(),
        cookie_hash.into(),
        (now + ANSWERS_FOR).into(),
        record.session_ends_at.is_some().into(),
    ]
}

/// Ends the grants of which a condition holds, and answers them as [`Ended`]; its own values are `?3` and so on: see [`ending`].
macro_rules! end_grants {
    ($condition:literal) => {
        concat!(
            "UPDATE grants SET ended_at = ?1, look_at = ?2 WHERE ended_at IS NULL AND ",
            $condition,
            " RETURNING id, user_id, client_id, code_expires_at"
        )
    };
}
pub(super) use end_grants;

/// The values of [`end_grants`], before those of its condition.
pub(super) fn ending(now: Timestamp, condition: Vec<Value>) -> Vec<Value> {
    [vec![now.into(), (now + ANSWERS_FOR).into()], condition].concat()
}

/// Ends the grants that end with the session of this cookie, and answers their ids: their objects are told after.
#[must_use]
pub fn end_with_session(cookie_hash: &str, now: Timestamp) -> Statement {
    Statement::write(
        end_grants!("ends_with_session = 1 AND sid = (SELECT sid FROM sessions WHERE cookie_hash = ?3)"),
        ending(now, vec![cookie_hash.into()]),
    )
}

/// Ends those grants of a user that are dead since the user began anew, and answers their ids: their objects are told after.
#[must_use]
pub fn end_dead(user_id: &str, now: Timestamp) -> Statement {
    Statement::write(
        end_grants!("user_id = ?3 AND created_at < (SELECT valid_from FROM users WHERE users.id = ?3)"),
        ending(now, vec![user_id.into()]),
    )
}

/// Ends the grants that a client has of a user, and answers their ids: their objects are told after.
#[must_use]
pub fn end_of_client(user_id: &str, client_id: &str, now: Timestamp) -> Statement {
    Statement::write(
        end_grants!("user_id = ?3 AND client_id = ?4"),
        ending(now, vec![user_id.into(), client_id.into()]),
    )
}

/// A grant that has just ended.
#[derive(Clone, Debug, Deserialize)]
pub struct Ended {
    /// Its id.
    pub id: String,
    /// Whose it was.
    pub user_id: String,
    /// Which client had it.
    pub client_id: String,
    /// When its code is over.
    #[serde(deserialize_with = "json::seconds")]
    pub code_expires_at: Timestamp,
}

/// Reads the answer to [`end_with_session`] and its like, and to [`mark_ended`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_ended(outcome: &Outcome) -> Stored<Vec<Ended>> {
    outcome.read()
}

/// Notes that a grant has ended, and answers whose it was; the object has decided so before.
#[must_use]
pub fn mark_ended(id: &str, now: Timestamp) -> Statement {
    Statement::write(end_grants!("id = ?3"), ending(now, vec![id.into()]))
}
