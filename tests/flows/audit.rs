//! From events to the rows of the audit log, as the Queue's consumer writes them.

use ostiary::service::audit;

use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::server::Server;

#[tokio::test]
async fn what_decides_something_is_kept_once_however_often_it_is_delivered() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.send(SERVER.introspect(&tokens.text("access_token"))).await;
    server.send(WEB.revoke(&tokens.text("refresh_token"))).await;
    let events = server.events.take();
    server.audit_database.fault.set_once_after(0, Fault::FailAfterEffect);
    audit::store(&server.app, events.clone()).await.expect_err("a lost answer");
    for _ in 0..2 {
        audit::store(&server.app, events.clone()).await.expect("kept");
    }
    let rows = server.audit_database.peek("SELECT kind, outcome, actor, client_id FROM audit ORDER BY at, id");
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str().expect("a kind")).collect();
    let deciding = events.iter().filter(|event| event.kind.decides());
    assert_eq!(kinds.len(), deciding.count());
    for kind in ["sign_in", "consent", "token_revoked", "grant_ended"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert!(!kinds.contains(&"token_introspected") && !kinds.contains(&"token_issued"));
}

#[tokio::test]
async fn an_audit_database_that_fails_never_stands_in_anybodys_way() {
    let server = Server::seeded().await;
    server.audit_database.fault.set(Fault::Fail);
    flow::tokens(&server, &WEB).await.assert_status(200);
}
