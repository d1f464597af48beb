//! Whether there is anything yet: cheap, however much there is.

use serde::Deserialize;

use super::json;
use crate::ports::{Database, Freshness, Statement, Stored};

/// What there is already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Beginnings {
    /// A user.
    #[serde(deserialize_with = "json::boolean")]
    pub user: bool,
    /// A user whose role is admin.
    #[serde(deserialize_with = "json::boolean")]
    pub administrator: bool,
    /// A client that is nobody's own.
    #[serde(deserialize_with = "json::boolean")]
    pub client: bool,
}

/// What there is; `None`: the database said nothing.
///
/// # Errors
/// When the database fails.
pub async fn find(database: &dyn Database) -> Stored<Option<Beginnings>> {
    let statement = Statement::read(
        "SELECT EXISTS (SELECT 1 FROM users) AS user, EXISTS (SELECT 1 FROM users WHERE role = 'admin') AS administrator, \
         EXISTS (SELECT 1 FROM clients WHERE owner_user_id IS NULL) AS client",
        Vec::new(),
    )
    .fresh(Freshness::Primary);
    database.run(statement).await?.first()
}
