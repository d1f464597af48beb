//! Removing a user or a client: what goes along is said first, and then it is gone and dead everywhere.

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, remove, show, user_client, user_id};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// What alice and two clients have begun, and an isolate that looked at none of it lately.
struct World {
    server: Server,
    user: String,
    web: Reply,
    confidential: Reply,
    own: (String, String, String),
}

impl World {
    async fn new() -> Self {
        let server = Server::seeded().await;
        edit_client(&server, SERVER.id, json!({ "backchannel_logout_uri": "http://localhost:3000/out" })).await;
        let web = flow::tokens(&server, &WEB).await;
        let confidential = flow::tokens(&server, &SERVER).await;
        let (id, secret) = user_client(&server, "alice").await;
        let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(&id, &secret);
        let own = server.send(ask).await.text("access_token");
        let user = user_id(&server, "alice").await;
        server.advance(31);
        server.events.take();
        Self { server, user, web, confidential, own: (id, secret, own) }
    }

    async fn opens(&self, token: &str) -> bool {
        self.server.send(Ask::get("/api/oauth/clients/me").bearer(token)).await.status == 200
    }

    async fn lives(&self, client: &TestClient, tokens: &Reply) -> (bool, bool) {
        let refreshed = self.server.send(client.refresh(&tokens.text("refresh_token"))).await;
        (self.opens(&tokens.text("access_token")).await, refreshed.status == 200)
    }

    fn count(&self) -> [usize; 4] {
        let rows = |sql| self.server.database.peek(sql).len();
        [
            rows("SELECT 1 FROM users"),
            rows("SELECT 1 FROM clients"),
            rows("SELECT 1 FROM grants"),
            rows("SELECT 1 FROM sessions"),
        ]
    }
}

#[tokio::test]
async fn what_goes_with_a_user_is_said_first_and_nothing_is_done_by_that() {
    let world = World::new().await;
    let path = format!("/admin/api/users/{}", world.user);
    let dependents = show(&world.server, &format!("{path}/dependents")).await;
    assert_eq!(dependents, json!({ "sessions": 2, "grants": 2, "clients": 1 }));
    let of_bob = format!("/admin/api/users/{}/dependents", user_id(&world.server, "bob").await);
    assert_eq!(show(&world.server, &of_bob).await, json!({ "sessions": 0, "grants": 0, "clients": 1 }));
    let of_client = show(&world.server, "/admin/api/clients/demo-server/dependents").await;
    assert_eq!(of_client, json!({ "grants": 1, "users": 1 }));
    assert_eq!(world.count(), [2, 4, 2, 2]);
    assert!(world.opens(&world.web.text("access_token")).await);
}

#[tokio::test]
async fn a_removed_user_is_gone_with_all_that_was_theirs_and_every_token_is_dead() {
    let world = World::new().await;
    remove(&world.server, &format!("/admin/api/users/{}", world.user)).await;
    assert_eq!(world.count(), [1, 3, 0, 0]);
    assert_eq!(world.lives(&WEB, &world.web).await, (false, false));
    assert_eq!(world.lives(&SERVER, &world.confidential).await, (false, false));
    let (id, secret, own) = &world.own;
    assert!(!world.opens(own).await);
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(id, secret);
    world.server.send(ask).await.assert_error(401, "invalid_client");
    assert_eq!(Browser::new(&world.server).sign_in("alice", "alice").await.status, 403);
    world.server.as_admin(Ask::get(&format!("/admin/api/users/{}", world.user))).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_removed_user_is_dead_within_thirty_seconds_in_an_isolate_that_looked_a_moment_ago() {
    let world = World::new().await;
    let elsewhere = world.server.fresh_isolate();
    let ask = || Ask::get("/api/oauth/clients/me").bearer(&world.web.text("access_token"));
    elsewhere.send(ask()).await.assert_status(200);
    remove(&world.server, &format!("/admin/api/users/{}", world.user)).await;
    world.server.advance(30);
    elsewhere.send(ask()).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_removed_client_is_gone_with_its_grants_and_nobody_elses_suffer() {
    let world = World::new().await;
    remove(&world.server, "/admin/api/clients/demo-web").await;
    assert_eq!(world.count(), [2, 3, 1, 2]);
    let refreshed = world.server.send(WEB.refresh(&world.web.text("refresh_token"))).await;
    refreshed.assert_error(401, "invalid_client");
    assert!(!world.opens(&world.web.text("access_token")).await);
    assert_eq!(world.lives(&SERVER, &world.confidential).await, (true, true));
    assert!(world.server.database.peek("SELECT 1 FROM consents WHERE client_id = 'demo-web'").is_empty());
    let page = Browser::new(&world.server).open(&WEB.authorize_path(&[])).await;
    page.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn the_clients_that_were_told_of_a_removed_users_session_are_told_of_its_end() {
    let world = World::new().await;
    flow::authorize(&mut Browser::new(&world.server), &SERVER, &[("scope", "openid")]).await.assert_status(303);
    remove(&world.server, &format!("/admin/api/users/{}", world.user)).await;
    let notices = world.server.logouts.take();
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].client_id.as_str(), &notices[0].user_id), (SERVER.id, &world.user));
}

#[tokio::test]
async fn a_user_client_goes_with_its_user_only() {
    let world = World::new().await;
    let ask = Ask::method(Method::DELETE, &format!("/admin/api/clients/{}", world.own.0));
    let refused = world.server.as_admin(ask).await;
    refused.assert_says(409, "conflict", "a user client goes with its user; it can be disabled");
    assert!(world.opens(&world.own.2).await);
}

#[tokio::test]
async fn a_name_or_id_is_free_again_and_what_is_made_anew_is_somebody_else() {
    let world = World::new().await;
    remove(&world.server, &format!("/admin/api/users/{}", world.user)).await;
    remove(&world.server, "/admin/api/clients/demo-web").await;
    let again = Ask::json(Method::POST, "/admin/api/users", &json!({ "name": "alice", "password": "correct horse" }));
    let again = world.server.as_admin(again).await.assert_status(201).json();
    assert_ne!(again["id"], Value::from(world.user.clone()));
    let client = json!({ "client_id": "demo-web", "client_name": "New", "public": true,
        "redirect_uris": [WEB.redirect_uri] });
    world.server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &client)).await.assert_status(201);
    assert_eq!(world.lives(&WEB, &world.web).await, (false, false));
    assert!(!world.opens(&world.own.2).await);
}

#[tokio::test]
async fn removals_are_told_to_the_audit_log_with_who_and_what() {
    let world = World::new().await;
    remove(&world.server, &format!("/admin/api/users/{}", world.user)).await;
    remove(&world.server, "/admin/api/clients/demo-web").await;
    let events = world.server.events.take();
    assert_eq!(events.iter().map(|e| e.kind).collect::<Vec<_>>(), [EventKind::UserRemoved, EventKind::ClientRemoved]);
    assert!(events.iter().all(|event| event.actor.as_deref() == Some("admin") && event.kind.decides()));
    assert_eq!((events[0].subject.as_ref(), events[1].client_id.as_deref()), (Some(&world.user), Some("demo-web")));
}
