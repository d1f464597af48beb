//! Two administrators who change the same thing by its form.

use axum::http::Method;
use serde_json::{Value, json};

use super::administrator;
use crate::support::admin::{remove, show};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const TOLD: &str = "Somebody else changed this meanwhile";

/// A kind of thing.
struct Kind {
    path: &'static str,
    id: &'static str,
    made: Value,
    /// What somebody else changes meanwhile, and what the form then says of it, beside which field.
    theirs: Value,
    now: (&'static str, &'static str),
    /// The form as somebody sends it who read what was made, and what they want to have changed.
    form: &'static [(&'static str, &'static str)],
    mine: (&'static str, &'static str),
}

fn kinds() -> [Kind; 4] {
    [
        Kind {
            path: "users",
            id: "id",
            made: json!({ "name": "zoe" }),
            theirs: json!({ "disabled": true }),
            now: ("disabled", "It is switched on now."),
            form: &[("name", "zoë"), ("role", "user"), ("claims", "{}")],
            mine: ("name", "zoë"),
        },
        Kind {
            path: "scopes",
            id: "name",
            made: json!({ "name": "zoe:read", "description": "Read Zoe", "claims": ["email"] }),
            theirs: json!({ "claims": [] }),
            now: ("claims", "It is empty now."),
            form: &[("description", "Read Zoë"), ("claims", "email")],
            mine: ("description", "Read Zoë"),
        },
        Kind {
            path: "resources",
            id: "id",
            made: json!({ "resource": "https://zoe.example/api", "name": "Zoe's API" }),
            theirs: json!({ "name": "A <b>bold</b> one" }),
            now: ("name", "It is now: A &#60;b&#62;bold&#60;/b&#62; one"),
            form: &[("name", "Zoe's API"), ("scope", "read:tools")],
            mine: ("scope", "read:tools"),
        },
        Kind {
            path: "tool-groups",
            id: "id",
            made: json!({ "name": "zoe_group", "default_enabled": true }),
            theirs: json!({ "default_enabled": false }),
            now: ("default_enabled", "It is switched off now."),
            form: &[("name", "zoe_group"), ("description", "All of it"), ("default_enabled", "on")],
            mine: ("description", "All of it"),
        },
    ]
}

/// Makes one; its address for browsers and for programs.
async fn made(server: &Server, kind: &Kind) -> (String, String) {
    let reply = server.as_admin(Ask::json(Method::POST, &format!("/admin/api/{}", kind.path), &kind.made)).await;
    let id: String = url::form_urlencoded::byte_serialize(reply.assert_status(201).text(kind.id).as_bytes()).collect();
    (format!("/admin/{}/{id}", kind.path), format!("/admin/api/{}/{id}", kind.path))
}

async fn change(server: &Server, api: &str, body: &Value) {
    server.as_admin(Ask::json(Method::PATCH, api, body)).await.assert_status(200);
}

#[track_caller]
fn assert_conflict(reply: &Reply) {
    assert_eq!(reply.status, 409, "{}", reply.body);
    assert!(reply.body.contains(TOLD) && reply.body.contains("<title>Error: "), "{}", reply.body);
}

#[track_caller]
fn assert_saved(reply: &Reply, address: &str) {
    assert_eq!(reply.header("location"), format!("{address}?done=saved"), "{}", reply.body);
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_told_and_what_was_typed_stays_until_it_is_saved_again() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    for kind in kinds() {
        let (address, api) = made(&server, &kind).await;
        let page = browser.open(&address).await;
        assert!(!page.body.contains(TOLD));
        change(&server, &api, &kind.theirs).await;
        let before = (show(&server, &api).await, server.database.rows_written());
        server.events.take();

        let told = browser.submit(&address, &page, kind.form).await;
        assert_conflict(&told);
        let (field, now) = kind.now;
        assert_eq!(told.element(&format!("{field}-problem")), now, "{}", kind.path);
        for (_, text) in kind.form.iter().filter(|(_, text)| *text != "on") {
            assert!(told.body.contains(&text.replace('\'', "&#39;")), "{}: {text}", kind.path);
        }
        assert_eq!((show(&server, &api).await, server.database.rows_written()), before, "{}", kind.path);
        assert!(server.events.take().is_empty());

        assert_saved(&browser.submit(&address, &told, kind.form).await, &address);
        let after = show(&server, &api).await;
        assert_eq!(after[kind.mine.0], kind.mine.1, "{}", kind.path);
        assert_eq!(after[field], page_before(&kind, field), "{}: what was typed is in its place", kind.path);
        assert_conflict(
            &browser.submit(&address, &told, &[&kind.form[1..], &[(kind.form[0].0, "later")]].concat()).await,
        );
    }
}

