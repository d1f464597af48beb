//! What a token request looks like.

use serde_json::json;

use crate::support::admin::edit_client;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_grant_type_that_is_missing_or_not_ours_is_refused() {
    let server = Server::seeded().await;
    for (form, code) in [
        (&[][..], "invalid_request"),
        (&[("grant_type", "")][..], "invalid_request"),
        (&[("grant_type", "password"), ("username", "alice"), ("password", "alice")], "unsupported_grant_type"),
        (&[("grant_type", "implicit")], "unsupported_grant_type"),
        (&[("grant_type", "authorization_code")], "invalid_request"),
        (&[("grant_type", "refresh_token")], "invalid_request"),
        (&[("grant_type", "client_credentials"), ("resource", "https://x.example")], "invalid_target"),
        (&[("grant_type", "client_credentials"), ("scope", "\"")], "invalid_scope"),
    ] {
        server.send(SERVER.ask("/oauth/token", form)).await.assert_error(400, code);
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_refused_but_for_resource() {
    let server = Server::seeded().await;
    let base = [("grant_type", "client_credentials"), ("scope", "read:tools")];
    for twice in [("grant_type", "client_credentials"), ("scope", "read:tools"), ("unknown", "")] {
        let form = [base[0], base[1], ("unknown", "x"), twice];
        server.send(SERVER.ask("/oauth/token", &form)).await.assert_error(400, "invalid_request");
    }
    let issuer = ("resource", server.issuer());
    assert_eq!(server.send(SERVER.ask("/oauth/token", &[base[0], issuer, issuer])).await.status, 200);
}

#[tokio::test]
async fn a_grant_type_the_client_does_not_have_is_unauthorized_client() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &SERVER).await;
    let code = flow::code(&server, &SERVER).await;
    let credentials = [("grant_type", "client_credentials")];
    server.send(WEB.ask("/oauth/token", &credentials)).await.assert_error(400, "unauthorized_client");

    edit_client(&server, SERVER.id, json!({ "grant_types": ["client_credentials"] })).await;
    server.send(SERVER.redeem(&code)).await.assert_error(400, "unauthorized_client");
    server.send(SERVER.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "unauthorized_client");

    edit_client(&server, SERVER.id, json!({ "grant_types": ["authorization_code", "refresh_token"] })).await;
    server.send(SERVER.ask("/oauth/token", &credentials)).await.assert_error(400, "unauthorized_client");
    assert_eq!(server.send(SERVER.redeem(&code)).await.status, 200, "the code was not used up");
    assert_eq!(server.send(SERVER.refresh(&tokens.text("refresh_token"))).await.status, 200);
}

#[tokio::test]
async fn only_a_form_is_read() {
    let server = Server::seeded().await;
    let form = b"grant_type=client_credentials&client_id=demo-server&client_secret=demo-server-secret";
    let good = Ask::post_raw("/oauth/token", "Application/X-WWW-Form-Urlencoded; charset=UTF-8", form);
    assert_eq!(server.send(good).await.status, 200);
    for kind in ["application/json", "text/plain", "", "multipart/form-data; boundary=x"] {
        server.send(Ask::post_raw("/oauth/token", kind, form)).await.assert_error(400, "invalid_request");
    }
    // Credentials in the query are logged by everything on the way, so they are not looked at.
    let query = format!("/oauth/token?{}", String::from_utf8_lossy(form));
    server.send(Ask::post(&query, &[("grant_type", "client_credentials")])).await.assert_error(401, "invalid_client");
}
