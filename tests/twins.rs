//! The twins behave as what they stand for, so that what is tested on them holds.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "twins/schemas.rs"]
mod schemas;
#[path = "support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use ostiary::model::login_guard::{Knock, LoginAttempt};
use ostiary::ports::{
    Clock, Database, Freshness, Grants, Limit, Limiter, LoginGuard, Outcome, Sealer, Signer, Statement,
};
use support::clock::TestClock;
use support::database::TestDatabase;
use support::fault::Fault;
use support::grants::TestGrants;
use support::hops::Hops;
use support::keys;
use support::limiter::TestLimiter;
use support::login_guard::TestLoginGuard;
use support::random::TestRandom;
use support::sealer::TestSealer;
use support::server::{read_settings, settings};
use support::signer::TestSigner;

const ADD_USER: &str = "INSERT INTO users (id, name, created_at) VALUES (?1, ?2, 0)";
const NAMES: &str = "SELECT name FROM users ORDER BY name";

fn add_user(id: &str, name: &str) -> Statement {
    Statement::write(ADD_USER, vec![id.into(), name.into()])
}

fn found(outcome: &Outcome) -> usize {
    outcome.read::<serde_json::Value>().expect("rows").len()
}

async fn names(database: &TestDatabase, freshness: Freshness) -> usize {
    let outcome = database.run(Statement::read(NAMES, vec![]).fresh(freshness)).await;
    found(&outcome.expect("rows"))
}

#[tokio::test]
async fn a_batch_is_done_whole_or_not_at_all() {
    let database = TestDatabase::main(Arc::default());
    let error = database.batch(vec![add_user("1", "alice"), add_user("2", "Alice")]).await.expect_err("a taken name");
    assert!(error.constraint);
    assert_eq!(names(&database, Freshness::Primary).await, 0);
    let outcomes = database.batch(vec![add_user("1", "alice"), Statement::read(NAMES, vec![])]).await.expect("both");
    let seen: Vec<_> = outcomes.iter().map(|outcome| (outcome.changes, found(outcome))).collect();
    assert_eq!(seen, [(1, 0), (0, 1)]);
}

#[tokio::test]
async fn a_row_that_refers_to_nobody_is_refused() {
    let database = TestDatabase::main(Arc::default());
    let sql = "INSERT INTO sessions (cookie_hash, sid, user_id, auth_time, created_at, last_seen_at)
               VALUES ('c', 's', 'nobody', 0, 0, 0)";
    let error = database.run(Statement::write(sql, vec![])).await.expect_err("no such user");
    assert!(error.constraint);
}

#[tokio::test]
async fn a_lagging_replica_misses_what_the_primary_knows() {
    let database = TestDatabase::main(Arc::default());
    database.run(add_user("1", "alice")).await.expect("a user");
    database.replicas_lag();
    database.run(add_user("2", "bob")).await.expect("a user");
    assert_eq!(names(&database, Freshness::Replica).await, 1);
    assert_eq!(names(&database, Freshness::Primary).await, 2);
    database.replicas_catch_up();
    assert_eq!(names(&database, Freshness::Replica).await, 2);
}

#[tokio::test]
async fn a_lost_answer_leaves_its_effect_and_a_failure_does_not() {
    let database = TestDatabase::main(Arc::default());
    database.fault.set(Fault::Fail);
    database.run(add_user("1", "alice")).await.expect_err("a fault");
    database.fault.set(Fault::FailAfterEffect);
    database.run(add_user("2", "bob")).await.expect_err("a lost answer");
    database.fault.set(Fault::None);
    assert_eq!(database.peek(NAMES), [serde_json::json!({ "name": "bob" })]);
}

#[tokio::test]
async fn the_audit_log_has_a_database_of_its_own() {
    let database = TestDatabase::audit(Arc::default());
    assert_eq!(database.peek("SELECT id FROM audit"), [serde_json::Value::Null; 0]);
    database.run(add_user("1", "alice")).await.expect_err("no users here");
}

