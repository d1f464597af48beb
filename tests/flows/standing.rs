//! Users and clients that are switched off, or began anew: all that came before is dead everywhere, by one write.

use serde_json::json;

use crate::support::admin::{edit_client, edit_user};
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

/// What was issued while all was well, and an isolate that knows the client.
struct Before {
    server: Server,
    elsewhere: Server,
    code: String,
    access_token: String,
    refresh_token: String,
}

impl Before {
    async fn new() -> Self {
        let server = Server::seeded().await;
        let tokens = flow::tokens(&server, &WEB).await;
        let code = flow::code(&server, &WEB).await;
        let elsewhere = server.fresh_isolate();
        elsewhere.send(WEB.refresh("x")).await.assert_error(400, "invalid_grant");
        server.advance(1);
        let (access_token, refresh_token) = (tokens.text("access_token"), tokens.text("refresh_token"));
        Self { server, elsewhere, code, access_token, refresh_token }
    }

    /// Whether it is good: at introspection and at our own resource alike.
    async fn access_token_is_good(&self) -> bool {
        let me = Ask::get("/api/oauth/clients/me").bearer(&self.access_token);
        let admitted = self.elsewhere.send(me).await.status == 200;
        assert_eq!(flow::is_active(&self.elsewhere, &self.access_token).await, admitted);
        admitted
    }

    /// Everything is dead in an isolate that has the client in its cache.
    async fn assert_dead(&self, why: &str) {
        assert!(!self.access_token_is_good().await, "{why}");
        for ask in [WEB.redeem(&self.code), WEB.refresh(&self.refresh_token)] {
            let reply = self.elsewhere.send(ask).await;
            assert_eq!(reply.status, 400, "{why}: {}", reply.body);
            reply.assert_says(400, "invalid_grant", "the grant has ended");
        }
    }

    async fn assert_alive(&self) {
        assert!(self.access_token_is_good().await);
        self.elsewhere.send(WEB.redeem(&self.code)).await.assert_status(200);
        self.elsewhere.send(WEB.refresh(&self.refresh_token)).await.assert_status(200);
    }
}

#[tokio::test]
async fn what_was_begun_before_a_user_or_client_was_switched_off_stays_dead_when_it_is_switched_on_again() {
    let (off, on) = (json!({ "disabled": true }), json!({ "disabled": false }));
    let of_user = Before::new().await;
    edit_user(&of_user.server, "alice", off.clone()).await;
    of_user.assert_dead("user").await;
    edit_user(&of_user.server, "alice", on.clone()).await;
    of_user.assert_dead("user").await;
    flow::tokens(&of_user.server, &WEB).await.assert_status(200);

    let of_client = Before::new().await;
    edit_client(&of_client.server, WEB.id, off).await;
    of_client.assert_dead("client").await;
    edit_client(&of_client.server, WEB.id, on).await;
    of_client.server.advance(1);
    of_client.assert_dead("client").await;
    flow::tokens(&of_client.server, &WEB).await.assert_status(200);
}

#[tokio::test]
async fn a_user_or_client_that_began_anew_leaves_everything_before_dead() {
    let of_user = Before::new().await;
    edit_user(&of_user.server, "alice", json!({ "password": "correct horse" })).await;
    of_user.assert_dead("a new password").await;
    let of_role = Before::new().await;
    edit_user(&of_role.server, "alice", json!({ "role": "admin" })).await;
    of_role.assert_dead("a new role").await;
    let of_client = Before::new().await;
    of_client.server.database.peek("UPDATE clients SET valid_from = 1800000001 WHERE id = 'demo-web'");
    of_client.assert_dead("the client's valid_from").await;
}

#[tokio::test]
async fn what_comes_after_is_good() {
    let before = Before::new().await;
    before.server.database.peek("UPDATE users SET valid_from = 1800000001");
    before.server.database.peek("UPDATE clients SET valid_from = 1800000001");
    before.assert_dead("both").await;
    let tokens = flow::tokens(&before.server, &WEB).await;
    assert!(flow::is_active(&before.server, &tokens.text("access_token")).await);
}

#[tokio::test]
async fn a_grant_whose_row_is_gone_is_dead() {
    let before = Before::new().await;
    before.server.database.peek("DELETE FROM grants");
    assert!(!before.access_token_is_good().await);
    before.elsewhere.send(WEB.refresh(&before.refresh_token)).await.assert_error(400, "invalid_grant");
    before.elsewhere.send(WEB.redeem(&before.code)).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn nobody_elses_grants_suffer() {
    let before = Before::new().await;
    edit_user(&before.server, "bob", json!({ "disabled": true, "password": "correct horse" })).await;
    edit_client(&before.server, SERVER.id, json!({ "client_name": "Renamed" })).await;
    before.assert_alive().await;
}
