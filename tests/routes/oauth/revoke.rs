//! `POST /oauth/revoke` (RFC 7009)

use ostiary::model::audit::EventKind;

use crate::support::flow::{self, SERVER, WEB};
use crate::support::forgeries;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_refresh_token_takes_its_grant_and_all_its_tokens_along() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    let second = server.send(WEB.refresh(&first.text("refresh_token"))).await;
    let reply = server.send(WEB.revoke(&second.text("refresh_token"))).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
    for tokens in [first, second] {
        assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
        server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    }
    assert_eq!(server.database.peek("SELECT id FROM grants WHERE ended_at IS NOT NULL").len(), 1);
}

#[tokio::test]
async fn an_old_refresh_token_ends_the_grant_too() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    let second = server.send(WEB.refresh(&first.text("refresh_token"))).await;
    server.send(WEB.revoke(&first.text("refresh_token"))).await.assert_status(200);
    server.send(WEB.refresh(&second.text("refresh_token"))).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn an_access_token_dies_alone() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    server.send(WEB.revoke(&first.text("access_token"))).await.assert_status(200);
    assert!(!flow::is_active(&server, &first.text("access_token")).await);
    let second = server.send(WEB.refresh(&first.text("refresh_token"))).await;
    assert!(flow::is_active(&server, &second.text("access_token")).await);
    let me = Ask::get("/api/oauth/clients/me").bearer(&first.text("access_token"));
    server.send(me).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_token_without_a_grant_can_be_taken_back() {
    let server = Server::seeded().await;
    let ask = || SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    let token = server.send(ask()).await.text("access_token");
    let other = server.send(ask()).await.text("access_token");
    for _twice in 0..2 {
        server.send(SERVER.revoke(&token)).await.assert_status(200);
    }
    assert!(!flow::is_active(&server, &token).await);
    assert!(flow::is_active(&server, &other).await);
}

#[tokio::test]
async fn another_clients_token_is_left_alone() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let own = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    for member in ["access_token", "refresh_token"] {
        server.send(SERVER.revoke(&tokens.text(member))).await.assert_status(200);
    }
    server.send(WEB.revoke(&own.text("access_token"))).await.assert_status(200);
    assert!(flow::is_active(&server, &own.text("access_token")).await);
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    assert_eq!(server.send(WEB.refresh(&tokens.text("refresh_token"))).await.status, 200);
}

#[tokio::test]
async fn a_token_that_is_unknown_or_forged_is_no_error_and_ends_nothing() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let refresh_token = tokens.text("refresh_token");
    let (number, mac) = refresh_token.rsplit_once('.').expect("a MAC");
    let mut wrong = forgeries::of(&server, &tokens.text("access_token")).await;
    wrong.push(("a wrong MAC", format!("{number}.{}", "A".repeat(43))));
    wrong.push(("a grant that is not ours", format!("{}.1.{mac}", "A".repeat(43))));
    server.events.take();
    for (why, token) in wrong {
        let reply = server.send(WEB.revoke(&token)).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""), "{why}");
    }
    assert!(!server.events.take_kinds().contains(&EventKind::TokenRevoked));
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    assert_eq!(server.send(WEB.refresh(&refresh_token)).await.status, 200);
}

#[tokio::test]
async fn who_does_not_prove_a_client_takes_nothing_back() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &SERVER).await;
    let token = tokens.text("refresh_token");
    let form = [("token", token.as_str())];
    server.send(Ask::post("/oauth/revoke", &form)).await.assert_error(401, "invalid_client");
    let wrong = server.send(Ask::post("/oauth/revoke", &form).basic("demo-server", "wrong")).await;
    wrong.assert_error(401, "invalid_client");
    let form = [("token", token.as_str()), ("client_id", "demo-server")];
    server.send(Ask::post("/oauth/revoke", &form)).await.assert_error(401, "invalid_client");
    server.send(SERVER.ask("/oauth/revoke", &[])).await.assert_error(400, "invalid_request");
    assert_eq!(server.send(SERVER.refresh(&token)).await.status, 200);
}
