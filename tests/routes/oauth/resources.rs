//! Resource indicators (RFC 8707): for which API a token is meant.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PHOTOS: &str = "https://photos.example/api";
const MUSIC: &str = "https://music.example/";
const ISSUER: &str = "http://localhost:8787";

async fn server() -> Server {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read")]).seed().await;
    for (resource, name, scope) in [(PHOTOS, "Photos", "photos:read"), (MUSIC, "Music", "")] {
        let new = json!({ "resource": resource, "name": name, "scope": scope });
        server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &new)).await.assert_status(201);
    }
    edit_client(&server, SERVER.id, json!({ "scope": "read:tools photos:read openid" })).await;
    server
}

async fn authorize(server: &Server, resources: &[&str], scope: &str) -> Reply {
    let mut changed: Vec<(&str, &str)> = resources.iter().map(|resource| ("resource", *resource)).collect();
    changed.push(("scope", scope));
    flow::authorize(&mut Browser::new(server), &SERVER, &changed).await
}

async fn code(server: &Server, resources: &[&str], scope: &str) -> String {
    let answer = authorize(server, resources, scope).await;
    answer.location_parameter("code").unwrap_or_else(|| panic!("no code: {} {}", answer.status, answer.body))
}

fn redeem(code: &str, resources: &[&str]) -> Ask {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", SERVER.redirect_uri),
        ("code_verifier", flow::VERIFIER),
    ];
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    SERVER.ask("/oauth/token", &form)
}

fn refresh(token: &str, resources: &[&str]) -> Ask {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    SERVER.ask("/oauth/token", &form)
}

async fn audience(server: &Server, answer: &Reply) -> Value {
    let token = answer.assert_status(200).text("access_token");
    server.send(SERVER.introspect(&token)).await.assert_status(200).json()["aud"].clone()
}

#[tokio::test]
async fn a_token_is_for_the_resources_asked_for_and_may_be_for_fewer() {
    let server = server().await;
    let first = server.send(redeem(&code(&server, &[PHOTOS, MUSIC], "read:tools").await, &[])).await;
    assert_eq!(audience(&server, &first).await, json!([PHOTOS, MUSIC]));
    let second = server.send(refresh(&first.text("refresh_token"), &[MUSIC])).await;
    assert_eq!(audience(&server, &second).await, json!(MUSIC));
    let third = server.send(refresh(&second.text("refresh_token"), &[])).await;
    assert_eq!(audience(&server, &third).await, json!([PHOTOS, MUSIC]), "the grant keeps its own");
    let narrowed = server.send(redeem(&code(&server, &[PHOTOS, MUSIC], "read:tools").await, &[PHOTOS])).await;
    assert_eq!(audience(&server, &narrowed).await, json!(PHOTOS));
}

