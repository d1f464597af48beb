//! The `claims` parameter (OpenID Connect Core 5.5): what is shown, remembered, given and left out.

use serde_json::{Value, json};

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const CLAIMS: &str = r#"{"userinfo":{"email":null,"unheard_of":null},"id_token":{"phone_number":{"essential":true}}}"#;
const ASKED: [(&str, &str); 2] = [("scope", "openid"), ("claims", CLAIMS)];

async fn alice(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    browser
}

async fn redeem(server: &Server, reply: &Reply) -> Reply {
    let code = reply.location_parameter("code").unwrap_or_else(|| panic!("no code: {} {}", reply.status, reply.body));
    server.send(SERVER.redeem(&code)).await
}

async fn userinfo(server: &Server, tokens: &Reply) -> Value {
    server.send(Ask::get("/oauth/userinfo").bearer(&tokens.text("access_token"))).await.assert_status(200).json()
}

#[tokio::test]
async fn claims_by_name_are_given_where_they_were_asked_for_and_stay_so_at_a_refresh() {
    let server = Server::seeded().await;
    let reply = flow::authorize(&mut alice(&server).await, &SERVER, &ASKED).await;
    let tokens = redeem(&server, &reply).await;
    assert_eq!(tokens.text("scope"), "openid", "the scopes that release them are not granted");
    let refreshed = server.send(SERVER.refresh(&tokens.text("refresh_token"))).await;
    for tokens in [tokens, refreshed] {
        let id_token = Jwt::of(&tokens.text("id_token")).claims;
        assert_eq!((&id_token["phone_number"], id_token.get("email")), (&json!("+31 20 555 0100"), None));
        assert!(id_token.get("phone_number_verified").is_none());
        let sub = &id_token["sub"];
        assert_eq!(userinfo(&server, &tokens).await, json!({ "sub": sub, "email": "alice@example.com" }));
    }
}

#[tokio::test]
async fn the_consent_page_shows_the_scope_that_releases_the_claim_and_a_yes_to_it_is_remembered() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let page = browser.open(&SERVER.authorize_path(&ASKED)).await;
    assert!(page.is_consent_page(), "openid was allowed, and this is more");
    for (scope, shown) in [("openid", true), ("email", true), ("phone", true), ("profile", false)] {
        assert_eq!(page.body.contains(&format!("<code>{scope}</code>")), shown, "{scope}");
    }
    browser.answer(&page, "approve").await;
    assert!(browser.open(&SERVER.authorize_path(&ASKED)).await.location_parameter("code").is_some());
    let by_scope = SERVER.authorize_path(&[("scope", "openid email phone")]);
    assert!(browser.open(&by_scope).await.location_parameter("code").is_some(), "it is the same yes");
    let more = SERVER.authorize_path(&[("scope", "openid"), ("claims", r#"{"id_token":{"name":null}}"#)]);
    assert!(browser.open(&more).await.is_consent_page());
}

#[tokio::test]
async fn claims_whose_scope_the_client_may_not_have_are_left_out() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "scope": "openid email" })).await;
    let mut browser = alice(&server).await;
    let page = browser.open(&SERVER.authorize_path(&ASKED)).await;
    assert!(!page.body.contains("<code>phone</code>"));
    let reply = browser.answer(&page, "approve").await;
    let tokens = redeem(&server, &reply).await;
    assert!(Jwt::of(&tokens.text("id_token")).claims.get("phone_number").is_none());
    assert_eq!(userinfo(&server, &tokens).await["email"], "alice@example.com");
}

#[tokio::test]
async fn claims_whose_scope_was_taken_from_the_client_are_given_no_longer() {
    let server = Server::seeded().await;
    let reply = flow::authorize(&mut alice(&server).await, &SERVER, &ASKED).await;
    let tokens = redeem(&server, &reply).await;
    edit_client(&server, SERVER.id, json!({ "scope": "openid" })).await;
    let refreshed = server.send(SERVER.refresh(&tokens.text("refresh_token"))).await;
    let id_token = Jwt::of(&refreshed.text("id_token")).claims;
    assert!(id_token.get("phone_number").is_none(), "{id_token}");
    assert_eq!(userinfo(&server, &refreshed).await, json!({ "sub": id_token["sub"] }));
}

#[tokio::test]
async fn without_openid_claims_by_name_ask_for_nothing() {
    let server = Server::seeded().await;
    let asked = [("scope", "read:tools"), ("claims", CLAIMS)];
    let mut browser = alice(&server).await;
    let page = browser.open(&SERVER.authorize_path(&asked)).await;
    assert!(!page.body.contains("<code>email</code>"));
    let reply = browser.answer(&page, "approve").await;
    assert!(redeem(&server, &reply).await.json().get("id_token").is_none());
}

#[tokio::test]
async fn no_claim_asked_for_by_name_takes_the_place_of_what_the_token_says_itself() {
    let server = Server::seeded().await;
    let claims = r#"{"id_token":{"iss":null,"aud":{"value":"x"},"exp":null,"nonce":null,"sid":null,"amr":null}}"#;
    let asked = [("scope", "openid"), ("claims", claims)];
    let reply = flow::authorize(&mut alice(&server).await, &SERVER, &asked).await;
    let tokens = redeem(&server, &reply).await;
    let text = tokens.text("id_token");
    let claims = Jwt::of(&text).claims;
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(server.issuer()), &json!(SERVER.id)));
    assert!(claims.get("nonce").is_none());
    assert_eq!(claims.as_object().map(serde_json::Map::len), Some(11));
}

#[tokio::test]
async fn claims_that_are_no_object_of_objects_are_refused() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let deep = format!("{{\"userinfo\":{{\"x\":{}{}}}}}", "[".repeat(500), "]".repeat(500));
    for claims in ["x", "[]", r#"{"userinfo":[]}"#, r#"{"id_token":{"name":true}}"#, &deep, &"{".repeat(3000)] {
        let reply = browser.open(&SERVER.authorize_path(&[("scope", "openid"), ("claims", claims)])).await;
        reply.assert_error_redirect(SERVER.redirect_uri, "invalid_request");
    }
}
