//! Logout notices on their way: delivered, tried again, given up (OpenID Connect Back-Channel Logout 2.5 to 2.8).

use std::time::Duration;

use ostiary::model::logout_notice::LogoutNotice;
use ostiary::service::back_channel::{Verdict, deliver};
use serde_json::{Value, json};

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::{self, WEB};
use crate::support::forge::Jwt;
use crate::support::log_lines;
use crate::support::server::Server;

const URI: &str = "https://app.example/backchannel_logout";
const DAY: u64 = 24 * 60 * 60;

/// A server where alice has just signed out of demo-web, and what it has to tell.
async fn signed_out() -> (Server, LogoutNotice) {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "backchannel_logout_uri": URI })).await;
    let mut browser = Browser::new(&server);
    flow::authorize(&mut browser, &WEB, &[("scope", "openid")]).await;
    let account = browser.open("/account").await;
    browser.submit("/logout", &account, &[]).await;
    let notice = server.logouts.take().remove(0);
    log_lines::capture();
    (server, notice)
}

/// The token of the only form that was posted.
fn posted(server: &Server) -> Jwt {
    let posted = server.http.take_posted();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].0, URI);
    let form: Vec<(String, String)> = url::form_urlencoded::parse(posted[0].1.as_bytes()).into_owned().collect();
    assert_eq!((form.len(), form[0].0.as_str()), (1, "logout_token"));
    Jwt::of(&form[0].1)
}

fn kept(server: &Server) -> Vec<Value> {
    server.audit_database.peek("SELECT kind, outcome, client_id, subject, reason FROM audit ORDER BY at, id")
}

#[tokio::test]
async fn a_client_that_answers_is_told_once_and_the_audit_log_says_so() {
    for status in [200, 204] {
        let (server, notice) = signed_out().await;
        server.http.answer(URI, status, "", b"");
        assert_eq!(deliver(&server.app, &notice).await, Verdict::Done);
        assert_eq!(posted(&server).claims["aud"], WEB.id);
        let row = json!({
            "kind": "logout_told", "outcome": "success", "client_id": WEB.id, "subject": notice.user_id, "reason": null,
        });
        assert_eq!(kept(&server), [row]);
        assert!(log_lines::take().iter().any(|line| line.starts_with("INFO") && line.contains("\"logout_told\"")));
    }
}

#[tokio::test]
async fn a_client_that_is_down_is_tried_again_later_each_time_by_a_new_token() {
    let (server, notice) = signed_out().await;
    let mut jtis = Vec::new();
    for (status, waits) in [(None, 10), (Some(500), 10), (Some(302), 20), (Some(400), 40)] {
        if let Some(status) = status {
            server.http.answer(URI, status, "text/html", b"<h1>oops</h1>");
        }
        assert_eq!(deliver(&server.app, &notice).await, Verdict::Again(Duration::from_secs(waits)), "{status:?}");
        let claims = posted(&server).claims;
        let now = 1_800_000_000 + if jtis.is_empty() { 0 } else { [10, 20, 40][jtis.len() - 1] };
        assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 120)));
        jtis.push(claims["jti"].to_string());
        server.advance(waits);
    }
    server.http.answer(URI, 200, "", b"");
    assert_eq!(deliver(&server.app, &notice).await, Verdict::Done);
    jtis.push(posted(&server).claims["jti"].to_string());
    jtis.sort();
    jtis.dedup();
    assert_eq!(jtis.len(), 5, "each try has a token of its own");
    let lines = log_lines::take();
    let delays = lines.iter().filter(|line| line.starts_with("WARN") && line.contains("\"logout_delayed\""));
    assert_eq!(delays.count(), 4);
    assert!(lines.iter().any(|line| line.contains("it answered 500; next try in 10 s")), "{lines:?}");
    assert_eq!(kept(&server).len(), 1, "only the outcome is kept");
}

