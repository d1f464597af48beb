//! `/admin/api/scopes`

use axum::http::Method;
use ostiary::model::audit::EventKind;
use ostiary::protocol::scope::BUILT_IN;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, edit_user, remove, show};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PHOTOS: &str = "/admin/api/scopes/photos:read";

async fn create(server: &Server, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, "/admin/api/scopes", body)).await
}

async fn edit(server: &Server, path: &str, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::PATCH, path, body)).await
}

/// A scope that demo-server may have.
async fn with_photos() -> Server {
    let server = Server::seeded().await;
    let scope = json!({ "name": "photos:read", "description": "See your photos", "claims": ["album"] });
    let made = create(&server, &scope).await.assert_status(201).json();
    assert_eq!(
        made,
        json!({ "name": "photos:read", "description": "See your photos", "open": false, "claims": ["album"],
            "built_in": false })
    );
    edit_client(&server, SERVER.id, json!({ "scope": "openid read:tools photos:read" })).await;
    server
}

#[tokio::test]
async fn a_new_scope_can_be_given_is_shown_in_its_words_and_releases_its_claims() {
    let server = with_photos().await;
    edit_user(&server, "alice", json!({ "claims": { "album": "Holidays", "shelf": 1 } })).await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[("scope", "openid photos:read")])).await;
    assert!(page.is_consent_page() && page.body.contains("See your photos"), "{}", page.body);
    let code = browser.answer(&page, "approve").await.location_parameter("code").expect("a code");
    let token = server.send(SERVER.redeem(&code)).await.text("access_token");
    let told = server.send(Ask::get("/oauth/userinfo").bearer(&token)).await.json();
    assert_eq!((&told["album"], told.get("shelf")), (&json!("Holidays"), None));
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_acts_at_once() {
    let server = with_photos().await;
    let mut expected = show(&server, PHOTOS).await;
    expected["description"] = json!("See all your photos");
    let renamed = edit(&server, PHOTOS, &json!({ "description": " See all your photos " })).await;
    assert_eq!(renamed.assert_status(200).json(), expected);
    expected["claims"] = json!([]);
    expected["open"] = json!(true);
    assert_eq!(edit(&server, PHOTOS, &json!({ "claims": [], "open": true })).await.json(), expected);
    assert_eq!(show(&server, PHOTOS).await, expected);
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[("scope", "photos:read")])).await;
    assert!(page.body.contains("See all your photos"), "{}", page.body);
    let events = server.events.take();
    let edits = events.iter().filter(|event| event.kind == EventKind::ScopeUpdated);
    let told: Vec<_> = edits.map(|event| event.reason.as_deref().unwrap_or_default()).collect();
    assert_eq!(told, ["photos:read: description", "photos:read: open claims"]);
}

#[tokio::test]
async fn what_is_open_may_be_had_by_clients_that_register() {
    let server = with_photos().await;
    let register = || {
        let body = json!({ "redirect_uris": ["https://b.example/cb"], "scope": "photos:read" });
        Ask::json(Method::POST, "/oauth/register", &body)
    };
    server.send(register()).await.assert_error(400, "invalid_client_metadata");
    edit(&server, PHOTOS, &json!({ "open": true })).await.assert_status(200);
    assert_eq!(server.send(register()).await.assert_status(201).text("scope"), "photos:read");
}

