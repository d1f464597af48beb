//! `/admin/api/clients`

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, make_client, user_client};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn create(server: &Server, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, "/admin/api/clients", body)).await
}

#[tokio::test]
async fn a_confidential_client_is_shown_its_secret_once_and_a_public_one_has_none() {
    let server = Server::new();
    let body = json!({ "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    let made = make_client(&server, body).await;
    assert_eq!(made["client_secret"].as_str().map(str::len), Some(43));
    let secret = made["client_secret"].as_str().expect("a secret");
    assert_eq!(made["scope"], "read:tools");
    assert_eq!(made["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(made["consent_policy"], "once");
    let public = json!({ "client_name": "App", "public": true, "redirect_uris": ["https://a.example/cb"] });
    let public = make_client(&server, public).await;
    assert!(public.get("client_secret").is_none());
    let list = server.as_admin(Ask::get("/admin/api/clients")).await;
    assert!(!list.body.contains("\"client_secret\"") && !list.body.contains(secret));
    assert_eq!(list.json()["clients"].as_array().map(Vec::len), Some(2));
    let path = format!("/admin/api/clients/{}/secret", public["client_id"].as_str().expect("an id"));
    server.as_admin(Ask::method(Method::POST, &path)).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn contradictory_settings_are_refused_and_nothing_stored() {
    let server = Server::new();
    let with = |name: &str, value: Value| {
        let mut body = json!({ "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
        body[name] = value;
        body
    };
    let public = |name: &str, value: Value| {
        let mut body = with(name, value);
        body["public"] = json!(true);
        body
    };
    for body in [
        public("grant_types", json!(["client_credentials"])),
        public("resource_server", json!(true)),
        public("require_pkce", json!(false)),
        with("redirect_uris", json!([])),
        with("consent_policy", json!("skip")),
        with("consent_policy", json!("never")),
        with("grant_types", json!(["implicit"])),
        with("resources", json!(["not a url"])),
        with("resources", json!(["https://a.example/#x"])),
        with("client_id", json!("agent_user_x")),
        with("client_id", json!("")),
        with("client_id", json!("a b")),
        with("client_id", json!("x".repeat(65))),
        with("client_name", json!(" ")),
        with("client_name", Value::Null),
        with("redirect_uris", json!("https://a.example/cb")),
    ] {
        let reply = create(&server, &body).await;
        assert_eq!(reply.status, 400, "{body}: {}", reply.body);
        reply.assert_error(400, "invalid_request");
    }
    create(&server, &with("scope", json!("unheard:of"))).await.assert_error(400, "invalid_scope");
    assert!(server.database.peek("SELECT id FROM clients").is_empty());
}

#[tokio::test]
async fn an_id_that_is_taken_is_a_conflict_and_one_that_is_nowhere_is_not_found() {
    let server = Server::seeded().await;
    let body = json!({ "client_id": "demo-web", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    create(&server, &body).await.assert_says(409, "conflict", "a client of this id exists already");
    let edit = Ask::json(Method::PATCH, "/admin/api/clients/nobody", &json!({ "disabled": true }));
    server.as_admin(edit).await.assert_error(404, "not_found");
    let secret = Ask::method(Method::POST, "/admin/api/clients/nobody/secret");
    server.as_admin(secret).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_nothing_else() {
    let server = Server::seeded().await;
    let all = |list: Value| list["clients"].as_array().expect("clients").clone();
    let before = all(server.as_admin(Ask::get("/admin/api/clients")).await.json());
    let changed = edit_client(&server, "demo-server", json!({ "client_name": "Renamed" })).await;
    assert_eq!(changed["client_name"], "Renamed");
    for (before, after) in before.into_iter().zip(all(server.as_admin(Ask::get("/admin/api/clients")).await.json())) {
        let mut expected = before;
        if expected["client_id"] == "demo-server" {
            expected["client_name"] = json!("Renamed");
        }
        assert_eq!(after, expected);
    }
}

#[tokio::test]
async fn a_user_client_stays_its_users_and_gets_new_secrets() {
    let server = Server::seeded().await;
    let (id, secret) = user_client(&server, "alice").await;
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(&id, &secret);
    assert_eq!(server.send(ask).await.status, 200);
    let shown = edit_client(&server, &id, json!({ "redirect_uris": ["https://mine.example/cb"] })).await;
    assert_eq!(shown["owner"].as_str().map(|owner| format!("agent_user_{owner}")), Some(id));
    assert_eq!(shown["redirect_uris"], json!(["https://mine.example/cb"]));
}

#[tokio::test]
async fn every_change_is_told_to_the_audit_log() {
    let server = Server::new();
    let body = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    make_client(&server, body).await;
    edit_client(&server, "app", json!({ "disabled": true, "client_name": "It" })).await;
    server.as_admin(Ask::method(Method::POST, "/admin/api/clients/app/secret")).await.assert_status(200);
    let events = server.events.take();
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::ClientCreated, EventKind::ClientUpdated, EventKind::ClientSecretCreated]);
    assert!(events.iter().all(|event| event.actor.as_deref() == Some("admin")));
    assert!(events.iter().all(|event| event.client_id.as_deref() == Some("app")));
    assert_eq!(events[1].reason.as_deref(), Some("client_name disabled"));
}

#[tokio::test]
async fn members_that_nobody_knows_are_refused() {
    let server = Server::seeded().await;
    let body = json!({ "client_name": "App", "redirect_uris": ["https://a.example/cb"], "disable": true });
    create(&server, &body).await.assert_error(400, "invalid_request");
    for body in [json!({ "disable": true }), json!({ "client_id": "other" }), json!({ "public": true })] {
        let edit = Ask::json(Method::PATCH, "/admin/api/clients/demo-web", &body);
        server.as_admin(edit).await.assert_error(400, "invalid_request");
    }
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 4);
}

#[tokio::test]
async fn edits_at_the_same_time_do_not_undo_each_other() {
    let server = Server::seeded().await;
    let now = server.app.clock.now();
    let edit = |settings: Value| {
        let settings = serde_json::from_value(settings).expect("settings");
        ostiary::store::clients::update("demo-web", &settings, now)
    };
    // Both were checked against the client as it was before either wrote.
    let (off, renamed) = (edit(json!({ "disabled": true })), edit(json!({ "client_name": "Renamed" })));
    for statement in [off, renamed] {
        server.app.database.run(statement).await.expect("a write");
    }
    let shown = edit_client(&server, "demo-web", json!({})).await;
    assert_eq!((&shown["disabled"], &shown["client_name"]), (&json!(true), &json!("Renamed")));
    let since = || server.database.peek("SELECT disabled_at FROM clients WHERE id = 'demo-web'");
    let before = since();
    server.advance(60);
    edit_client(&server, "demo-web", json!({ "disabled": true })).await;
    assert_eq!(since(), before, "it was off before");
    assert_eq!(edit_client(&server, "demo-web", json!({ "disabled": false })).await["disabled"], false);
}

#[tokio::test]
async fn a_clients_links_are_kept_until_they_are_taken_away_and_must_be_https() {
    let server = Server::deployed();
    let members = ["client_uri", "logo_uri", "policy_uri", "tos_uri"];
    let mut body = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    for member in members {
        body[member] = format!("https://a.example/{member}").into();
    }
    make_client(&server, body.clone()).await;
    let shown = edit_client(&server, "app", json!({ "client_name": "Renamed" })).await;
    for member in members {
        assert_eq!(shown[member], body[member]);
        for bad in ["http://a.example/", "javascript:alert(1)", "http://localhost/", "a.example"] {
            let edit = Ask::json(Method::PATCH, "/admin/api/clients/app", &json!({ member: bad }));
            server.as_admin(edit).await.assert_error(400, "invalid_request");
        }
        let shown = edit_client(&server, "app", json!({ member: "https://b.example/" })).await;
        assert_eq!(shown[member], "https://b.example/");
        assert_eq!(edit_client(&server, "app", json!({ member: "" })).await[member], Value::Null);
    }
}

#[tokio::test]
async fn an_id_that_is_no_text_is_not_found() {
    let server = Server::seeded().await;
    for path in ["/admin/api/clients/%ff", "/admin/api/users/%ff"] {
        let edit = Ask::json(Method::PATCH, path, &json!({ "disabled": true }));
        server.as_admin(edit).await.assert_error(404, "not_found");
    }
    let secret = Ask::method(Method::POST, "/admin/api/clients/%ff/secret");
    server.as_admin(secret).await.assert_error(404, "not_found");
}
