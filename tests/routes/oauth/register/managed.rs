//! A client looks after what it registered (RFC 7592).

use axum::http::Method;
use serde_json::{Value, json};

use super::{CALLBACK, registered, text, tokens};
use crate::support::admin::edit_client;
use crate::support::flow::CHALLENGE;
use crate::support::request::Ask;
use crate::support::server::Server;

fn path(client: &Value) -> String {
    format!("/oauth/register/{}", text(client, "client_id"))
}

fn public() -> Value {
    json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", "client_name": "Agent", "contacts": ["a"] })
}

fn bearing(ask: Ask, client: &Value) -> Ask {
    ask.bearer(text(client, "registration_access_token"))
}

#[tokio::test]
async fn a_client_reads_what_it_said_and_no_secret_again() {
    let server = Server::seeded().await;
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK], "client_name": "Agent" })).await;
    let uri = text(&client, "registration_client_uri");
    assert_eq!(uri, format!("{}{}", server.issuer(), path(&client)));
    let read = server.send(bearing(Ask::get(&path(&client)), &client)).await.assert_status(200).json();
    let mut expected = client.clone();
    expected.as_object_mut().expect("an object").remove("client_secret");
    assert_eq!(read, expected);
}

#[tokio::test]
async fn an_update_replaces_all_that_was_said_and_acts_at_once() {
    let server = Server::seeded().await;
    let client = registered(&server, public()).await;
    tokens(&server, &client, "read:tools").await.assert_status(200);
    let new = json!({
        "client_id": text(&client, "client_id"), "token_endpoint_auth_method": "none",
        "redirect_uris": ["https://agent.example/other"], "scope": "read:tools", "tos_uri": "https://agent.example/terms",
    });
    let ask = bearing(Ask::json(Method::PUT, &path(&client), &new), &client);
    let updated = server.send(ask).await.assert_status(200).json();
    assert_eq!(updated["redirect_uris"], json!(["https://agent.example/other"]));
    assert_eq!((&updated["scope"], &updated["tos_uri"]), (&json!("read:tools"), &json!("https://agent.example/terms")));
    assert!(updated.get("contacts").is_none(), "what is not said again is gone");
    let query =
        format!("/oauth/authorize?response_type=code&client_id={}&redirect_uri={CALLBACK}", text(&client, "client_id"));
    server.send(Ask::get(&query).accepts_html()).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn an_update_says_who_it_is_and_leaves_to_us_what_is_ours() {
    let server = Server::seeded().await;
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK] })).await;
    let good = json!({ "client_id": text(&client, "client_id"), "redirect_uris": [CALLBACK] });
    for (member, value, code) in [
        ("client_id", json!("demo-web"), "invalid_request"),
        ("client_id", Value::Null, "invalid_request"),
        ("registration_access_token", json!("x"), "invalid_request"),
        ("registration_client_uri", json!("https://agent.example"), "invalid_request"),
        ("client_id_issued_at", json!(0), "invalid_request"),
        ("client_secret_expires_at", json!(0), "invalid_request"),
        ("client_secret", json!("a secret of one's own"), "invalid_request"),
        ("token_endpoint_auth_method", json!("none"), "invalid_client_metadata"),
        ("redirect_uris", json!([]), "invalid_redirect_uri"),
        ("scope", json!("admin"), "invalid_client_metadata"),
    ] {
        let mut wrong = good.clone();
        wrong[member] = value;
        let ask = bearing(Ask::json(Method::PUT, &path(&client), &wrong), &client);
        server.send(ask).await.assert_error(400, code);
    }
    let mut same_secret = good.clone();
    same_secret["client_secret"] = client["client_secret"].clone();
    server.send(bearing(Ask::json(Method::PUT, &path(&client), &same_secret), &client)).await.assert_status(200);
}

#[tokio::test]
async fn a_client_that_removes_itself_is_gone_with_its_tokens() {
    let server = Server::seeded().await;
    let client = registered(&server, public()).await;
    let refresh_token = tokens(&server, &client, "read:tools").await.text("refresh_token");
    let reply = server.send(bearing(Ask::method(Method::DELETE, &path(&client)), &client)).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (204, ""));
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh_token),
        ("client_id", text(&client, "client_id")),
    ];
    server.send(Ask::post("/oauth/token", &form)).await.assert_error(401, "invalid_client");
    server.send(bearing(Ask::get(&path(&client)), &client)).await.assert_error(401, "invalid_token");
    assert!(server.database.peek("SELECT id FROM grants").is_empty());
}