#[tokio::test]
async fn none_is_the_issuer_and_with_openid_the_issuer_is_always_among_them() {
    let server = server().await;
    let none = server.send(redeem(&code(&server, &[], "read:tools").await, &[])).await;
    assert_eq!(audience(&server, &none).await, json!(ISSUER));
    let issuer = server.send(redeem(&code(&server, &[ISSUER], "read:tools").await, &[ISSUER])).await;
    assert_eq!(audience(&server, &issuer).await, json!(ISSUER));
    let openid = server.send(redeem(&code(&server, &[PHOTOS], "openid photos:read").await, &[])).await;
    assert_eq!(audience(&server, &openid).await, json!([PHOTOS, ISSUER]));
    let token = openid.text("access_token");
    server.send(Ask::get("/oauth/userinfo").bearer(&token)).await.assert_status(200);
    server.send(Ask::get("/api/oauth/clients/me").bearer(&token)).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_resource_that_is_not_registered_or_was_not_allowed_is_an_invalid_target() {
    let server = server().await;
    for resource in [
        "https://other.example/",
        "https://photos.example/",
        "http://localhost:8787/admin",
        "https://photos.example/api/",
    ] {
        authorize(&server, &[resource], "read:tools")
            .await
            .assert_error_redirect(SERVER.redirect_uri, "invalid_target");
    }
    let code = code(&server, &[PHOTOS], "read:tools").await;
    for resource in [MUSIC, ISSUER, "https://other.example/"] {
        server.send(redeem(&code, &[resource])).await.assert_error(400, "invalid_target");
    }
    let tokens = server.send(redeem(&code, &[])).await;
    let mut refresh_token = tokens.assert_status(200).text("refresh_token");
    for resource in [MUSIC, ISSUER] {
        server.send(refresh(&refresh_token, &[resource])).await.assert_error(400, "invalid_target");
    }
    refresh_token = server.send(refresh(&refresh_token, &[PHOTOS])).await.assert_status(200).text("refresh_token");
    assert!(!refresh_token.is_empty(), "nothing ended");
}

#[tokio::test]
async fn a_client_for_itself_gets_tokens_for_registered_resources_only() {
    let server = server().await;
    let ask =
        |resource: &str| SERVER.ask("/oauth/token", &[("grant_type", "client_credentials"), ("resource", resource)]);
    assert_eq!(audience(&server, &server.send(ask(PHOTOS)).await).await, json!(PHOTOS));
    server.send(ask("https://other.example/")).await.assert_error(400, "invalid_target");
}

#[tokio::test]
async fn a_resource_names_its_default_scopes_and_people_see_its_name() {
    let server = server().await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&SERVER.authorize_path(&[("resource", PHOTOS), ("scope", "")])).await;
    let page = browser.sign_in_on(&page, "alice", "alice").await;
    assert!(page.is_consent_page());
    assert!(page.body.contains("<bdi>Photos</bdi>"), "{}", page.body);
    assert!(page.body.contains("<code>photos:read</code>") && !page.body.contains("<code>read:tools</code>"));
    let answer = browser.answer(&page, "approve").await;
    let tokens = server.send(redeem(&answer.location_parameter("code").expect("a code"), &[])).await;
    assert_eq!(tokens.text("scope"), "photos:read");
}

#[tokio::test]
async fn remembered_consent_is_for_the_resources_it_was_given_for_and_for_no_others() {
    let server = server().await;
    let mut browser = Browser::new(&server);
    let ask = |resources: &[&'static str], scope: &'static str| {
        let mut changed: Vec<(&str, &str)> = resources.iter().map(|resource| ("resource", *resource)).collect();
        changed.push(("scope", scope));
        SERVER.authorize_path(&changed)
    };
    flow::authorize(&mut browser, &SERVER, &[("resource", PHOTOS), ("scope", "read:tools")]).await;
    let again = browser.open(&ask(&[PHOTOS], "read:tools")).await;
    assert!(again.location_parameter("code").is_some(), "allowed before");
    for resources in [&[][..], &[MUSIC], &[PHOTOS, MUSIC], &[ISSUER]] {
        assert!(browser.open(&ask(resources, "read:tools")).await.is_consent_page(), "{resources:?}");
    }
    // A yes for another scope at another resource adds nothing here.
    flow::authorize(&mut browser, &SERVER, &[("resource", MUSIC), ("scope", "photos:read")]).await;
    assert!(browser.open(&ask(&[PHOTOS], "photos:read")).await.is_consent_page());
    // In whatever order they are named.
    let page = browser.open(&ask(&[MUSIC, PHOTOS], "read:tools")).await;
    browser.answer(&page, "approve").await;
    assert!(browser.open(&ask(&[PHOTOS, MUSIC], "read:tools")).await.location_parameter("code").is_some());
}

#[tokio::test]
async fn administrators_register_list_and_remove_resources() {
    let server = server().await;
    for (new, status, code) in [
        (json!({ "resource": PHOTOS, "name": "Again" }), 409, "conflict"),
        (json!({ "resource": "photos", "name": "No URL" }), 400, "invalid_request"),
        (json!({ "resource": "https://photos.example/#part", "name": "Part" }), 400, "invalid_request"),
        (json!({ "resource": "http://localhost:8787/other", "name": "Ours" }), 400, "invalid_request"),
        (json!({ "resource": "https://new.example/", "name": "" }), 400, "invalid_request"),
        (json!({ "resource": "https://new.example/", "name": "New", "scope": "no:such" }), 400, "invalid_scope"),
        (json!({ "resource": "https://new.example/", "name": "New", "scope": "admin" }), 400, "invalid_scope"),
    ] {
        server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &new)).await.assert_error(status, code);
    }
    let listed = server.as_admin(Ask::get("/admin/api/resources")).await.json();
    let listed = listed["resources"].as_array().expect("a list");
    assert_eq!(listed.len(), 2);
    let music = listed.iter().find(|resource| resource["resource"] == MUSIC).expect("music");
    let path = format!("/admin/api/resources/{}", music["id"].as_str().expect("an id"));
    server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_status(204);
    authorize(&server, &[MUSIC], "read:tools").await.assert_error_redirect(SERVER.redirect_uri, "invalid_target");
    server.send(Ask::get("/admin/api/resources")).await.assert_error(401, "invalid_token");
}

