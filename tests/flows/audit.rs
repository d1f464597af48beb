//! From events to the rows of the audit log, as the Queue's consumer writes them.

use ostiary::model::audit::EventKind;
use ostiary::service::audit;

use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::log_lines;
use crate::support::request::Ask;
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

/// 150 times the same, from one address, by somebody who needs no right for it; answers how often it was kept and how
/// often it was a line in the log only.
async fn repeated(server: &Server, kind: EventKind, ask: impl AsyncFn()) -> (usize, usize) {
    server.events.take();
    log_lines::capture();
    for _ in 0..150 {
        ask().await;
    }
    let kept = server.events.take_kinds().into_iter().filter(|kept| *kept == kind).count();
    let only_logged = log_lines::take().iter().filter(|line| line.contains("\"refusal_not_kept\"")).count();
    (kept, only_logged)
}

#[tokio::test]
async fn what_anybody_can_repeat_is_kept_a_hundred_times_a_minute_and_then_logged_only() {
    let server = Server::seeded().await;
    let knock = async || drop(server.send(Ask::get("/admin/api/users").header("x-admin-token", "wrong")).await);
    assert_eq!(repeated(&server, EventKind::AdminRefused, knock).await, (100, 50));

    let mut browser = Browser::new(&server);
    let page = browser.open(&WEB.authorize_path(&[])).await;
    let (interaction, csrf) = (page.field("interaction"), page.field("csrf_token"));
    let fields = [("interaction", interaction.as_str()), ("csrf_token", &csrf), ("action", "cancel")];
    let cookie = format!("ostiary_browser={}", browser.cookies["ostiary_browser"]);
    let cancel = async || {
        let reply = server.send(Ask::post("/login", &fields).header("cookie", &cookie)).await;
        reply.assert_error_redirect(WEB.redirect_uri, "access_denied");
    };
    assert_eq!(repeated(&server, EventKind::Consent, cancel).await, (100, 50), "each kind by itself");
    assert_eq!(browser.sign_in("alice", "alice").await.element("signed-in-as"), "alice", "nor is sign-in slowed");

    server.advance(60);
    assert_eq!(repeated(&server, EventKind::AdminRefused, knock).await, (100, 50));
    server.limiter.fault.set(Fault::Fail);
    assert_eq!(repeated(&server, EventKind::AdminRefused, knock).await, (150, 0), "a limit that fails hides nothing");
}