#[tokio::test]
async fn only_the_token_of_the_client_itself_opens_it() {
    let server = Server::seeded().await;
    let (one, other) = (registered(&server, public()).await, registered(&server, public()).await);
    let access_token = tokens(&server, &one, "read:tools").await.text("access_token");
    for ask in [
        Ask::get(&path(&one)),
        Ask::method(Method::DELETE, &path(&one)),
        Ask::json(
            Method::PUT,
            &path(&one),
            &json!({ "client_id": text(&one, "client_id"), "redirect_uris": [CALLBACK] }),
        ),
    ] {
        server
            .send(ask.clone().bearer(text(&other, "registration_access_token")))
            .await
            .assert_error(401, "invalid_token");
        server.send(ask.clone().bearer(&access_token)).await.assert_error(401, "invalid_token");
        let missing = server.send(ask).await;
        missing.assert_error(401, "invalid_token");
        assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"ostiary\"");
    }
    for id in ["demo-web", "nobody"] {
        let ask = Ask::get(&format!("/oauth/register/{id}")).bearer(text(&one, "registration_access_token"));
        server.send(ask).await.assert_error(401, "invalid_token");
    }
    server.send(bearing(Ask::get(&path(&one)), &one)).await.assert_status(200);
}

#[tokio::test]
async fn a_client_that_was_switched_off_does_not_look_after_itself() {
    let server = Server::seeded().await;
    let client = registered(&server, public()).await;
    crate::support::admin::edit_client(&server, text(&client, "client_id"), json!({ "disabled": true })).await;
    server.send(bearing(Ask::get(&path(&client)), &client)).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn looking_after_oneself_is_limited_like_registering() {
    let server = Server::seeded().await;
    let client = registered(&server, public()).await;
    let new = json!({ "client_id": text(&client, "client_id"), "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none" });
    let put = bearing(Ask::json(Method::PUT, &path(&client), &new), &client).header("cf-connecting-ip", "192.0.2.9");
    for _ in 0..20 {
        server.send(put.clone()).await.assert_status(200);
    }
    server.send(put).await.assert_error(429, "too_many_requests");
}

/// How long its tokens live is the operator's to say, and an administrator's.
#[tokio::test]
async fn nothing_that_a_client_says_of_itself_is_a_lifetime() {
    let server = Server::seeded().await;
    let said = json!({ "access_token_minutes": 1, "refresh_token_hours": 1, "grant_hours": 1 });
    let mut metadata = public();
    metadata.as_object_mut().expect("an object").extend(said.as_object().expect("an object").clone());
    let client = registered(&server, metadata.clone()).await;
    assert!(client.get("access_token_minutes").is_none());
    let life = async || tokens(&server, &client, "read:tools").await.assert_status(200).json()["expires_in"].clone();
    assert_eq!(life().await, 1800);
    edit_client(&server, text(&client, "client_id"), json!({ "access_token_minutes": 2 })).await;
    metadata["client_id"] = json!(text(&client, "client_id"));
    metadata["access_token_minutes"] = json!(30);
    server.send(bearing(Ask::json(Method::PUT, &path(&client), &metadata), &client)).await.assert_status(200);
    assert_eq!(life().await, 120);
}

#[tokio::test]
async fn what_an_administrator_took_from_it_it_cannot_give_itself_again() {
    let server = Server::seeded().await;
    let client = registered(&server, public()).await;
    let id = text(&client, "client_id");
    let narrowed = edit_client(&server, id, json!({ "scope": "read:tools openid" })).await;
    assert_eq!(narrowed["scope"], "read:tools openid");
    let update = async |scope: &str| {
        let mut new = public();
        (new["client_id"], new["scope"]) = (json!(id), json!(scope));
        let ask = bearing(Ask::json(Method::PUT, &path(&client), &new), &client);
        server.send(ask).await.assert_status(200).json()["scope"].clone()
    };
    assert_eq!(update("read:tools call:tools openid").await, "read:tools openid");
    assert_eq!(update("read:tools").await, "read:tools", "less than it may have");
    assert_eq!(update("call:tools read:tools openid email").await, "read:tools openid", "and all of that again");
    let query = format!(
        "/oauth/authorize?response_type=code&client_id={id}&redirect_uri={CALLBACK}&scope=call:tools\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    server.send(Ask::get(&query).accepts_html()).await.assert_error_redirect(CALLBACK, "invalid_scope");
    tokens(&server, &client, "read:tools").await.assert_status(200);
    edit_client(&server, id, json!({ "scope": "read:tools call:tools" })).await;
    assert_eq!(update("call:tools read:tools openid").await, "call:tools read:tools", "an administrator gives it back");
}
