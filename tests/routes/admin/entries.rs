//! One of each noun: shown as it is in the list, changed by what is named, and not found when it is nowhere.

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::admin::{make_client, show, user_client, user_id};
use crate::support::flow::{self, SERVER};
use crate::support::request::Ask;
use crate::support::server::Server;

const PHOTOS: &str = "https://photos.example/";

async fn made(server: &Server, noun: &str, body: Value) -> Value {
    server.as_admin(Ask::json(Method::POST, &format!("/admin/api/{noun}"), &body)).await.assert_status(201).json()
}

async fn patch(server: &Server, path: &str, body: Value) -> Value {
    server.as_admin(Ask::json(Method::PATCH, path, &body)).await.assert_status(200).json()
}

#[tokio::test]
async fn one_is_shown_as_the_list_shows_it() {
    let server = Server::seeded().await;
    made(&server, "resources", json!({ "resource": PHOTOS, "name": "Photos" })).await;
    made(&server, "initial-access-tokens", json!({ "name": "partner" })).await;
    for (noun, member, id) in [
        ("users", "users", "id"),
        ("clients", "clients", "client_id"),
        ("scopes", "scopes", "name"),
        ("resources", "resources", "id"),
        ("initial-access-tokens", "initial_access_tokens", "id"),
    ] {
        let list = show(&server, &format!("/admin/api/{noun}")).await;
        for row in list[member].as_array().expect("rows") {
            assert_eq!(show(&server, &format!("/admin/api/{noun}/{}", row[id].as_str().expect("an id"))).await, *row);
        }
    }
}

#[tokio::test]
async fn what_is_nowhere_is_not_found_by_any_method() {
    let server = Server::seeded().await;
    for noun in ["users", "clients", "scopes", "resources", "initial-access-tokens"] {
        let body = match noun {
            "clients" => json!({ "client_name": "X" }),
            "scopes" => json!({ "description": "X" }),
            _ => json!({ "name": "X" }),
        };
        for id in ["nobody", "%00", "a%2Fb", "%ff"] {
            let path = format!("/admin/api/{noun}/{id}");
            server.as_admin(Ask::get(&path)).await.assert_error(404, "not_found");
            server.as_admin(Ask::json(Method::PATCH, &path, &body)).await.assert_error(404, "not_found");
            server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_error(404, "not_found");
        }
    }
    for path in ["users/nobody/dependents", "clients/nobody/dependents", "scopes/nobody/dependents"] {
        server.as_admin(Ask::get(&format!("/admin/api/{path}"))).await.assert_error(404, "not_found");
    }
    let secret = Ask::method(Method::POST, "/admin/api/users/nobody/secret");
    server.as_admin(secret).await.assert_error(404, "not_found");
    let kinds = server.events.take_kinds();
    assert!(!kinds.iter().any(|kind| kind.as_str().ends_with("_updated") || kind.as_str().ends_with("_removed")));
}

#[tokio::test]
async fn a_resource_is_edited_and_keeps_its_url() {
    let server = Server::seeded().await;
    let resource = made(&server, "resources", json!({ "resource": PHOTOS, "name": "Photos" })).await;
    let path = format!("/admin/api/resources/{}", resource["id"].as_str().expect("an id"));
    let mut expected = resource;
    expected["name"] = json!("Pictures");
    assert_eq!(patch(&server, &path, json!({ "name": " Pictures " })).await, expected);
    expected["scope"] = json!("call:tools");
    assert_eq!(patch(&server, &path, json!({ "scope": "call:tools" })).await, expected);
    for (body, code) in [
        (json!({ "resource": "https://other.example/" }), "invalid_request"),
        (json!({ "name": "" }), "invalid_request"),
        (json!({ "scope": "no:such" }), "invalid_scope"),
        (json!({ "scope": "admin" }), "invalid_scope"),
    ] {
        server.as_admin(Ask::json(Method::PATCH, &path, &body)).await.assert_error(400, code);
    }
    assert_eq!(show(&server, &path).await, expected);
    let asked = [("scope", ""), ("resource", PHOTOS)];
    let reply = flow::authorize(&mut crate::support::browser::Browser::new(&server), &SERVER, &asked).await;
    let code = reply.location_parameter("code").expect("a code");
    assert_eq!(server.send(SERVER.redeem(&code)).await.text("scope"), "call:tools", "its new default");
    let events = server.events.take();
    let told = events.iter().filter(|event| event.kind == EventKind::ResourceUpdated);
    assert_eq!(told.map(|event| event.reason.as_deref()).collect::<Vec<_>>(), [Some(PHOTOS), Some(PHOTOS)]);
}

#[tokio::test]
async fn an_initial_access_token_is_renamed_and_works_on() {
    let server = Server::with(&[("DYNAMIC_REGISTRATION", "token")]).seed().await;
    let mut token = made(&server, "initial-access-tokens", json!({ "name": "partner", "expires_in": 60 })).await;
    let secret = token.as_object_mut().and_then(|token| token.remove("token")).expect("a token");
    let path = format!("/admin/api/initial-access-tokens/{}", token["id"].as_str().expect("an id"));
    token["name"] = json!("partners");
    assert_eq!(patch(&server, &path, json!({ "name": "partners" })).await, token);
    assert_eq!(patch(&server, &path, json!({})).await, token);
    for body in [json!({ "name": "" }), json!({ "expires_in": 1 }), json!({ "token": "x" })] {
        server.as_admin(Ask::json(Method::PATCH, &path, &body)).await.assert_error(400, "invalid_request");
    }
    let register = Ask::json(Method::POST, "/oauth/register", &json!({ "redirect_uris": ["https://b.example/cb"] }));
    server.send(register.bearer(secret.as_str().expect("a text"))).await.assert_status(201);
}

#[tokio::test]
async fn generate_new_secret_gives_the_user_client_a_new_one_that_works_at_once_in_every_isolate() {
    let server = Server::seeded().await;
    let (client_id, old) = user_client(&server, "alice").await;
    let ask =
        |secret: &str| Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(&client_id, secret);
    let elsewhere = server.fresh_isolate();
    elsewhere.send(ask(&old)).await.assert_status(200);
    server.events.take();
    let path = format!("/admin/api/users/{}/secret", user_id(&server, "alice").await);
    let made = server.as_admin(Ask::method(Method::POST, &path)).await.assert_status(200).json();
    assert_eq!(made["client_id"], json!(client_id));
    let new = made["client_secret"].as_str().expect("a secret");
    assert_eq!(new.len(), 43);
    elsewhere.send(ask(new)).await.assert_status(200);
    server.send(ask(&old)).await.assert_error(401, "invalid_client");
    let events = server.events.take();
    assert_eq!(events[0].kind, EventKind::ClientSecretCreated);
    assert_eq!((events[0].actor.as_deref(), events[0].client_id.as_deref()), (Some("admin"), Some(client_id.as_str())));
}

#[tokio::test]
async fn a_client_says_how_it_came() {
    let server = Server::seeded().await;
    let app = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    assert_eq!(make_client(&server, app).await["origin"], "administrator");
    let registered = Ask::json(Method::POST, "/oauth/register", &json!({ "redirect_uris": ["https://b.example/cb"] }));
    let id = server.send(registered).await.assert_status(201).text("client_id");
    assert_eq!(show(&server, &format!("/admin/api/clients/{id}")).await["origin"], "registration");
    server.database.peek("UPDATE clients SET document_fresh_until = 1 WHERE id = 'app'");
    assert_eq!(show(&server, "/admin/api/clients/app").await["origin"], "document");
}
