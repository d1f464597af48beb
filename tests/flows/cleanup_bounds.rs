//! Clean-up does a bounded part at a time, finds it by indexes, and gets on after any failure.

use ostiary::ports::{Database as _, Grants as _, Statement, Value};
use ostiary::protocol::time::Timestamp;
use ostiary::service::cleanup::{Removed, clean_up};
use ostiary::store::{admin_sessions, audit, due_grants, passwords, revoked_tokens, sessions};

use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::server::Server;

const MINUTE: u64 = 60;

async fn write(server: &Server, sql: &'static str, values: Vec<Value>) {
    server.database.run(Statement::write(sql, values)).await.expect("SQL of the test");
}

/// A row as one that was never redeemed leaves it, long ago.
async fn old_grant(server: &Server, id: &str) {
    let sql = "INSERT INTO grants (id, user_id, client_id, sid, scope, code_hash, code_record, code_expires_at, created_at) \
               SELECT ?1, id, 'demo-web', 's', 'read:tools', 'hash', '{}', 0, 0 FROM users WHERE name = 'alice'";
    write(server, sql, vec![id.into()]).await;
}

#[tokio::test]
async fn one_call_removes_a_bounded_number_of_rows_and_the_next_calls_the_rest() {
    let server = Server::seeded().await;
    let sql = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 6300) \
               INSERT INTO sessions (cookie_hash, sid, user_id, auth_time, created_at, last_seen_at) \
               SELECT n, n, users.id, 0, 0, 0 FROM n JOIN users ON users.name = 'alice'";
    write(&server, sql, vec![]).await;
    server.hops.take();
    let first = server.clean_up().await;
    assert_eq!((first.count("sessions"), first.unfinished), (6_000, true));
    assert!(server.hops.take().len() <= 60, "two hops a round");
    let second = server.clean_up().await;
    assert_eq!((second.count("sessions"), second.unfinished), (300, false));
    assert_eq!(server.clean_up().await, Removed::default(), "nothing is left to do");
}

#[tokio::test]
async fn one_call_asks_a_bounded_number_of_grants() {
    let server = Server::seeded().await;
    for _ in 0..650 {
        old_grant(&server, &server.grants.new_id().expect("an id")).await;
    }
    server.hops.take();
    let first = server.clean_up().await;
    assert_eq!((first.count("grants"), first.unfinished), (600, true));
    assert!(server.hops.take().len() < 1_000, "as many calls as the runtime allows");
    assert_eq!(server.clean_up().await.counts(), [("grants", 50)]);
}

#[tokio::test]
async fn a_database_that_fails_stops_one_call_and_the_next_goes_on() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    flow::code(&server, &WEB).await;
    server.advance(36 * MINUTE);
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        for batch in [0, 1] {
            server.database.fault.set_once_after(batch, fault);
            clean_up(&server.app).await.expect_err("a fault of the test");
        }
    }
    server.database.fault.set(Fault::None);
    server.clean_up().await;
    assert_eq!(server.kept()[2], 1, "the code nobody redeemed is gone, the grant is not");
    server.send(WEB.refresh(&token)).await.assert_status(200);
}

#[tokio::test]
async fn a_grant_that_cannot_be_asked_stays_and_holds_nobody_up() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &SERVER).await.text("refresh_token");
    server.advance(36 * MINUTE);
    server.grants.fault.set(Fault::Fail);
    let failed = server.clean_up().await;
    assert_eq!(failed.counts(), [("grants_not_asked", 1)]);
    assert_eq!(server.clean_up().await, Removed::default(), "it is left alone for an hour");
    server.grants.fault.set(Fault::None);
    server.send(SERVER.refresh(&token)).await.assert_status(200);
    old_grant(&server, &server.grants.new_id().expect("an id")).await;
    assert_eq!(server.clean_up().await.count("grants"), 1, "others are looked at");
    server.advance(61 * MINUTE);
    assert_eq!(server.clean_up().await.count("grants_kept"), 1);
    server.send(SERVER.refresh(&token)).await.assert_status(200);
}

#[tokio::test]
async fn where_no_grant_can_be_asked_one_call_tries_no_more_than_one_round() {
    let server = Server::seeded().await;
    for _ in 0..130 {
        old_grant(&server, &server.grants.new_id().expect("an id")).await;
    }
    server.grants.fault.set(Fault::Fail);
    let failed = server.clean_up().await;
    assert_eq!((failed.count("grants_not_asked"), failed.unfinished), (20, true));
}

#[tokio::test]
async fn a_grant_of_another_jurisdiction_stays_because_nobody_can_say_that_it_is_over() {
    let server = Server::seeded().await;
    old_grant(&server, "an-id-that-no-object-of-ours-has").await;
    assert_eq!(server.clean_up().await.counts(), [("grants_kept", 1)]);
    assert_eq!(server.clean_up().await, Removed::default(), "it is left alone for a day");
    server.advance(24 * 60 * MINUTE);
    assert_eq!(server.clean_up().await.count("grants_kept"), 1);
}

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let server = Server::new();
    let moment = Timestamp::from_seconds(1_800_000_000);
    let statements = [
        sessions::delete_unused(moment, 500),
        passwords::delete_expired(moment, 500),
        admin_sessions::delete_expired(moment, 500),
        revoked_tokens::delete_expired(moment, 500),
        due_grants::delete_ended(moment, 500),
        due_grants::select(moment, 60),
        due_grants::delete("id"),
        due_grants::look_again("id", moment),
    ];
    for statement in statements {
        let plan = server.database.plan(&statement);
        assert!(plan.iter().any(|step| step.starts_with("SEARCH")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{plan:?}");
    }
}

#[test]
fn old_events_are_found_by_an_index() {
    let server = Server::new();
    let plan = server.audit_database.plan(&audit::delete_before(Timestamp::from_seconds(1_800_000_000), 200));
    assert!(plan.iter().any(|step| step.contains("audit_by_time")), "{plan:?}");
    assert!(!plan.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE")), "{plan:?}");
}

#[tokio::test]
async fn one_call_removes_a_bounded_number_of_events_and_the_next_calls_the_rest() {
    let server = Server::new();
    server.audit_database.peek(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 6300) \
         INSERT INTO audit (id, at, kind, outcome, request_id) SELECT n, n, 'sign_in', 'success', 'r' FROM n",
    );
    let first = server.clean_up().await;
    assert_eq!((first.count("audit"), first.unfinished), (6_000, true));
    let left = server.audit_database.peek("SELECT min(at) AS oldest FROM audit");
    assert_eq!(left[0]["oldest"], 6_001, "the oldest go first");
    let second = server.clean_up().await;
    assert_eq!((second.counts(), second.unfinished), (&[("audit", 300)][..], false));
}

#[tokio::test]
async fn either_database_is_cleaned_while_the_other_fails() {
    let server = Server::seeded().await;
    flow::code(&server, &WEB).await;
    server.audit_database.peek("INSERT INTO audit VALUES ('e', 1, 'sign_in', 'success', '', '', '', '', '', 'r', '')");
    server.advance(36 * MINUTE);
    server.audit_database.fault.set(Fault::Fail);
    clean_up(&server.app).await.expect_err("a fault of the test");
    assert_eq!(server.kept()[2], 0, "the code that nobody redeemed");
    server.audit_database.fault.set(Fault::None);
    server.database.fault.set(Fault::Fail);
    clean_up(&server.app).await.expect_err("a fault of the test");
    assert!(server.audit_database.peek("SELECT id FROM audit").is_empty());
}
