//! `GET /metrics`

use std::time::Duration;

use ostiary::app::{Context, Happening, Whence};
use ostiary::model::audit::{Event, EventKind, Sending};
use ostiary::model::data_point::written;
use ostiary::service::audit;

use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
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
async fn what_the_server_itself_does_is_counted_and_of_what_strangers_can_repeat_the_number() {
    let server = Server::seeded().await;
    flow::tokens(&server, &WEB).await;
    server.send(WEB.refresh("no.token")).await.assert_error(400, "invalid_grant");
    let events = server.events.take();
    let refused = events.iter().filter(|event| event.sending() == Sending::Tallied).count();
    assert_eq!(refused, 1, "of the refused refresh only its number goes on");
    let refusal = events.iter().find(|event| event.kind == EventKind::TokenRefused).expect("a refusal").clone();
    audit::store(&server.app, events).await.expect("kept");
    let shown = lines(&server, "ostiary_events_total").await;
    for wanted in ["sign_in", "consent", "code_issued", "token_issued"] {
        let line = format!(r#"ostiary_events_total{{event="{wanted}",outcome="success"}} 1"#);
        assert!(shown.contains(&line), "{wanted}: {shown:?}");
    }
    let refusals = Event { times: Some(41), id: "tally".to_owned(), ..refusal };
    audit::store(&server.app, vec![refusals]).await.expect("kept");
    let shown = lines(&server, r#"ostiary_events_total{event="token_refused""#).await;
    assert_eq!(shown, [r#"ostiary_events_total{event="token_refused",outcome="failure"} 42"#]);
}

#[tokio::test]
async fn tokens_that_were_issued_are_counted_by_grant_type() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let next = server.send(WEB.refresh(&tokens.text("refresh_token"))).await;
    server.send(WEB.refresh(&next.text("refresh_token"))).await.assert_status(200);
    server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await.assert_status(200);
    audit::store(&server.app, server.events.take()).await.expect("kept");
    let wanted = [("authorization_code", 1), ("client_credentials", 1), ("refresh_token", 2)];
    let wanted = wanted.map(|(by, times)| format!(r#"ostiary_tokens_issued_total{{grant_type="{by}"}} {times}"#));
    assert_eq!(lines(&server, "ostiary_tokens_issued_total").await, wanted);
}

#[tokio::test]
async fn all_that_happens_may_be_drawn_as_a_curve_without_naming_a_person() {
    let server = Server::seeded().await;
    server.events.take_observed();
    flow::tokens(&server, &WEB).await;
    server.send(WEB.refresh("no.token")).await.assert_error(400, "invalid_grant");
    let observed = server.events.take_observed();
    let kinds: Vec<_> = observed.iter().map(|event| event.kind).collect();
    for kind in [EventKind::SignIn, EventKind::TokenIssued, EventKind::TokenRefused] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let sign_in = observed.iter().find(|event| event.kind == EventKind::SignIn).expect("alice signed in");
    let point = Event {
        address: Some("192.0.2.1".to_owned()),
        client_id: Some("app".to_owned()),
        seconds: Some(7),
        ..sign_in.clone()
    };
    let wanted = r#"{"blobs":["sign_in","success","app",""],"doubles":[1,7],"indexes":["sign_in"]}"#;
    assert_eq!(written(&point), wanted);
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

/// The Queue brings a message again, alone or beside others, when the database failed, or when only its answer was lost.
#[tokio::test]
async fn a_message_is_counted_once_however_often_it_comes_and_along_with_which_others() {
    let server = Server::new();
    let message = || {
        let context = Context::new(&server.app, "r".to_owned(), Whence::default());
        context.record(Happening::done(EventKind::SignIn));
        context.record(Happening::done(EventKind::SignOut));
        context.take_events()
    };
    let [first, second, third] = [message(), message(), message()];
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        server.audit_database.fault.set_once_after(0, fault);
        audit::store_all(&server.app, &[first.clone(), second.clone()]).await.expect_err("a failure");
    }
    for messages in [vec![second.clone(), third.clone()], vec![first.clone()], vec![third, second, first]] {
        audit::store_all(&server.app, &messages).await.expect("kept");
    }
    let wanted =
        ["sign_in", "sign_out"].map(|event| format!(r#"ostiary_events_total{{event="{event}",outcome="success"}} 3"#));
    assert_eq!(lines(&server, "ostiary_events_total").await, wanted);
}
