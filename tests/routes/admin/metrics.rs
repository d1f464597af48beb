//! `GET /metrics`

use std::time::Duration;

use ostiary::app::{Context, Happening, Whence};
use ostiary::model::audit::{Event, EventKind, Sending};
use ostiary::service::audit;

use crate::support::fault::Fault;
use crate::support::flow::{self, WEB};
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

/// Counts these, as the Queue's consumer does.
async fn count(server: &Server, happenings: impl IntoIterator<Item = Happening>) -> Vec<Event> {
    let context = Context::new(&server.app, "r".to_owned(), Whence::default());
    happenings.into_iter().for_each(|happening| context.record(happening));
    let events = context.take_events();
    audit::store(&server.app, events.clone()).await.expect("kept");
    events
}

async fn lines(server: &Server, beginning: &str) -> Vec<String> {
    let reply = server.send(Ask::get("/metrics").header("x-admin-token", ADMIN_TOKEN)).await;
    reply.assert_status(200);
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    reply.body.lines().filter(|line| line.starts_with(beginning)).map(str::to_owned).collect()
}

#[tokio::test]
async fn attempts_and_refreshes_are_counted_by_provider_and_agent_over_all_batches() {
    let server = Server::new();
    let made = || Happening::done(EventKind::ConnectionMade);
    count(&server, [made().at("google", "agent-1"), made().at("google", "agent-1"), made().at("google", "")]).await;
    let refused = Happening::refused(EventKind::ConnectionMade, "no").at("google", "agent-1");
    let refreshed = Happening::done(EventKind::ConnectionRefreshed).at("github", "agent-1");
    count(&server, [made().at("google", "agent-1"), refused, refreshed]).await;
    let attempts = lines(&server, "oauth_authentication_attempts_total").await;
    let wanted = [
        r#"oauth_authentication_attempts_total{agent_id="",provider="google",status="success"} 1"#,
        r#"oauth_authentication_attempts_total{agent_id="agent-1",provider="google",status="failure"} 1"#,
        r#"oauth_authentication_attempts_total{agent_id="agent-1",provider="google",status="success"} 3"#,
    ];
    assert_eq!(attempts, wanted);
    let counted = lines(&server, "oauth_token_refreshes_total").await;
    assert_eq!(counted, [r#"oauth_token_refreshes_total{agent_id="agent-1",provider="github"} 1"#]);
}

#[tokio::test]
async fn how_long_sessions_lasted_is_a_histogram_with_its_buckets_in_order() {
    let server = Server::new();
    let ended = |seconds| {
        let ended = Happening::done(EventKind::AgentSessionEnded).at("google", "a");
        ended.after(Duration::from_secs(seconds))
    };
    count(&server, [ended(60), ended(3600)]).await;
    count(&server, [ended(100_000)]).await;
    let shown = lines(&server, "oauth_session_duration_seconds").await;
    let bucket = |(bound, held): (&str, i64)| {
        format!(r#"oauth_session_duration_seconds_bucket{{agent_id="a",le="{bound}",provider="google"}} {held}"#)
    };
    let held = [("60", 1), ("300", 1), ("900", 1), ("1800", 1), ("3600", 2), ("14400", 2), ("43200", 2)];
    let mut wanted: Vec<_> = held.into_iter().chain([("86400", 2), ("+Inf", 3)]).map(bucket).collect();
    wanted.push(r#"oauth_session_duration_seconds_count{agent_id="a",provider="google"} 3"#.to_owned());
    wanted.push(r#"oauth_session_duration_seconds_sum{agent_id="a",provider="google"} 103660"#.to_owned());
    assert_eq!(shown, wanted);
}

#[tokio::test]
async fn agents_beyond_a_hundred_are_counted_as_one() {
    let server = Server::new();
    let made = |number: usize| Happening::done(EventKind::ConnectionMade).at("google", &format!("agent-{number}"));
    count(&server, (0..60).map(made)).await;
    count(&server, (50..150).map(made)).await;
    let shown = lines(&server, "oauth_authentication_attempts_total").await;
    assert_eq!(shown.len(), 101);
    let other = r#"oauth_authentication_attempts_total{agent_id="other",provider="google",status="success"} 50"#;
    assert!(shown.iter().any(|line| line == other), "{shown:?}");
    count(&server, [made(3), made(149)]).await;
    let again = lines(&server, "oauth_authentication_attempts_total").await;
    assert_eq!(again.len(), 101);
    assert!(again.iter().any(|line| line.contains(r#""agent-3""#) && line.ends_with(" 2")));
    assert!(again.iter().any(|line| line.contains(r#""other""#) && line.ends_with(" 51")));
}

#[tokio::test]
async fn what_the_server_itself_does_is_counted_and_what_strangers_can_repeat_is_not_sent() {
    let server = Server::seeded().await;
    flow::tokens(&server, &WEB).await;
    server.send(WEB.refresh("no.token")).await.assert_error(400, "invalid_grant");
    let events = server.events.take();
    let refused = events.iter().filter(|event| event.sending() == Sending::Never).count();
    assert_eq!(refused, 1, "the refused refresh is a line in the log only");
    audit::store(&server.app, events).await.expect("kept");
    let shown = lines(&server, "ostiary_events_total").await;
    for wanted in ["sign_in", "consent", "code_issued", "token_issued"] {
        let line = format!(r#"ostiary_events_total{{event="{wanted}",outcome="success"}} 1"#);
        assert!(shown.contains(&line), "{wanted}: {shown:?}");
    }
}

#[tokio::test]
async fn only_administrators_see_what_is_counted() {
    let server = Server::seeded().await;
    server.send(Ask::get("/metrics")).await.assert_status(401);
    server.send(Ask::get("/metrics").header("x-admin-token", "wrong")).await.assert_status(401);
    let tokens = flow::tokens(&server, &WEB).await;
    let bearer = format!("Bearer {}", tokens.text("access_token"));
    server.send(Ask::get("/metrics").header("authorization", &bearer)).await.assert_status(403);
    let operator = format!("Bearer {ADMIN_TOKEN}");
    let reply = server.send(Ask::get("/metrics").header("authorization", &operator)).await;
    reply.assert_status(200);
    for family in ["oauth_session_duration_seconds histogram", "oauth_token_refreshes_total counter"] {
        assert!(reply.body.contains(&format!("# TYPE {family}\n")), "{}", reply.body);
    }
}

#[tokio::test]
async fn a_batch_that_failed_whole_is_counted_once() {
    let server = Server::new();
    let context = Context::new(&server.app, "r".to_owned(), Whence::default());
    context.record(Happening::done(EventKind::SignIn));
    let events = context.take_events();
    server.audit_database.fault.set_once_after(0, Fault::Fail);
    audit::store(&server.app, events.clone()).await.expect_err("the audit database is down");
    audit::store(&server.app, events).await.expect("kept");
    let shown = lines(&server, "ostiary_events_total").await;
    assert_eq!(shown, [r#"ostiary_events_total{event="sign_in",outcome="success"} 1"#]);
}
