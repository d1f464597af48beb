//! PKCE (RFC 7636): S256 only, and no way around it.

use serde_json::json;

use crate::support::admin::{edit_client, make_client};
use crate::support::browser::Browser;
use crate::support::flow::{self, CHALLENGE, SERVER, TestClient, VERIFIER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

const NO_CHALLENGE: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];

/// A token request without a verifier, or with this one.
fn redeem(client: &TestClient, code: &str, verifier: Option<&str>) -> Ask {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", client.redirect_uri)];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    client.ask("/oauth/token", &form)
}

#[tokio::test]
async fn a_challenge_is_required_of_public_clients_and_by_default_of_confidential_ones() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        let reply = Browser::new(&server).open(&client.authorize_path(&NO_CHALLENGE)).await;
        reply.assert_error_redirect(client.redirect_uri, "invalid_request");
    }
    let body =
        json!({ "client_name": "App", "public": true, "require_pkce": false, "redirect_uris": ["https://a.example"] });
    let ask = Ask::json(axum::http::Method::POST, "/admin/api/clients", &body);
    server.as_admin(ask).await.assert_says(400, "invalid_request", "a public client always needs PKCE");
}

#[tokio::test]
async fn only_s256_is_a_method() {
    let server = Server::seeded().await;
    for changed in [
        &[("code_challenge_method", "plain")][..],
        &[("code_challenge_method", "")],
        &[("code_challenge_method", "s256")],
        &[("code_challenge", "too-short")],
        &[("code_challenge", &CHALLENGE[1..])],
        &[("code_challenge", "")],
    ] {
        let reply = Browser::new(&server).open(&WEB.authorize_path(changed)).await;
        reply.assert_error_redirect(WEB.redirect_uri, "invalid_request");
    }
}

#[tokio::test]
async fn a_code_with_a_challenge_is_never_redeemed_without_its_verifier() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "require_pkce": false })).await;
    for client in [WEB, SERVER] {
        let code = flow::code(&server, &client).await;
        let other = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        for verifier in [None, Some(other), Some(&VERIFIER[1..]), Some("short")] {
            server.send(redeem(&client, &code, verifier)).await.assert_error(400, "invalid_grant");
        }
        assert_eq!(server.send(redeem(&client, &code, Some(VERIFIER))).await.status, 200, "the code is still good");
    }
}

#[tokio::test]
async fn a_code_without_a_challenge_is_never_redeemed_with_a_verifier() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "require_pkce": false })).await;
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &NO_CHALLENGE).await;
    let code = reply.location_parameter("code").expect("a code");
    server.send(redeem(&SERVER, &code, Some(VERIFIER))).await.assert_error(400, "invalid_grant");
    assert_eq!(server.send(redeem(&SERVER, &code, None)).await.status, 200);
}

#[tokio::test]
async fn the_setting_says_what_a_new_confidential_client_needs() {
    for (setting, required) in [("always", true), ("public", false)] {
        let server = Server::with(&[("REQUIRE_PKCE", setting)]);
        let made =
            |public: bool| json!({ "client_name": "App", "public": public, "redirect_uris": ["https://a.example"] });
        assert_eq!(make_client(&server, made(false)).await["require_pkce"], required);
        assert_eq!(make_client(&server, made(true)).await["require_pkce"], true);
    }
}
