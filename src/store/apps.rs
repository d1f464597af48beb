//! The apps that a person has let in: their grants that stand, and what is remembered of their consent.

use serde::Deserialize;

use super::json;
use crate::ports::{Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// So many grants of one app are looked at, the newest.
const MOST_OF_AN_APP: i64 = 10;

/// An app, as its row in `clients` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its client id.
    pub client_id: String,
    /// What people are shown.
    pub name: String,
    /// Whether an administrator knows it.
    pub is_vouched_for: bool,
}

/// A grant that stands, as far as its row knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The grant.
    pub grant_id: String,
    /// The app that has it.
    pub app: App,
    /// What was allowed.
    pub scope: ScopeSet,
    /// When.
    pub created_at: Timestamp,
    /// When the first was allowed that the app has.
    pub since: Timestamp,
}

/// A yes that spares the question next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The app.
    pub app: App,
    /// What was allowed.
    pub scope: ScopeSet,
    /// When it was last said.
    pub updated_at: Timestamp,
}

#[derive(Deserialize)]
struct AppRow {
    client_id: String,
    name: String,
    #[serde(deserialize_with = "json::boolean")]
    by_itself: bool,
}

#[derive(Deserialize)]
struct GrantRow {
    grant_id: String,
    scope: String,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    since: Timestamp,
}

#[derive(Deserialize)]
struct ConsentRow {
    scopes: String,
    #[serde(deserialize_with = "json::seconds")]
    updated_at: Timestamp,
}

impl From<AppRow> for App {
    fn from(row: AppRow) -> Self {
        Self { client_id: row.client_id, name: row.name, is_vouched_for: !row.by_itself }
    }
}

macro_rules! app_columns {
    () => {
        "clients.id AS client_id, clients.name, \
         clients.registration_token_hash IS NOT NULL OR clients.document_fresh_until IS NOT NULL AS by_itself "
    };
}

macro_rules! standing_grants {
    () => {
        "FROM grants JOIN users ON users.id = grants.user_id JOIN clients ON clients.id = grants.client_id \
         WHERE grants.user_id = ?1 AND grants.ended_at IS NULL \
         AND grants.created_at >= users.valid_from AND grants.created_at >= clients.valid_from "
    };
}

/// Asks for the grants of a user that stand, of each app the newest, at most `most` in all.
#[must_use]
pub fn list_grants(user_id: &str, most: i64) -> Statement {
    Statement::read(
        concat!(
            "SELECT * FROM (SELECT grants.id AS grant_id, grants.scope, grants.created_at, \
             MIN(grants.created_at) OVER (PARTITION BY grants.client_id) AS since, \
             ROW_NUMBER() OVER (PARTITION BY grants.client_id ORDER BY grants.created_at DESC, grants.id) AS place, ",
            app_columns!(),
            standing_grants!(),
            ") WHERE place <= ?2 ORDER BY place, created_at DESC, grant_id LIMIT ?3"
        ),
        vec![user_id.into(), MOST_OF_AN_APP.into(), most.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`list_grants`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_grants(outcome: &Outcome) -> Stored<Vec<Standing>> {
    // One row, read as two.
    let apps = outcome.read::<AppRow>()?.into_iter().map(App::from);
    let standing = |(row, app): (GrantRow, App)| {
        let scope = read_scope(&row.scope)?;
        Ok(Standing { grant_id: row.grant_id, app, scope, created_at: row.created_at, since: row.since })
    };
    outcome.read::<GrantRow>()?.into_iter().zip(apps).map(standing).collect()
}

/// Asks how many apps have grants of a user that stand.
#[must_use]
pub fn count(user_id: &str) -> Statement {
    Statement::read(
        concat!("SELECT COUNT(DISTINCT grants.client_id) AS count ", standing_grants!()),
        vec![user_id.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`count`].
///
/// # Errors
/// When it cannot be understood.
pub fn read_count(outcome: &Outcome) -> Stored<usize> {
    Ok(outcome.first::<CountRow>()?.map_or(0, |row| row.count))
}

#[derive(Deserialize)]
struct CountRow {
    count: usize,
}

/// Asks for what is remembered of a user's consent, the newest first, at most `most`.
#[must_use]
pub fn list_remembered(user_id: &str, most: i64) -> Statement {
    Statement::read(
        concat!(
            "SELECT consents.scopes, consents.updated_at, ",
            app_columns!(),
            "FROM consents JOIN clients ON clients.id = consents.client_id \
             WHERE consents.user_id = ?1 ORDER BY consents.updated_at DESC, clients.id LIMIT ?2"
        ),
        vec![user_id.into(), most.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`list_remembered`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_remembered(outcome: &Outcome) -> Stored<Vec<Remembered>> {
    let apps = outcome.read::<AppRow>()?.into_iter().map(App::from);
    let remembered = |(row, app): (ConsentRow, App)| {
        Ok(Remembered { app, scope: read_scope(&row.scopes)?, updated_at: row.updated_at })
    };
    outcome.read::<ConsentRow>()?.into_iter().zip(apps).map(remembered).collect()
}

fn read_scope(text: &str) -> Stored<ScopeSet> {
    ScopeSet::parse(text).map_err(|_| StorageError::new("database", "the scopes of a grant"))
}

/// Forgets what a user allowed a client.
#[must_use]
pub fn forget(user_id: &str, client_id: &str) -> Statement {
    Statement::write(
        "DELETE FROM consents WHERE user_id = ?1 AND client_id = ?2",
        vec![user_id.into(), client_id.into()],
    )
}
