//! No list, of the API or of a page, reads a big table from end to end, whatever it is narrowed by: each statement that was asked
//! of the database meanwhile is explained. (`make soak` lists many thousands.) Only what goes along with a scope is counted through all clients, whose
//! scopes are one text: that is asked when a scope is to be removed, and at no list.

use ostiary::ports::Statement;

use crate::support::admin::{alice_the_administrator, operator, user_id};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

/// Tables of which there may be very many rows.
const BIG: [&str; 9] = [
    "users",
    "clients",
    "grants",
    "sessions",
    "session_clients",
    "consents",
    "user_tools",
    "user_tool_groups",
    "audit",
];

/// Below the admin API and the admin pages alike.
const LISTS: [&str; 24] = [
    "users",
    "users?after=x",
    "users?q=al",
    "users?q=al&role=admin",
    "users?q=al&after=alice",
    "users?role=admin",
    "users?role=user&after=x",
    "clients",
    "clients?after=x",
    "clients?q=demo",
    "clients?owner=none",
    "clients?owner=usr_x",
    "scopes",
    "resources",
    "initial-access-tokens",
    "tools",
    "tool-groups",
    "audit",
    "audit?actor=admin",
    "audit?subject=usr_x",
    "audit?client_id=demo-web",
    "audit?event=sign_in",
    "audit?from=2026-11-21T08:00:00Z&to=2030-01-01T00:00:00Z",
    "audit?actor=admin&subject=usr_x&client_id=demo-web&event=sign_in",
];

/// A table that a step goes through from end to end, under its own name.
fn scanned(step: &str) -> Option<&str> {
    let table = step.strip_prefix("SCAN ")?.split(' ').next()?;
    // Tools have few rows, and the rows of one user are found by an index before.
    BIG.contains(&table).then_some(table)
}

fn check(database: &TestDatabase, asked: &[Statement], place: &str) {
    for statement in asked {
        let plan = database.plan(statement);
        let big = plan.iter().find_map(|step| scanned(step));
        assert_eq!(big, None, "{place}: {plan:?}\n{}", statement.sql);
        let sorted = plan.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
        let of_big = plan.iter().any(|step| BIG.iter().any(|big| step.contains(&format!("SEARCH {big} "))));
        let of_one = plan.iter().any(|step| step.contains("(user_id=?") || step.contains("(owner_user_id=?"));
        assert!(!sorted || !of_big || of_one, "{place} sorts: {plan:?}\n{}", statement.sql);
    }
}

/// What was asked of both databases is explained, and something was.
fn explain(server: &Server, place: &str) {
    let (main, audit) = (server.database.take_asked(), server.audit_database.take_asked());
    assert!(main.len() + audit.len() > 0, "{place} asks nothing");
    check(&server.database, &main, place);
    check(&server.audit_database, &audit, place);
}

async fn look(server: &Server, browser: &mut Browser<'_>, path: &str) {
    server.database.take_asked();
    server.audit_database.take_asked();
    browser.open(path).await.assert_status(200);
    explain(server, path);
}

#[tokio::test]
async fn no_list_of_administrators_reads_a_big_table_from_end_to_end() {
    let server = Server::seeded().await;
    let mut browser = operator(&server).await;
    for list in LISTS {
        look(&server, &mut browser, &format!("/admin/{list}")).await;
        let path = format!("/admin/api/{list}");
        server.as_admin(Ask::get(&path)).await.assert_status(200);
        explain(&server, &path);
    }
    let alice = user_id(&server, "alice").await;
    // Not the removal of a scope: who holds it stands in a text of each client, which is read once to count and once to remove.
    for path in [
        "/users".to_owned(),
        "/users?q=al".to_owned(),
        format!("/admin/users/{alice}"),
        format!("/admin/users/{alice}/remove"),
        "/admin/clients/demo-web/remove".to_owned(),
    ] {
        look(&server, &mut browser, &path).await;
    }
}

#[tokio::test]
async fn nor_does_a_page_of_a_persons_account() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        flow::tokens(&server, &client).await;
    }
    let mut browser = alice_the_administrator(&server).await;
    for page in ["", "/profile", "/sessions", "/apps", "/tools", "/client"] {
        look(&server, &mut browser, &format!("/account{page}")).await;
    }
}
