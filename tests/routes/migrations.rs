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
        "SELECT tables.name || ' WHERE ' || group_concat(keys.\"from\" || ' = ''x''', ' AND ') AS key \
         FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table' \
         GROUP BY tables.name, keys.id ORDER BY key",
        "key",
    );
    assert!(keys.contains(&"consents WHERE client_id = 'x'".to_owned()), "{keys:?}");
    for key in keys {
        let plan = texts(&format!("EXPLAIN QUERY PLAN SELECT 1 FROM {key}"), "detail");
        assert!(plan.iter().all(|step| step.starts_with("SEARCH")), "{key}: {plan:?}");
    }
}

/// Columns of what administrators look after that the admin API does not show, so that a change of one leaves the entity tag as it
/// is. A new column belongs here, or into the trigger.
const NOT_SHOWN: [(&str, &[&str]); 7] = [
    ("users", &["id", "valid_from", "created_at", "revision"]),
    (
        "clients",
        &[
            "id",
            "secret_hash",
            "valid_from",
            "created_at",
            "registration_token_hash",
            "metadata",
            "last_used_on",
            "fetched_keys",
            "fetched_keys_at",
            "keys_asked_until",
            "document_fresh_until",
            "revision",
        ],
    ),
    ("scopes", &["name", "revision"]),
    ("resources", &["id", "created_at", "revision"]),
    ("initial_access_tokens", &["id", "token_hash", "created_at", "revision"]),
    ("tools", &["id", "created_at", "revision"]),
    ("tool_groups", &["id", "created_at", "revision"]),
];

#[test]
fn whatever_is_shown_of_a_thing_changes_its_revision() {
    let database = Server::new().database;
    let triggers = database.peek("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
    let columns = database.peek(
        "SELECT tables.name AS place, columns.name AS name FROM sqlite_schema AS tables \
         JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'",
    );
    for (table, not_shown) in NOT_SHOWN {
        let name = format!("{table}_revision");
        let trigger = triggers.iter().find(|trigger| trigger["name"] == name.as_str()).expect("a trigger");
        let sql = trigger["sql"].as_str().expect("SQL");
        let watched = sql.split_once("UPDATE OF ").and_then(|(_, rest)| rest.split_once(" ON ")).expect("columns").0;
        let watched = watched.split(',').map(|column| column.trim().to_owned());
        let mut known: Vec<String> = watched.chain(not_shown.iter().map(|column| (*column).to_owned())).collect();
        let of_table = columns.iter().filter(|column| column["place"] == table);
        let mut there: Vec<String> =
            of_table.map(|column| column["name"].as_str().expect("a name").to_owned()).collect();
        known.sort();
        there.sort();
        assert_eq!(known, there, "{table}");
    }
}

/// The local D1 takes what follows the last statement for one more, be it a comment, and refuses the whole file.
#[test]
fn every_migration_ends_with_a_statement() {
    for folder in ["migrations", "migrations/audit"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
        let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "sql")).collect();
        assert!(files.len() > 2, "{files:?}");
        for path in files {
            let sql = std::fs::read_to_string(&path).expect("a migration");
            assert!(sql.trim_end().ends_with(';'), "{}", path.display());
        }
    }
}
