use axum::http::Method;
use serde_json::{Value, json};

use crate::support::idp::{REVOKE, connect, signed_in, stored, world};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, token};

const PATH: &str = "/api/users/me/connections";

async fn connected() -> (Server, String, String) {
    let server = world().await;
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    let token = token(&server, "alice", EVERY_SCOPE).await;
    let id = json!(server.database.peek("SELECT id FROM connections"))[0]["id"].as_str().expect("an id").to_owned();
    (server, token, id)
}

#[tokio::test]
async fn a_user_reads_and_removes_their_own_connections_and_sees_no_token() {
    let (server, token, id) = connected().await;
    let all = server.send(Ask::get(PATH).bearer(&token)).await.assert_status(200).json();
    let one = server.send(Ask::get(&format!("{PATH}/{id}")).bearer(&token)).await.assert_status(200).json();
    assert_eq!(all, json!({ "connections": [one] }));
    assert_eq!(
        one,
        json!({
            "id": id, "provider": "idp", "agent_id": null, "provider_user_id": "alice-there",
            "email": "alice@idp.example", "name": "Alice There", "scopes": ["openid", "email", "mail:read"],
            "status": "active", "expires_at": one["expires_at"], "created_at": one["created_at"],
            "updated_at": one["updated_at"], "last_used_at": null,
        })
    );
    server.http.take_sent();
    let remove = || server.send(Ask::method(Method::DELETE, &format!("{PATH}/{id}")).bearer(&token));
    remove().await.assert_status(204);
    let sent = server.http.take_sent().remove(0);
    assert_eq!((sent.url.as_str(), sent.body.as_deref()), (REVOKE, Some("token=upstream-refresh-1")));
    remove().await.assert_error(404, "not_found");
    assert_eq!(stored(&server), (0, 0));
}

#[tokio::test]
async fn nobody_reads_or_removes_anothers_and_each_needs_its_scope() {
    let (server, alice, id) = connected().await;
    let bob = token(&server, "bob", EVERY_SCOPE).await;
    let one = format!("{PATH}/{id}");
    assert_eq!(server.send(Ask::get(PATH).bearer(&bob)).await.json(), json!({ "connections": [] }));
    server.send(Ask::get(&one).bearer(&bob)).await.assert_error(404, "not_found");
    server.send(Ask::method(Method::DELETE, &one).bearer(&bob)).await.assert_error(404, "not_found");
    let reader = token(&server, "alice", "read:tools").await;
    server.send(Ask::method(Method::DELETE, &one).bearer(&reader)).await.assert_error(403, "insufficient_scope");
    let caller = token(&server, "alice", "call:tools").await;
    server.send(Ask::get(&one).bearer(&caller)).await.assert_error(403, "insufficient_scope");
    server.send(Ask::get(PATH)).await.assert_status(401);
    server.send(Ask::get(&one).bearer(&alice)).await.assert_status(200);
}

#[tokio::test]
async fn the_page_shows_what_is_connected_and_disconnects_it_though_the_provider_is_down() {
    let (server, _, id) = connected().await;
    let mut alice = signed_in(&server, "alice").await;
    let page = alice.open("/account/connections").await;
    for said in ["alice@idp.example", "<bdi>Example</bdi>", "<code>mail:read</code>"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("/connect/idp"), "it is connected already: {}", page.body);
    let question = alice.open(&format!("/account/connections/remove?id={id}")).await;
    assert!(question.body.contains("Disconnect Example?"), "{}", question.body);
    server.http.never_answer(REVOKE);
    let reply = alice.submit("/account/connections/remove", &question, &[("id", &id)]).await;
    assert_eq!(reply.header("location"), "/account/connections?done=removed");
    let empty = alice.open(reply.header("location")).await.body;
    assert!(empty.contains("No account is connected.") && empty.contains("href=\"/connect/idp\""), "{empty}");
    let again = alice.submit("/account/connections/remove", &question, &[("id", &id)]).await;
    assert_eq!(again.header("location"), "/account/connections?done=nothing");
}

#[tokio::test]
async fn with_the_user_or_the_provider_go_the_connections() {
    let (server, ..) = connected().await;
    let dependents = server.as_admin(Ask::get("/admin/api/providers/idp/dependents")).await.json();
    assert_eq!(dependents, json!({ "connections": 1, "sign_ins": 0 }));
    server.as_admin(Ask::method(Method::DELETE, "/admin/api/providers/idp")).await.assert_status(204);
    assert_eq!(stored(&server), (0, 0));
    let (server, ..) = connected().await;
    let id = crate::support::admin::user_id(&server, "alice").await;
    server.as_admin(Ask::method(Method::DELETE, &format!("/admin/api/users/{id}"))).await.assert_status(204);
    assert_eq!(stored(&server), (0, 0));
}

/// The tokens are bound to user and provider by what they are sealed for.
#[tokio::test]
async fn a_row_that_is_moved_to_another_user_or_provider_does_not_open() {
    for moved in [
        "UPDATE connections SET user_id = (SELECT id FROM users WHERE name = 'bob') RETURNING id",
        "UPDATE connections SET provider_id = 'other' RETURNING id",
        "UPDATE connections SET agent_id = 'agent' RETURNING id",
    ] {
        let (server, alice, id) = connected().await;
        let mut other: Value = crate::support::idp::settings();
        other["id"] = json!("other");
        crate::support::idp::make(&server, &other).await;
        server.database.peek(moved);
        let owner = if moved.contains("bob") { token(&server, "bob", EVERY_SCOPE).await } else { alice };
        server.http.take_sent();
        server.send(Ask::method(Method::DELETE, &format!("{PATH}/{id}")).bearer(&owner)).await.assert_status(204);
        assert_eq!(server.http.take_sent().len(), 0, "{moved}: nothing was opened, so nothing is given back");
    }
}
