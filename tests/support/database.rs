//! SQL: `SQLite` in memory with the migrations that D1 gets.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored, Value};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestDatabase {
    name: &'static str,
    hops: Arc<Hops>,
    primary: Mutex<Connection>,
    /// What replicas know, when they lag.
    replica: Mutex<Option<Connection>>,
    pub fault: FaultSwitch,
    /// What was asked since somebody began to listen.
    asked: Mutex<Option<Vec<Statement>>>,
}

impl TestDatabase {
    /// The main database.
    pub fn main(hops: Arc<Hops>) -> Self {
        Self::migrated("database", "migrations", hops)
    }

    /// The audit log's database.
    pub fn audit(hops: Arc<Hops>) -> Self {
        Self::migrated("audit database", "migrations/audit", hops)
    }

    fn migrated(name: &'static str, folder: &str, hops: Arc<Hops>) -> Self {
        let connection = Connection::open_in_memory().expect("SQLite");
        connection.pragma_update(None, "foreign_keys", true).expect("foreign keys");
        for migration in migrations(folder) {
            connection.execute_batch(&migration).expect("a migration");
        }
        let (primary, replica, fault) = (Mutex::new(connection), Mutex::new(None), FaultSwitch::default());
        Self { name, hops, primary, replica, fault, asked: Mutex::default() }
    }

    /// From now on replicas know nothing new; only what asks the primary sees later writes.
    pub fn replicas_lag(&self) {
        static COPIES: AtomicU64 = AtomicU64::new(0);
        let copy = format!("file:replica-{}?mode=memory&cache=shared", COPIES.fetch_add(1, Ordering::SeqCst));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_URI;
        let replica = Connection::open_with_flags(&copy, flags).expect("a second database");
        self.lock_primary().execute("VACUUM INTO ?1", [&copy]).expect("a copy");
        *self.replica.lock().expect("no test panics here") = Some(replica);
    }

    /// Replicas know everything again.
    pub fn replicas_catch_up(&self) {
        *self.replica.lock().expect("no test panics here") = None;
    }

    /// Runs SQL for the test itself: no hop, no fault. Answers the rows.
    pub fn peek(&self, sql: &'static str) -> Vec<serde_json::Value> {
        let statement = Statement::read(sql, Vec::new());
        run(&self.lock_primary(), self.name, &statement).and_then(|outcome| outcome.read()).expect("SQL of the test")
    }

    /// What was asked since the last call; listening begins with the first.
    pub fn take_asked(&self) -> Vec<Statement> {
        self.asked.lock().expect("no test panics here").replace(Vec::new()).unwrap_or_default()
    }

    /// How `SQLite` would find the rows of a statement, a step a line.
    pub fn plan(&self, statement: &Statement) -> Vec<String> {
        let connection = self.lock_primary();
        let mut prepared = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).expect("SQL");
        let values = rusqlite::params_from_iter(statement.values.iter().map(Bound));
        let steps = prepared.query_map(values, |row| row.get("detail")).expect("a plan");
        steps.map(|step| step.expect("a step")).collect()
    }

    /// How many rows were ever written. No hop.
    pub fn rows_written(&self) -> u64 {
        self.lock_primary().total_changes()
    }

    /// A database that holds the same now. No hop.
    pub fn copy(&self) -> Connection {
        let mut copy = Connection::open_in_memory().expect("SQLite");
        copy_all(&self.lock_primary(), &mut copy);
        copy
    }

    /// From now on this holds what `other` holds. No hop.
    pub fn become_copy_of(&self, other: &Connection) {
        copy_all(other, &mut self.lock_primary());
    }

    fn lock_primary(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.primary.lock().expect("no test panics here")
    }

    fn transact(&self, statements: &[Statement]) -> Stored<Vec<Outcome>> {
        let fresh = statements.iter().any(|statement| statement.freshness == Freshness::Primary);
        let replica = self.replica.lock().expect("no test panics here");
        if let (false, Some(replica)) = (fresh, replica.as_ref()) {
            return statements.iter().map(|statement| run(replica, self.name, statement)).collect();
        }
        let mut primary = self.lock_primary();
        let transaction = primary.transaction().map_err(|error| failure(self.name, &error))?;
        let outcomes = statements.iter().map(|statement| run(&transaction, self.name, statement));
        let outcomes: Vec<_> = outcomes.collect::<Stored<_>>()?;
        transaction.commit().map_err(|error| failure(self.name, &error))?;
        Ok(outcomes)
    }
}

#[async_trait]
impl Database for TestDatabase {
    async fn run(&self, statement: Statement) -> Stored<Outcome> {
        let outcomes = self.batch(vec![statement]).await?;
        outcomes.into_iter().next().ok_or_else(|| StorageError::new(self.name, "no outcome"))
    }

    async fn batch(&self, statements: Vec<Statement>) -> Stored<Vec<Outcome>> {
        self.hops.hop(self.name).await;
        if let Some(asked) = &mut *self.asked.lock().expect("no test panics here") {
            asked.extend_from_slice(&statements);
        }
        self.fault.guard(self.name, || self.transact(&statements))
    }
}

fn copy_all(from: &Connection, to: &mut Connection) {
    let backup = Backup::new(from, to).expect("nobody else uses it");
    assert_eq!(backup.step(-1).expect("a copy"), StepResult::Done);
}

/// The migrations of a folder, in their order.
fn migrations(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the migrations");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a migration").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("a migration")).collect()
}

fn run(connection: &Connection, name: &'static str, statement: &Statement) -> Stored<Outcome> {
    run_unnamed(connection, statement).map_err(|error| failure(name, &error))
}

fn run_unnamed(connection: &Connection, statement: &Statement) -> rusqlite::Result<Outcome> {
    let before = connection.total_changes();
    let mut prepared = connection.prepare(statement.sql)?;
    let columns: Vec<String> = prepared.column_names().into_iter().map(str::to_owned).collect();
    let values = statement.values.iter().map(Bound);
    let mut found = prepared.query(rusqlite::params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let cells = columns.iter().enumerate().map(|(index, column)| Ok((column.clone(), json(row.get_ref(index)?))));
        rows.push(serde_json::Value::Object(cells.collect::<rusqlite::Result<_>>()?));
    }
    drop(found);
    // As D1 counts: what went by ON DELETE CASCADE is among them.
    let changes = connection.total_changes() - before;
    Ok(Outcome { rows: serde_json::Value::Array(rows).to_string(), changes })
}

/// A value as D1 would take it.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Integer(number) => {
                assert!(number.unsigned_abs() < 1 << 53, "{number} does not survive D1, which binds doubles");
                ToSqlOutput::Borrowed(ValueRef::Integer(*number))
            }
        })
    }
}

fn json(value: ValueRef<'_>) -> serde_json::Value {
    match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into(),
    }
}

fn failure(name: &'static str, error: &rusqlite::Error) -> StorageError {
    let constraint = error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
    StorageError::new(name, error.to_string()).constraint(constraint)
}