#[tokio::test]
async fn what_is_no_scope_is_refused_and_nothing_stored() {
    let server = Server::seeded().await;
    let with = |name: &str, value: Value| {
        let mut body = json!({ "name": "photos:read", "description": "See your photos" });
        body[name] = value;
        body
    };
    for body in [
        json!({ "name": "photos:read" }),
        json!({ "description": "x" }),
        with("name", json!("")),
        with("name", json!("a b")),
        with("name", json!(" a")),
        with("name", json!("a\"b")),
        with("name", json!("\u{e9}")),
        with("name", json!("x".repeat(129))),
        with("description", json!("")),
        with("description", json!("x".repeat(201))),
        with("description", json!("a\u{202e}b")),
        with("open", json!("yes")),
        with("claims", json!("email")),
        with("claims", json!([""])),
        with("claims", json!(["a b"])),
        with("claims", json!(vec!["x"; 65])),
        with("built_in", json!(true)),
    ] {
        let reply = create(&server, &body).await;
        assert_eq!(reply.status, 400, "{body}: {}", reply.body);
        reply.assert_error(400, "invalid_request");
    }
    assert_eq!(server.database.peek("SELECT 1 FROM scopes").len(), BUILT_IN.len());
    let taken = create(&server, &json!({ "name": "openid", "description": "Again" })).await;
    taken.assert_says(409, "conflict", "a scope of this name exists already");
}

#[tokio::test]
async fn the_scope_admin_is_never_open() {
    let server = Server::seeded().await;
    let path = "/admin/api/scopes/admin";
    edit(&server, path, &json!({ "open": true })).await.assert_error(400, "invalid_request");
    assert_eq!(show(&server, path).await["open"], json!(false));
    edit(&server, path, &json!({ "open": false, "description": "Run this server" })).await.assert_status(200);
}

#[tokio::test]
async fn a_removed_scope_is_taken_from_those_that_had_it_and_no_refresh_gives_it_again() {
    let server = with_photos().await;
    let resource = json!({ "resource": "https://photos.example/", "name": "Photos", "scope": "photos:read" });
    let resource = server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &resource)).await.json();
    for name in ["photos:readall", "xphotos:read"] {
        create(&server, &json!({ "name": name, "description": "Another" })).await.assert_status(201);
    }
    edit_client(&server, "demo-web", json!({ "scope": "photos:readall xphotos:read" })).await;
    let asked = [("scope", "read:tools photos:read")];
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &asked).await;
    let code = reply.location_parameter("code").expect("a code");
    let refresh = server.send(SERVER.redeem(&code)).await.text("refresh_token");
    assert_eq!(show(&server, &format!("{PHOTOS}/dependents")).await, json!({ "clients": 1, "resources": 1 }));

    remove(&server, PHOTOS).await;
    assert_eq!(show(&server, "/admin/api/clients/demo-server").await["scope"], "openid read:tools");
    assert_eq!(show(&server, "/admin/api/clients/demo-web").await["scope"], "photos:readall xphotos:read");
    let path = format!("/admin/api/resources/{}", resource["id"].as_str().expect("an id"));
    assert_eq!(show(&server, &path).await["scope"], "");
    assert_eq!(server.send(SERVER.refresh(&refresh)).await.text("scope"), "read:tools");
    let refused = flow::authorize(&mut Browser::new(&server), &SERVER, &asked).await;
    refused.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");
    let last = server.events.take().into_iter().rfind(|event| event.kind == EventKind::ScopeRemoved);
    assert_eq!(last.and_then(|event| event.reason).as_deref(), Some("photos:read"));
}

#[tokio::test]
async fn a_built_in_scope_and_one_of_the_settings_stay() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read")]).seed().await;
    edit_client(&server, SERVER.id, json!({ "scope": "photos:read" })).await;
    for path in ["/admin/api/scopes/openid", "/admin/api/scopes/admin", PHOTOS] {
        server.as_admin(Ask::method(Method::DELETE, path)).await.assert_error(409, "conflict");
        show(&server, path).await;
    }
    assert_eq!(show(&server, "/admin/api/clients/demo-server").await["scope"], "photos:read");
}

#[tokio::test]
async fn a_name_that_needs_encoding_is_found_by_it() {
    let server = Server::seeded().await;
    let name = "https://a.example/b?c=d%20;e";
    create(&server, &json!({ "name": name, "description": "Odd" })).await.assert_status(201);
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let path = format!("/admin/api/scopes/{encoded}");
    assert_eq!(show(&server, &path).await["name"], name);
    remove(&server, &path).await;
}
