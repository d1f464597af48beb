//! `/admin/api/audit`

use ostiary::model::audit::{Event, EventKind, Outcome};
use ostiary::protocol::time::Timestamp;
use ostiary::service::audit;
use serde_json::{Value, json};

use crate::support::admin::{edit_user, make_user, show};
use crate::support::fault::Fault;
use crate::support::flow::{self, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

/// An event at so many milliseconds.
fn event(id: &str, at: i64) -> Event {
    Event {
        id: id.to_owned(),
        at: Timestamp::from_millis(at),
        kind: EventKind::SignIn,
        outcome: Outcome::Success,
        actor: Some("usr_a".to_owned()),
        subject: Some("usr_s".to_owned()),
        client_id: Some("app".to_owned()),
        grant_id: None,
        address: None,
        request_id: "r".to_owned(),
        reason: None,
        provider: None,
        agent_id: None,
        seconds: None,
        tokens: None,
        times: None,
    }
}

async fn keep(server: &Server, events: Vec<Event>) {
    audit::store(&server.app, events).await.expect("kept");
}

async fn ids(server: &Server, query: &str) -> Vec<String> {
    let page = show(server, &format!("/admin/api/audit?{query}")).await;
    let rows = page["events"].as_array().expect("events").iter();
    rows.map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn an_event_is_shown_whole_as_it_was_kept() {
    let server = Server::new();
    let whole = Event {
        outcome: Outcome::Failure,
        grant_id: Some("g".to_owned()),
        address: Some("192.0.2.1".to_owned()),
        reason: Some("why".to_owned()),
        ..event("e", 1_795_248_000_123)
    };
    keep(&server, vec![whole]).await;
    let page = show(&server, "/admin/api/audit").await;
    let shown = json!({
        "id": "e", "at": "2026-11-21T08:00:00.123Z", "event": "sign_in", "outcome": "failure", "actor": "usr_a",
        "subject": "usr_s", "client_id": "app", "grant_id": "g", "address": "192.0.2.1", "request_id": "r",
        "reason": "why",
    });
    assert_eq!(page, json!({ "events": [shown], "next": null }));
}

#[tokio::test]
async fn events_come_newest_first_and_those_of_one_millisecond_are_all_there_on_some_page() {
    let server = Server::new();
    keep(&server, (0..9).map(|number| event(&format!("e{number}"), 1000 + number / 3)).collect()).await;
    assert_eq!(ids(&server, "").await, ["e8", "e7", "e6", "e5", "e4", "e3", "e2", "e1", "e0"]);
    let (mut seen, mut after) = (Vec::new(), String::new());
    for page in 0..5 {
        let rows = show(&server, &format!("/admin/api/audit?limit=2&after={after}")).await;
        seen.extend(rows["events"].as_array().expect("events").iter().map(|row| row["id"].to_string()));
        // What happens meanwhile comes before the first page.
        keep(&server, vec![event(&format!("late{page}"), 2000)]).await;
        after = rows["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(seen, ["e8", "e7", "e6", "e5", "e4", "e3", "e2", "e1", "e0"].map(|id| format!("\"{id}\"")));
    assert_eq!(after, "", "the last page says so");
}

#[tokio::test]
async fn events_are_found_by_who_whom_client_what_how_whence_and_when_in_any_combination() {
    let server = Server::new();
    let by = |id: &str, at, change: fn(&mut Event)| {
        let mut event = event(id, at);
        change(&mut event);
        event
    };
    keep(
        &server,
        vec![
            by("a", 1_000, |event| event.actor = Some("usr_x".to_owned())),
            by("b", 2_000, |event| event.subject = Some("usr_x".to_owned())),
            by("c", 3_000, |event| event.client_id = Some("x".to_owned())),
            by("d", 4_000, |event| event.kind = EventKind::Consent),
            by("e", 5_000, |event| {
                event.kind = EventKind::Consent;
                event.actor = None;
                event.client_id = None;
                event.outcome = Outcome::Failure;
                event.address = Some("2001:db8::9".to_owned());
            }),
        ],
    )
    .await;
    for (query, expected) in [
        ("actor=usr_x", &["a"][..]),
        ("actor=usr_a", &["d", "c", "b"]),
        ("subject=usr_x", &["b"]),
        ("client_id=x", &["c"]),
        ("event=consent", &["e", "d"]),
        ("event=consent&actor=usr_a", &["d"]),
        ("actor=usr_a&client_id=app&subject=usr_s", &["d"]),
        ("client_id=app&event=sign_in", &["b", "a"]),
        ("actor=nobody", &[]),
        ("outcome=failure", &["e"]),
        ("outcome=success", &["d", "c", "b", "a"]),
        ("outcome=success&event=consent", &["d"]),
        ("outcome=failure&event=sign_in", &[]),
        ("address=2001:db8::9", &["e"]),
        ("address=2001:db8::9&outcome=success", &[]),
        ("address=192.0.2.77", &[]),
        ("from=1970-01-01T00:00:03Z", &["e", "d", "c"]),
        ("to=1970-01-01T00:00:03Z", &["b", "a"]),
        ("from=1970-01-01T00:00:02Z&to=1970-01-01T00:00:04Z", &["c", "b"]),
        ("from=1970-01-01T01:00:02%2B01:00&actor=usr_a", &["d", "c", "b"]),
        ("from=1970-01-01T00:00:04Z&to=1970-01-01T00:00:02Z", &[]),
        ("from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", &["e", "d", "c", "b", "a"]),
        // A place from before `to` was chosen.
        ("to=1970-01-01T00:00:03Z&after=5000.e", &["b", "a"]),
        ("after=3000.c", &["b", "a"]),
        ("after=9223372036854775807.x", &["e", "d", "c", "b", "a"]),
    ] {
        assert_eq!(ids(&server, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn what_administrators_and_people_do_is_found_there_without_a_secret() {
    let server = Server::seeded().await;
    let user = make_user(&server, "eve", "correct horse").await;
    edit_user(&server, "eve", json!({ "password": "another horse" })).await;
    let tokens = flow::tokens(&server, &WEB).await;
    keep(&server, server.events.take()).await;
    let page = show(&server, &format!("/admin/api/audit?subject={}", user["id"].as_str().expect("an id"))).await;
    let kinds: Vec<&Value> = page["events"].as_array().expect("events").iter().map(|row| &row["event"]).collect();
    assert_eq!(kinds.len(), 2, "{page}");
    let all = show(&server, "/admin/api/audit").await.to_string();
    for secret in ["correct horse", "another horse", &tokens.text("access_token"), &tokens.text("refresh_token")] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[tokio::test]
async fn an_event_of_a_kind_that_this_version_does_not_know_is_shown_as_it_is() {
    let server = Server::new();
    server
        .audit_database
        .peek("INSERT INTO audit (id, at, kind, outcome, request_id) VALUES ('e', 1, 'of_later', 'success', 'r')");
    assert_eq!(show(&server, "/admin/api/audit").await["events"][0]["event"], "of_later");
}

#[tokio::test]
async fn an_audit_database_that_fails_is_said_and_stops_nothing_else() {
    let server = Server::seeded().await;
    server.audit_database.fault.set(Fault::Fail);
    server.as_admin(Ask::get("/admin/api/audit")).await.assert_error(503, "temporarily_unavailable");
    server.as_admin(Ask::get("/admin/api/users")).await.assert_status(200);
}