/// What stood there when the form was shown.
fn page_before(kind: &Kind, field: &str) -> Value {
    kind.made.get(field).cloned().unwrap_or(Value::Bool(false))
}

#[tokio::test(start_paused = true)]
async fn of_two_forms_sent_at_the_same_time_one_is_saved() {
    let server = Server::seeded().await;
    let (mut first, mut second) = (administrator(&server).await, administrator(&server).await);
    for kind in kinds() {
        let (address, api) = made(&server, &kind).await;
        let (one, other) = (first.open(&address).await, second.open(&address).await);
        let (name, _) = kind.form[0];
        let rest = &kind.form[1..];
        let forms = [[rest, &[(name, "first")]].concat(), [rest, &[(name, "second")]].concat()];
        let both =
            async { tokio::join!(first.submit(&address, &one, &forms[0]), second.submit(&address, &other, &forms[1])) };
        let (one, other) = server.hops.depth_of(both).await.0;
        let (won, lost, kept) = if one.status == 303 { (one, other, "first") } else { (other, one, "second") };
        assert_saved(&won, &address);
        assert_conflict(&lost);
        assert_eq!(show(&server, &api).await[name], kept, "{}", kind.path);
        assert_eq!(lost.element(&format!("{name}-problem")), format!("It is now: {kept}"), "{}", kind.path);
    }
}

#[tokio::test]
async fn a_form_that_was_refused_still_rests_on_what_was_shown_first() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let [kind, ..] = kinds();
    let (address, api) = made(&server, &kind).await;
    let page = browser.open(&address).await;
    let taken = browser.submit(&address, &page, &[("name", "alice"), ("role", "user"), ("claims", "{}")]).await;
    assert!(taken.status == 409 && !taken.body.contains(TOLD), "{}", taken.body);
    change(&server, &api, &json!({ "claims": { "email": "zoe@example.com" } })).await;
    let wrong = browser.submit(&address, &taken, &[("name", "zoë"), ("role", "user"), ("claims", "{")]).await;
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    let told = browser.submit(&address, &wrong, kind.form).await;
    assert_conflict(&told);
    assert_eq!(told.element("claims-problem"), "It is now: {\n  &#34;email&#34;: &#34;zoe@example.com&#34;\n}");
}

#[tokio::test]
async fn a_password_is_asked_for_again_and_never_shown() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let [kind, ..] = kinds();
    let (address, api) = made(&server, &kind).await;
    let page = browser.open(&address).await;
    change(&server, &api, &json!({ "role": "admin" })).await;
    let form = [kind.form, &[("password", "correct horse battery")]].concat();
    let told = browser.submit(&address, &page, &form).await;
    assert_conflict(&told);
    assert_eq!(told.element("password-problem"), "Write it again.");
    assert_eq!(told.element("role-problem"), "It is now: admin");
    assert!(!told.body.contains("correct horse"));
}

#[tokio::test]
async fn who_sends_the_same_form_twice_changed_nothing_meanwhile() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    for kind in kinds() {
        let (address, _) = made(&server, &kind).await;
        let page = browser.open(&address).await;
        for _ in 0..2 {
            assert_saved(&browser.submit(&address, &page, kind.form).await, &address);
        }
    }
}

#[tokio::test]
async fn what_somebody_else_removed_meanwhile_is_nowhere() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    for kind in kinds() {
        let (address, api) = made(&server, &kind).await;
        let page = browser.open(&address).await;
        remove(&server, &api).await;
        browser.submit(&address, &page, kind.form).await.assert_error_page(404, "not_found");
    }
}

/// A tab that was open while we were deployed.
#[tokio::test]
async fn a_form_that_does_not_say_on_what_it_rests_is_saved() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let [kind, ..] = kinds();
    let (address, api) = made(&server, &kind).await;
    let page = browser.open(&address).await;
    change(&server, &api, &json!({ "role": "admin" })).await;
    let csrf_token = page.field("csrf_token");
    let form = [&[("csrf_token", csrf_token.as_str())], kind.form].concat();
    let ask = Ask::post(&address, &form).header("origin", server.issuer());
    assert_saved(&browser.send(ask).await, &address);
    assert_eq!(show(&server, &api).await["role"], "user");
}
