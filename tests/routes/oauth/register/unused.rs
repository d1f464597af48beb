//! A client that registered itself and is not used goes (`UNUSED_CLIENT_DAYS`).

use ostiary::model::audit::EventKind;
use ostiary::service::audit;
use serde_json::{Value, json};

use super::{CALLBACK, registered, text, tokens};
use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;

const DAY: u64 = 24 * 60 * 60;

async fn public(server: &Server) -> Value {
    registered(server, json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none" })).await
}

fn is_there(server: &Server, client: &Value) -> bool {
    let ids = server.database.peek("SELECT id FROM clients");
    ids.iter().any(|row| row["id"] == client["client_id"])
}

/// What the Queue's consumer does with the events since the last time.
async fn consume(server: &Server) {
    audit::store(&server.app, server.events.take()).await.expect("stored");
}

#[tokio::test]
async fn a_client_that_never_got_tokens_goes_after_its_days_and_no_other_client_does() {
    let server = Server::seeded().await;
    let client = public(&server).await;
    server.advance(90 * DAY);
    server.clean_up().await;
    assert!(is_there(&server, &client));
    server.advance(DAY);
    assert_eq!(server.clean_up().await.count("clients"), 1);
    assert!(!is_there(&server, &client));
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 4, "the seeded ones stay");
}

#[tokio::test]
async fn a_client_with_a_living_grant_stays_and_its_use_is_told_once_a_day() {
    let server = Server::seeded().await;
    let client = public(&server).await;
    server.advance(2 * DAY);
    server.events.take();
    let refresh_token = tokens(&server, &client, "read:tools").await.text("refresh_token");
    let used = |server: &Server| {
        let events = server.events.take();
        let count = events.iter().filter(|event| event.kind == EventKind::ClientUsed).count();
        (events, count)
    };
    let (events, count) = used(&server);
    assert_eq!(count, 1);
    audit::store(&server.app, events).await.expect("stored");
    // Half a minute later the isolate knows.
    server.advance(31);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh_token),
        ("client_id", text(&client, "client_id")),
    ];
    server.send(Ask::post("/oauth/token", &form)).await.assert_status(200);
    assert_eq!(used(&server).1, 0, "today's use is known");
    server.advance(89 * DAY);
    server.clean_up().await;
    assert!(is_there(&server, &client), "it was used");
}

#[tokio::test]
async fn one_call_removes_many_rounds_of_them_with_all_that_names_them() {
    let server = Server::seeded().await;
    public(&server).await;
    server.database.peek(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 499) \
         INSERT INTO clients (id, name, type, registration_token_hash, created_at, last_used_on) \
         SELECT 'copy-' || n, 'Copy', 'public', 'hash', 0, last_used_on FROM clients, numbers \
         WHERE registration_token_hash IS NOT NULL",
    );
    server.database.peek(
        "INSERT INTO consents (user_id, client_id, redirect_host, scopes, updated_at) \
         SELECT users.id, clients.id, 'agent.example', 'read:tools', 0 FROM users, clients WHERE users.name = 'alice'",
    );
    server.advance(91 * DAY);
    let removed = server.clean_up().await;
    assert_eq!((removed.count("clients"), removed.unfinished), (500, false));
    assert_eq!(server.database.peek("SELECT 1 FROM consents").len(), 4, "for the seeded ones");
}

#[tokio::test]
async fn the_use_of_other_clients_is_not_told() {
    let server = Server::seeded().await;
    server.advance(2 * DAY);
    server.events.take();
    let own = SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    server.send(own).await.assert_status(200);
    assert!(!server.events.take_kinds().contains(&EventKind::ClientUsed));
    consume(&server).await;
}