async fn remove(server: &Server, uri: &str) {
    let listed = server.as_admin(Ask::get("/admin/api/resources")).await.json();
    let found = listed["resources"].as_array().expect("a list").iter().find(|found| found["resource"] == uri).cloned();
    let path = format!("/admin/api/resources/{}", found.expect("a resource")["id"].as_str().expect("an id"));
    server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_status(204);
}

#[tokio::test]
async fn nobody_gets_another_token_for_a_resource_that_was_removed() {
    let server = server().await;
    let redeemed = server.send(redeem(&code(&server, &[PHOTOS], "photos:read openid").await, &[])).await;
    let unredeemed = code(&server, &[PHOTOS], "photos:read").await;
    remove(&server, PHOTOS).await;
    let why = "the resource was removed since it was allowed";
    server.send(redeem(&unredeemed, &[])).await.assert_says(400, "invalid_target", why);
    let token = redeemed.assert_status(200).text("refresh_token");
    for resources in [&[] as &[&str], &[PHOTOS]] {
        for _ in 0..2 {
            server.send(refresh(&token, resources)).await.assert_says(400, "invalid_target", why);
        }
    }
    let isolate = server.fresh_isolate();
    isolate.send(refresh(&token, &[])).await.assert_says(400, "invalid_target", why);
    let again = json!({ "resource": PHOTOS, "name": "Photos" });
    server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &again)).await.assert_status(201);
    assert_eq!(
        audience(&server, &server.send(redeem(&unredeemed, &[])).await).await,
        json!(PHOTOS),
        "nothing was burnt"
    );
    server.send(refresh(&token, &[])).await.assert_status(200);
}

#[tokio::test]
async fn a_grant_for_several_resources_goes_on_without_the_one_that_was_removed() {
    let server = server().await;
    let tokens = server.send(redeem(&code(&server, &[PHOTOS, MUSIC], "photos:read").await, &[])).await;
    assert_eq!(audience(&server, &tokens).await, json!([PHOTOS, MUSIC]));
    remove(&server, PHOTOS).await;
    let token = tokens.text("refresh_token");
    server.send(refresh(&token, &[PHOTOS])).await.assert_error(400, "invalid_target");
    server.send(refresh(&token, &[MUSIC, PHOTOS])).await.assert_error(400, "invalid_target");
    let next = server.send(refresh(&token, &[])).await;
    assert_eq!(audience(&server, &next).await, json!(MUSIC));
    let next = server.send(refresh(&next.text("refresh_token"), &[MUSIC, MUSIC])).await;
    assert_eq!(audience(&server, &next).await, json!(MUSIC));
}
