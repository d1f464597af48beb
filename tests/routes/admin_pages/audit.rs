//! `/admin/audit`

use ostiary::model::audit::{Event, EventKind, Outcome};
use ostiary::protocol::time::Timestamp;
use ostiary::service::audit;

use crate::support::admin::operator;
use crate::support::fault::Fault;
use crate::support::reply::Reply;
use crate::support::server::Server;

/// 2026-11-21T08:00:00Z
const MORNING: i64 = 1_795_248_000_000;

fn event(id: &str, at: i64, kind: EventKind) -> Event {
    Event {
        id: id.to_owned(),
        at: Timestamp::from_millis(at),
        kind,
        outcome: Outcome::Success,
        actor: Some("usr_a".to_owned()),
        subject: Some("usr_s".to_owned()),
        client_id: Some("app".to_owned()),
        grant_id: None,
        address: Some("192.0.2.9".to_owned()),
        request_id: format!("request-{id}"),
        reason: None,
        provider: None,
        agent_id: None,
        seconds: None,
        tokens: None,
        times: None,
    }
}

async fn with(events: Vec<Event>) -> Server {
    let server = Server::new();
    audit::store(&server.app, events).await.expect("kept");
    server
}

async fn look(server: &Server, query: &str) -> Reply {
    operator(server).await.open(&format!("/admin/audit{query}")).await
}

/// The requests of the events on a page, in its order.
fn requests(page: &Reply) -> Vec<&str> {
    page.body.split("request request-").skip(1).map(|rest| rest.split('<').next().unwrap_or_default()).collect()
}

#[tokio::test]
async fn an_event_is_shown_in_words_and_leads_to_others_like_it() {
    let refused = Event {
        outcome: Outcome::Failure,
        reason: Some("because of <this>".to_owned()),
        ..event("e", MORNING, EventKind::SignIn)
    };
    let page = look(&with(vec![refused]).await, "").await;
    for shown in [
        "<a href=\"/admin/audit?event=sign_in\" id=\"event-1\">sign_in</a> <span class=\"tag\">Refused</span>",
        "<time datetime=\"2026-11-21T08:00:00Z\"",
        "by <a href=\"/admin/audit?actor=usr_a\" id=\"actor-1\">usr_a</a>",
        "to <a href=\"/admin/audit?subject=usr_s\" id=\"subject-1\">usr_s</a>",
        "client <a href=\"/admin/audit?client_id=app\" id=\"client-1\">app</a>",
        "from <a href=\"/admin/audit?address=192.0.2.9\" id=\"address-1\">192.0.2.9</a> · request request-e",
        "because of &#60;this&#62;",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
}

#[tokio::test]
async fn events_are_found_by_actor_subject_client_address_event_outcome_and_time() {
    let all = vec![
        Event { actor: Some("usr_b".to_owned()), ..event("1", MORNING, EventKind::SignIn) },
        Event { subject: Some("usr_t".to_owned()), ..event("2", MORNING + 60_000, EventKind::SignIn) },
        Event {
            client_id: Some("other".to_owned()),
            address: Some("2001:db8::9".to_owned()),
            outcome: Outcome::Failure,
            ..event("3", MORNING + 120_000, EventKind::SignOut)
        },
    ];
    let server = with(all).await;
    for (query, found) in [
        ("", &["3", "2", "1"][..]),
        ("?actor=usr_b", &["1"]),
        ("?subject=usr_t&actor=", &["2"]),
        ("?client_id=other", &["3"]),
        ("?event=sign_in", &["2", "1"]),
        ("?event=sign_in&actor=usr_a", &["2"]),
        ("?address=2001%3Adb8%3A%3A9&outcome=", &["3"]),
        ("?outcome=failure", &["3"]),
        ("?outcome=success&event=sign_in", &["2", "1"]),
        ("?from=2026-11-21T08:01", &["3", "2"]),
        ("?from=2026-11-21T08:00:01&to=2026-11-21T08:02", &["2"]),
        ("?to=2026-11-21T08:01:00Z", &["1"]),
        ("?to=2026-11-21+08:01", &["1"]),
        ("?from=2026-11-21&to=2026-11-22", &["3", "2", "1"]),
        ("?from=2026-11-22", &[]),
        ("?to=2026-11-21T09:01:00%2B01:00", &["1"]),
    ] {
        assert_eq!(requests(&look(&server, query).await), found, "{query}");
    }
    let page = look(&server, "?event=sign_in&outcome=success&actor=usr_a&from=2026-11-21T08:00:01Z").await;
    assert!(page.body.contains("<option value=\"success\" selected>Done</option>"), "{}", page.body);
    assert_eq!((page.field("actor"), page.field("from")), ("usr_a".to_owned(), "2026-11-21T08:00:01Z".to_owned()));
    assert!(page.body.contains("<option selected>sign_in</option>") && page.body.contains("id=\"all\""));
}

#[tokio::test]
async fn older_ones_are_behind_a_link_that_looks_for_the_same() {
    let kind = |number: i64| if number % 2 == 0 { EventKind::SignIn } else { EventKind::SignOut };
    let server =
        with((0..240).map(|number| event(&number.to_string(), MORNING + number, kind(number))).collect()).await;
    let mut browser = operator(&server).await;
    let (mut address, mut seen) = ("/admin/audit?event=sign_in&actor=usr_a&client_id=".to_owned(), Vec::new());
    for _ in 0..3 {
        let page = browser.open(&address).await;
        seen.extend(requests(&page).into_iter().map(str::to_owned));
        let Some((before, _)) = page.body.split_once("\" id=\"older\"") else { break };
        let link = before.rsplit("href=\"").next().expect("a link");
        address = link.replace("&#38;", "&");
        assert!(address.starts_with("/admin/audit?event=sign_in&actor=usr_a&after="), "{address}");
    }
    assert_eq!(seen, (0..120).rev().map(|number| (number * 2).to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn where_nothing_is_found_the_page_says_so() {
    let server = Server::new();
    assert!(look(&server, "").await.element("nothing").starts_with("Nothing was done yet."));
    assert_eq!(look(&server, "?actor=nobody").await.element("nothing"), "Nothing like that was done.");
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_said_beside_its_field_and_stays_as_it_was_typed() {
    let server = with(vec![event("e", MORNING, EventKind::SignIn)]).await;
    let page = look(&server, "?from=yesterday&actor=usr_a").await;
    assert!(
        page.assert_status(400).element("from-problem").starts_with("From is a moment of RFC 3339"),
        "{}",
        page.body
    );
    assert_eq!((page.field("from"), page.field("actor")), ("yesterday".to_owned(), "usr_a".to_owned()));
    assert!(page.body.contains("<title>Error: Audit") && requests(&page).is_empty());
    for (query, said) in [
        ("?outcome=maybe", "Outcome is not one of those there are."),
        ("?event=unheard", "Event is not one of those there are."),
        ("?after=x", "After is not the next of a page of this list."),
    ] {
        let page = look(&server, query).await;
        assert_eq!(page.assert_status(400).element("form-problem"), said, "{query}");
    }
    look(&server, "?actor=a&actor=b").await.assert_status(400);
    look(&server, "?actor=%ff").await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn an_audit_database_that_fails_is_a_page_that_says_so() {
    let server = Server::new();
    let mut browser = operator(&server).await;
    server.audit_database.fault.set(Fault::Fail);
    browser.open("/admin/audit").await.assert_error_page(503, "temporarily_unavailable");
}
