//! `/logout`

use ostiary::model::audit::EventKind;

use crate::support::admin::user_id;
use crate::support::browser::Browser;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn signing_out_kills_the_session_on_the_server_and_takes_the_cookie() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let account = browser.sign_in("alice", "alice").await;
    let stolen = browser.cookies.clone();
    let signed_out_by_alice = (EventKind::SignOut, Some(user_id(&server, "alice").await));
    server.hops.take();
    let reply = browser.submit("/logout", &account, &[]).await;
    assert_eq!(server.hops.take(), ["database"], "one statement removes it and says whose it was");
    assert_eq!(server.events.take().last().map(|event| (event.kind, event.actor.clone())), Some(signed_out_by_alice));
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/logout"));
    assert!(!browser.cookies.contains_key("ostiary_session"));
    assert!(browser.open("/logout").await.body.contains("Signed out"));
    assert!(server.database.peek("SELECT * FROM sessions").is_empty());
    let mut thief = Browser::new(&server);
    thief.cookies = stolen;
    assert_eq!(thief.open("/account").await.header("location"), "/login");
}

#[tokio::test]
async fn nobody_can_be_signed_out_by_a_link_or_another_site() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let account = browser.sign_in("alice", "alice").await;
    assert_eq!(browser.open("/logout").await.header("location"), "/account");
    let csrf = account.field("csrf_token");
    for ask in [
        Ask::post("/logout", &[("csrf_token", "wrong")]),
        Ask::post("/logout", &[("csrf_token", &csrf)]).header("origin", "https://evil.example"),
    ] {
        browser.send(ask).await.assert_error_page(403, "access_denied");
    }
    browser.send(Ask::post("/logout", &[])).await.assert_error_page(400, "invalid_request");
    assert_eq!(browser.open("/account").await.status, 200);
}

#[tokio::test]
async fn other_browsers_stay_signed_in() {
    let server = Server::seeded().await;
    let (mut one, mut other) = (Browser::new(&server), Browser::new(&server));
    let account = one.sign_in("alice", "alice").await;
    other.sign_in("alice", "alice").await;
    one.submit("/logout", &account, &[]).await;
    assert_eq!(other.open("/account").await.status, 200);
}
