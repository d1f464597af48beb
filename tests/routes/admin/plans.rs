//! Every list finds its rows by an index, in the order it shows them, however many there are.

use ostiary::model::audit::{AuditFilter, AuditPlace, EventKind, Outcome};
use ostiary::model::user::Role;
use ostiary::ports::Statement;
use ostiary::protocol::time::Timestamp;
use ostiary::store::{
    audit, clients, counted_messages, initial_tokens, metrics, resources, revisions, scopes, stats, users,
};

use crate::support::database::TestDatabase;
use crate::support::server::Server;

fn assert_by_index(database: &TestDatabase, statement: &Statement) {
    let plan = database.plan(statement);
    assert!(plan.iter().any(|step| step.starts_with("SEARCH")), "{plan:?}: {}", statement.sql);
    let slow = |step: &String| step.starts_with("SCAN") || step.contains("TEMP B-TREE FOR ORDER");
    assert!(!plan.iter().any(slow), "{plan:?}: {}", statement.sql);
}

#[test]
fn users_clients_and_the_rest() {
    let server = Server::new();
    for statement in [
        users::select_page("x", 100),
        users::select_by_role(Role::Admin, "x", 100),
        users::select_by_role(Role::User, "x", 100),
        users::select_by_prefix("al", None, "x", 100),
        users::select_by_prefix("al", Some(Role::Admin), "x", 100),
        users::select("x"),
        users::select_dependents("x"),
        users::delete("x"),
        clients::select_page("x", 100),
        clients::select_without_owner("x", 100),
        clients::select_by_owner("usr_x", "x", 100),
        clients::select_by_prefix("al", ("x", "y"), 100),
        clients::select("x"),
        clients::delete("x"),
        scopes::select_page("x", 100),
        resources::select_page("x", 100),
        resources::select("x"),
        initial_tokens::select_page("x", 100),
        initial_tokens::select("x"),
        revisions::USERS.select("x"),
        revisions::USERS.select_newest(),
        revisions::SCOPES.select("x"),
    ] {
        assert_by_index(&server.database, &statement);
    }
}

/// The one table that is scanned is the list of what is expected.
#[test]
fn the_row_that_a_guard_looks_at() {
    let server = Server::new();
    let plan = server.database.plan(&revisions::SCOPES.guard("x", &[1, 2]));
    assert!(plan.iter().any(|step| step.starts_with("SEARCH scopes")), "{plan:?}");
    assert!(plan.iter().all(|step| !step.starts_with("SCAN") || step.contains("json_each")), "{plan:?}");
}

#[test]
fn what_is_found_by_a_partial_index_or_by_name_uses_that() {
    let server = Server::new();
    for (statement, index) in [
        (users::select_by_role(Role::Admin, "x", 100), "users_administrators"),
        (clients::select_without_owner("x", 100), "clients_without_owner"),
        (clients::select_by_prefix("al", ("x", "y"), 100), "clients_by_name"),
        (clients::select_by_owner("usr_x", "x", 100), "clients_by_owner"),
    ] {
        let plan = server.database.plan(&statement);
        assert!(plan.iter().any(|step| step.contains(index)), "{index}: {plan:?}");
    }
}

/// A removal looks for what refers to the row; those look-ups are in no plan, so each column that refers must lead an index.
#[test]
fn whatever_refers_to_a_user_or_client_is_found_by_an_index() {
    let server = Server::new();
    let refers = server.database.peek(
        "SELECT tables.name AS place, refers.\"from\" AS name, \
         EXISTS (SELECT 1 FROM pragma_index_list(tables.name) AS i JOIN pragma_index_info(i.name) AS c \
                 WHERE c.seqno = 0 AND c.name = refers.\"from\") AS indexed \
         FROM sqlite_schema AS tables JOIN pragma_foreign_key_list(tables.name) AS refers \
         WHERE tables.type = 'table' AND refers.seq = 0",
    );
    assert!(refers.len() >= 7, "{refers:?}");
    for row in refers {
        assert_eq!(row["indexed"], 1, "{row}");
    }
}

#[test]
fn the_audit_log_by_whatever_it_is_searched() {
    let server = Server::new();
    let text = || Some("x".to_owned());
    let place = AuditPlace { at: Timestamp::from_seconds(1), id: "x".to_owned() };
    for (filter, index) in [
        (AuditFilter::default(), "audit_by_time"),
        (AuditFilter { actor: text(), ..AuditFilter::default() }, "audit_by_actor"),
        (AuditFilter { subject: text(), ..AuditFilter::default() }, "audit_by_subject"),
        (AuditFilter { client_id: text(), ..AuditFilter::default() }, "audit_by_client"),
        (AuditFilter { kind: Some(EventKind::SignIn), ..AuditFilter::default() }, "audit_by_kind"),
        (AuditFilter { address: text(), ..AuditFilter::default() }, "audit_by_address"),
        (AuditFilter { outcome: Some(Outcome::Failure), ..AuditFilter::default() }, "audit_of_failures"),
        (AuditFilter { outcome: Some(Outcome::Success), ..AuditFilter::default() }, "audit_by_time"),
        (
            AuditFilter {
                outcome: Some(Outcome::Failure),
                kind: Some(EventKind::SignIn),
                address: text(),
                ..AuditFilter::default()
            },
            "audit_by_address",
        ),
        (AuditFilter { actor: text(), client_id: text(), ..AuditFilter::default() }, "audit_by_actor"),
    ] {
        for place in [None, Some(&place)] {
            let statement = audit::select(&filter, place, 100);
            assert_by_index(&server.audit_database, &statement);
            let plan = server.audit_database.plan(&statement);
            assert!(plan.iter().any(|step| step.contains(index)), "{index}: {plan:?}");
        }
    }
}

/// One pass over the grants there are, and everything else by an index.
#[test]
fn what_lives_is_counted_by_one_pass_over_the_grants() {
    let server = Server::new();
    let plan = server.database.plan(&stats::select(Timestamp::from_seconds(1)));
    let scanned: Vec<_> = plan.iter().filter(|step| step.starts_with("SCAN") && !step.contains("COVERING")).collect();
    assert!(matches!(scanned[..], [step] if step.starts_with("SCAN grants")), "{plan:?}");
    assert_by_index(&server.audit_database, &stats::select_client_tokens(Timestamp::from_seconds(1)));
}

/// The one table that is scanned is what the messages say.
#[test]
fn what_messages_say_is_written_by_an_index() {
    let server = Server::new();
    let (main, audit) = (&server.database, &server.audit_database);
    let text = || "[]".to_owned();
    for (database, statement) in [
        (main, stats::note_uses(text())),
        (audit, stats::add_client_tokens(text(), "b")),
        (audit, metrics::add(text(), "b")),
    ] {
        let plan = database.plan(&statement);
        let of_message =
            |step: &&String| !["json_each", "message", "issued", "grown"].iter().any(|word| step.contains(word));
        assert!(!plan.iter().filter(of_message).any(|step| step.starts_with("SCAN")), "{plan:?}");
        let sought = ["SEARCH grants", "SEARCH counted"];
        assert!(plan.iter().any(|step| sought.iter().any(|word| step.starts_with(word))), "{plan:?}");
    }
    let now = Timestamp::from_seconds(1);
    for statement in [stats::delete_expired(now, 200), counted_messages::delete_old(now, 200)] {
        assert_by_index(audit, &statement);
    }
}
