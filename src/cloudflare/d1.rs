//! SQL on D1.

use std::time::Duration;

use async_trait::async_trait;
use worker::js_sys::{Array, JSON, Reflect};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{
    D1DatabaseSession as RawSession, D1PreparedStatement as RawStatement, D1Result as RawResult,
};
use worker::{D1Database, D1DatabaseSession, D1SessionConstraint, Env};

use super::hop::hop;
use crate::ports::{Database, Freshness, Outcome, Statement, Stored, Value};

const DEADLINE: Duration = Duration::from_secs(4);

/// One D1 database.
pub struct D1 {
    name: &'static str,
    database: D1Database,
}

impl D1 {
    /// The database bound as `binding`, called `name` in errors and timings.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str, name: &'static str) -> worker::Result<Self> {
        Ok(Self { name, database: env.d1(binding)? })
    }

    /// A session of one hop: it says who may answer. Nothing is remembered between hops; a read that must see an
    /// earlier write asks the primary.
    fn session(&self, freshness: Freshness) -> worker::Result<D1DatabaseSession> {
        self.database.with_session_constraint(match freshness {
            Freshness::Primary => D1SessionConstraint::FirstPrimary,
            Freshness::Replica => D1SessionConstraint::FirstUnconstrained,
        })
    }

    async fn run_now(&self, statement: Statement) -> worker::Result<Outcome> {
        let session = self.session(statement.freshness)?;
        outcome(&JsFuture::from(prepared(&session, &statement)?.all()?).await?)
    }

    async fn batch_now(&self, statements: Vec<Statement>) -> worker::Result<Vec<Outcome>> {
        let needs_primary = statements.iter().any(|statement| statement.freshness == Freshness::Primary);
        let session = self.session(if needs_primary { Freshness::Primary } else { Freshness::Replica })?;
        let prepared: Array =
            statements.iter().map(|statement| prepared(&session, statement)).collect::<worker::Result<_>>()?;
        let session: &RawSession = session.as_ref().unchecked_ref();
        let answers = JsFuture::from(session.session_batch(prepared)?).await?;
        Array::from(&answers).iter().map(|answer| outcome(&answer)).collect()
    }
}

#[async_trait]
impl Database for D1 {
    async fn run(&self, statement: Statement) -> Stored<Outcome> {
        hop(self.name, DEADLINE, self.run_now(statement)).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Stored<Vec<Outcome>> {
        if statements.is_empty() {
            return Ok(Vec::new()); // D1 refuses an empty batch
        }
        hop(self.name, DEADLINE, self.batch_now(statements)).await
    }
}

fn prepared(session: &D1DatabaseSession, statement: &Statement) -> worker::Result<RawStatement> {
    let values: Array = statement.values.iter().map(bound).collect();
    Ok(session.prepare(statement.sql).inner().bind(values)?)
}

/// D1 refuses a bigint, which is what an `i64` would become.
fn bound(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        #[expect(clippy::cast_precision_loss, reason = "whole numbers of ours stay below 2^53")]
        Value::Integer(number) => JsValue::from_f64(*number as f64),
        Value::Text(text) => JsValue::from_str(text),
    }
}

/// Not by the `worker` crate's own type: it crosses from JavaScript once for every value of every row, and reads all of
/// `meta` for the one number wanted of it.
fn outcome(answer: &JsValue) -> worker::Result<Outcome> {
    let answer: &RawResult = answer.unchecked_ref();
    let rows = match answer.results()? {
        Some(rows) => JSON::stringify(&rows)?.into(),
        None => String::new(),
    };
    let changes = Reflect::get(&answer.meta()?.into(), &JsValue::from_str("changes"))?.as_f64().unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
    Ok(Outcome { rows, changes: changes as u64 })
}
