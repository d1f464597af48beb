//! `DYNAMIC_REGISTRATION=token`: with an initial access token only (RFC 7591 section 3).

use axum::http::Method;
use serde_json::json;

use super::{CALLBACK, text};
use crate::support::request::Ask;
use crate::support::server::Server;

async fn invite(server: &Server, new: serde_json::Value) -> serde_json::Value {
    let ask = Ask::json(Method::POST, "/admin/api/initial-access-tokens", &new);
    server.as_admin(ask).await.assert_status(201).json()
}

fn registration() -> Ask {
    Ask::json(Method::POST, "/oauth/register", &json!({ "redirect_uris": [CALLBACK] }))
}

#[tokio::test]
async fn without_an_initial_access_token_nobody_registers() {
    let server = Server::with(&[("DYNAMIC_REGISTRATION", "token")]).seed().await;
    server.send(registration()).await.assert_error(401, "invalid_token");
    server.send(registration().bearer("x")).await.assert_error(401, "invalid_token");
    let invitation = invite(&server, json!({ "name": "for the partners" })).await;
    for _ in 0..2 {
        server.send(registration().bearer(text(&invitation, "token"))).await.assert_status(201);
    }
    assert!(
        !server.database.peek("SELECT * FROM initial_access_tokens")[0]
            .to_string()
            .contains(text(&invitation, "token"))
    );
}

#[tokio::test]
async fn a_token_that_is_over_or_was_ended_invites_nobody() {
    let server = Server::with(&[("DYNAMIC_REGISTRATION", "token")]).seed().await;
    let short = invite(&server, json!({ "name": "a minute", "expires_in": 60 })).await;
    let ended = invite(&server, json!({ "name": "ended" })).await;
    let path = format!("/admin/api/initial-access-tokens/{}", text(&ended, "id"));
    server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_status(204);
    server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_error(404, "not_found");
    server.send(registration().bearer(text(&ended, "token"))).await.assert_error(401, "invalid_token");
    server.advance(59);
    server.send(registration().bearer(text(&short, "token"))).await.assert_status(201);
    server.advance(1);
    server.send(registration().bearer(text(&short, "token"))).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn tokens_are_listed_without_themselves_and_made_by_administrators_only() {
    let server = Server::seeded().await;
    invite(&server, json!({ "name": "one" })).await;
    let listed = server.as_admin(Ask::get("/admin/api/initial-access-tokens")).await.assert_status(200).json();
    let tokens = listed["initial_access_tokens"].as_array().expect("a list");
    assert_eq!(tokens.len(), 1);
    assert_eq!((&tokens[0]["name"], tokens[0].get("token")), (&json!("one"), None));
    let ask = Ask::json(Method::POST, "/admin/api/initial-access-tokens", &json!({ "name": "two" }));
    server.send(ask).await.assert_error(401, "invalid_token");
}