#[tokio::test]
async fn after_a_day_a_client_is_given_up_and_the_audit_log_says_so() {
    let (server, notice) = signed_out().await;
    server.http.answer(URI, 503, "", b"");
    server.advance(DAY - 1);
    assert_eq!(deliver(&server.app, &notice).await, Verdict::Again(Duration::from_hours(1)));
    server.advance(1);
    assert_eq!(deliver(&server.app, &notice).await, Verdict::Done);
    let rows = kept(&server);
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["kind"], &rows[0]["outcome"]), (&json!("logout_told"), &json!("failure")));
    assert_eq!(rows[0]["reason"], "given up after a day: it answered 503");
}

#[tokio::test]
async fn a_client_without_an_address_or_switched_off_is_not_told() {
    for settings in [json!({ "backchannel_logout_uri": "" }), json!({ "disabled": true })] {
        let (server, notice) = signed_out().await;
        edit_client(&server, WEB.id, settings.clone()).await;
        let isolate = server.fresh_isolate();
        assert_eq!(deliver(&isolate.app, &notice).await, Verdict::Done, "{settings}");
        assert!(server.http.take_posted().is_empty(), "{settings}");
        assert!(kept(&server).is_empty());
    }
    let (server, notice) = signed_out().await;
    let gone = LogoutNotice { client_id: "gone".to_owned(), ..notice };
    assert_eq!(deliver(&server.app, &gone).await, Verdict::Done);
    assert!(server.http.take_posted().is_empty());
}

#[tokio::test]
async fn the_address_is_the_one_that_the_client_has_now() {
    let (server, notice) = signed_out().await;
    let moved = "https://app.example/moved";
    edit_client(&server, WEB.id, json!({ "backchannel_logout_uri": moved })).await;
    server.http.answer(moved, 200, "", b"");
    assert_eq!(deliver(&server.app, &notice).await, Verdict::Done);
    assert_eq!(server.http.take_posted()[0].0, moved);
}

/// It was checked when it was stored, perhaps by a server in development.
#[tokio::test]
async fn no_request_goes_to_an_address_that_may_not_be_asked() {
    let (server, notice) = signed_out().await;
    for (sql, port) in [
        ("UPDATE clients SET backchannel_logout_uri = 'http://169.254.169.254/latest' WHERE id = 'demo-web'", 10),
        ("UPDATE clients SET backchannel_logout_uri = 'https://10.0.0.1/' WHERE id = 'demo-web'", 10),
        ("UPDATE clients SET backchannel_logout_uri = 'file:///etc/passwd' WHERE id = 'demo-web'", 10),
    ] {
        server.database.peek(sql);
        let isolate = server.fresh_isolate();
        assert_eq!(deliver(&isolate.app, &notice).await, Verdict::Again(Duration::from_secs(port)), "{sql}");
        assert!(server.http.take_posted().is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn a_store_that_fails_delays_a_notice_and_an_audit_log_that_fails_does_not_repeat_it() {
    let (server, notice) = signed_out().await;
    server.http.answer(URI, 200, "", b"");
    let isolate = server.fresh_isolate();
    server.database.fault.set(Fault::Fail);
    assert_eq!(deliver(&isolate.app, &notice).await, Verdict::Again(Duration::from_secs(10)));
    assert!(server.http.take_posted().is_empty());
    server.database.fault.set(Fault::None);
    server.http.fault.set(Fault::FailAfterEffect);
    assert_eq!(deliver(&isolate.app, &notice).await, Verdict::Again(Duration::from_secs(10)), "its answer was lost");
    server.http.fault.set(Fault::None);
    server.audit_database.fault.set(Fault::Fail);
    assert_eq!(deliver(&isolate.app, &notice).await, Verdict::Done);
}

#[tokio::test]
async fn what_waits_in_the_queue_is_no_secret_and_is_read_back_as_it_was_written() {
    let (_, notice) = signed_out().await;
    let text = serde_json::to_string(&notice).expect("JSON");
    let members: Value = serde_json::from_str(&text).expect("JSON");
    let names: Vec<&String> = members.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["client_id", "ended_at", "request_id", "sid", "user_id"]);
    assert_eq!(serde_json::from_str::<LogoutNotice>(&text).expect("a notice"), notice);
}