#[tokio::test(start_paused = true)]
async fn depth_counts_hops_that_follow_one_another_and_not_those_side_by_side() {
    let hops = Hops::default();
    let ((), depth) = hops
        .depth_of(async {
            futures_util::join!(hops.hop("a"), hops.hop("b"), hops.hop("c"));
            hops.hop("d").await;
        })
        .await;
    assert_eq!(depth, 2);
    assert_eq!(hops.take(), ["a", "b", "c", "d"]);
    assert_eq!(hops.take(), [""; 0]);
}

#[tokio::test]
async fn signatures_verify_by_their_own_key_and_bytes_only() {
    let signer = TestSigner::new(keys::signing_jwks());
    let kids: Vec<String> = keys::signing_jwks().into_iter().map(|(kid, _)| kid).collect();
    for (kid, length) in kids.iter().zip([64, 256]) {
        let signature = signer.sign(kid, b"bytes").await.expect("a signature");
        assert_eq!(signature.len(), length);
        assert!(signer.verify(kid, b"bytes", &signature).await.expect("an answer"));
        assert!(!signer.verify(kid, b"other", &signature).await.expect("an answer"));
        let others = kids.iter().map(String::as_str).filter(|other| other != kid).chain(["unknown"]);
        for other in others {
            assert!(!signer.verify(other, b"bytes", &signature).await.expect("an answer"));
        }
    }
}

#[tokio::test]
async fn what_was_sealed_opens_in_its_own_context_and_unaltered_only() {
    let keys = read_settings(&settings()).expect("settings that are right").encryption_keys;
    let twin = TestSealer::new(keys, Arc::new(TestRandom::default()));
    let sealed = twin.seal(b"value", "context").await.expect("sealed");
    assert_eq!(twin.open(&sealed, "context").await.expect("an answer"), Some(b"value".to_vec()));
    for altered in [format!("{sealed}A"), sealed.replacen("test-1", "test-2", 1), String::new(), "test-1.AAAA".into()] {
        assert_eq!(twin.open(&altered, "context").await.expect("an answer"), None);
    }
    assert_eq!(twin.open(&sealed, "other").await.expect("an answer"), None);
}

#[tokio::test]
async fn a_grant_id_that_nobody_made_is_none() {
    let grants = TestGrants::new(Arc::default(), Arc::new(TestClock::default()), Arc::new(TestRandom::default()));
    let id = grants.new_id().expect("an id");
    assert_eq!(id.len(), 43);
    assert!(grants.is_id(&id) && !grants.is_id(&id.replace(|_| true, "A")) && !grants.is_id(""));
}

#[tokio::test]
async fn a_password_is_verified_until_guessing_is_slowed() {
    let clock = Arc::new(TestClock::default());
    let guard = TestLoginGuard::new(Arc::default(), clock.clone(), Arc::new(TestRandom::default()));
    let stored = guard.hash("alice", "right").await.expect("a hash");
    let attempt = async |password: &'static str| {
        guard
            .attempt("alice", Knock { address: "192.0.2.1", held: false }, password, Some(&stored))
            .await
            .expect("an answer")
    };
    assert_eq!(attempt("right").await, LoginAttempt::Verified);
    for _ in 0..5 {
        assert_eq!(attempt("wrong").await, LoginAttempt::Refused);
    }
    assert_eq!(attempt("right").await, LoginAttempt::Slowed { retry_after: 2 });
    clock.advance(Duration::from_secs(2));
    assert_eq!(attempt("right").await, LoginAttempt::Verified);
}

#[tokio::test]
async fn the_limiter_counts_each_key_in_each_minute() {
    let clock = Arc::new(TestClock::default());
    let limiter = TestLimiter::new(clock.clone());
    limiter.set(Limit::SignIn, 1);
    let allow = async |key: &'static str| limiter.allow(Limit::SignIn, key).await.expect("an answer");
    assert_eq!([allow("a").await, allow("a").await, allow("b").await], [true, false, true]);
    assert!(limiter.allow(Limit::Registration, "a").await.expect("an answer"), "each limit by itself");
    let before = clock.now();
    clock.advance(Duration::from_mins(1));
    assert!(clock.now() > before && allow("a").await);
}
