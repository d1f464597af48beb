//! The schema says what the code says.

use ostiary::protocol::scope::{BUILT_IN, BuiltIn};
use rusqlite::Connection;
use serde_json::json;

use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;

const FOUNDATION: &str = include_str!("../../migrations/0001_foundation.sql");
const OPENID: &str = include_str!("../../migrations/0004_openid.sql");
const USER_CLIENTS: &str = include_str!("../../migrations/0002_user_clients.sql");

#[test]
fn the_built_in_scopes_are_those_the_migrations_insert() {
    let database = Connection::open_in_memory().expect("SQLite");
    database.execute_batch(FOUNDATION).expect("the first migration");
    database.execute_batch(OPENID).expect("the fourth migration");
    let mut rows = database.prepare("SELECT name, description, open, claims FROM scopes ORDER BY rowid").expect("SQL");
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).expect("rows");
    let rows: Vec<(String, String, bool, String)> = rows.map(|row| row.expect("a row")).collect();
    let row = |scope: &BuiltIn| {
        (scope.name.to_owned(), scope.description.to_owned(), scope.open, json!(scope.claims).to_string())
    };
    let mut expected: Vec<_> = BUILT_IN.iter().map(row).collect();
    let mut found = rows;
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn users_without_a_user_client_get_one_with_no_usable_secret_and_others_keep_theirs() {
    let database = Connection::open_in_memory().expect("SQLite");
    database.execute_batch(FOUNDATION).expect("the first migration");
    database
        .execute_batch(
            "INSERT INTO users (id, name, created_at) VALUES ('usr_1', 'Old', 7), ('usr_2', 'New', 8);
             INSERT INTO clients (id, name, type, secret_hash, owner_user_id, created_at)
             VALUES ('agent_user_usr_2', 'kept', 'confidential', 'hash', 'usr_2', 8);",
        )
        .expect("two users");
    database.execute_batch(USER_CLIENTS).expect("the second migration");
    let sql = "SELECT id || '|' || name || '|' || type || '|' || ifnull(secret_hash, 'none') || '|' || redirect_uris \
               || '|' || grant_types || '|' || scopes || '|' || require_pkce FROM clients ORDER BY id";
    let mut statement = database.prepare(sql).expect("SQL");
    let rows: Vec<String> =
        statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect();
    let made = "agent_user_usr_1|Old OAuth Client|confidential|none|[\"http://localhost:8501/oauth/callback\"]|\
                [\"authorization_code\",\"client_credentials\",\"refresh_token\"]|read:tools call:tools|1";
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], made);
    assert!(rows[1].starts_with("agent_user_usr_2|kept|confidential|hash|"));
}

#[tokio::test]
async fn a_scope_added_by_the_setting_is_stored_once_and_the_table_then_rules() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read")]).seed().await;
    let settings = json!({ "scope": "photos:read" });
    for isolate in [&server, &server.fresh_isolate()] {
        let path = format!("/admin/api/clients/{}", SERVER.id);
        isolate.as_admin(Ask::json(axum::http::Method::PATCH, &path, &settings)).await.assert_status(200);
    }
    assert_eq!(server.database.peek("SELECT name FROM scopes").len(), BUILT_IN.len() + 1);
}

/// What goes by `ON DELETE CASCADE` is looked for by SQL that nobody sees.
#[test]
fn what_names_a_row_that_goes_is_found_by_an_index() {
    let database = Server::new().database.copy();
    let texts = |sql: &str, column: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).expect("SQL");
        let rows = statement.query_map([], |row| row.get(column)).expect("rows");
        rows.map(|row| row.expect("a text")).collect()
    };
    let keys = texts(
        "SELECT tables.name || ' WHERE ' || keys.\"from\" || ' = ''x''' AS key FROM sqlite_master AS tables, \
         pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table' ORDER BY key",
        "key",
    );
    assert!(keys.contains(&"consents WHERE client_id = 'x'".to_owned()), "{keys:?}");
    for key in keys {
        let plan = texts(&format!("EXPLAIN QUERY PLAN SELECT 1 FROM {key}"), "detail");
        assert!(plan.iter().all(|step| step.starts_with("SEARCH")), "{key}: {plan:?}");
    }
}
