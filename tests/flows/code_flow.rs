//! The main job: sign in, consent, tokens, refresh, introspection, revocation.

use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_person_signs_in_and_consents_and_the_client_gets_and_uses_tokens() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);

    let page = browser.open(&WEB.authorize_path(&[])).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("id=\"login-form\""), "{}", page.body);
    let page = browser.sign_in_on(&page, "alice", "alice").await;
    assert!(page.body.contains("id=\"consent-form\""), "{}", page.body);
    assert!(page.body.contains("See the tools that are switched on"));
    let reply = browser.answer(&page, "approve").await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.location_parameter("state").as_deref(), Some("state-of-the-client"));
    assert_eq!(reply.location_parameter("iss").as_deref(), Some("http://localhost:8787"));

    let code = reply.location_parameter("code").expect("a code");
    let first = server.send(WEB.redeem(&code)).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.json()["expires_in"], 1800);
    assert_eq!(first.text("token_type"), "Bearer");
    assert_eq!(first.text("scope"), "read:tools call:tools");
    assert_eq!(first.header("cache-control"), "no-store");

    let clients = server.send(Ask::get("/api/oauth/clients/me").bearer(&first.text("access_token"))).await;
    assert_eq!(clients.status, 200, "{}", clients.body);
    assert_eq!(clients.json()[0]["client_name"], "alice OAuth Client");

    let second = server.send(WEB.refresh(&first.text("refresh_token"))).await;
    assert_eq!(second.status, 200, "{}", second.body);
    let seen = server.send(SERVER.introspect(&second.text("access_token"))).await.json();
    assert_eq!(seen["active"], true);
    assert_eq!(seen["username"], "alice");
    assert_eq!(seen["client_id"], "demo-web");
    assert_eq!(seen["token_type"], "Bearer");

    let revoked = server.send(WEB.revoke(&second.text("refresh_token"))).await;
    assert_eq!(revoked.status, 200);
    assert!(!flow::is_active(&server, &second.text("access_token")).await);
    assert!(!flow::is_active(&server, &first.text("access_token")).await);
    server.send(WEB.refresh(&second.text("refresh_token"))).await.assert_error(400, "invalid_grant");
}
