//! The root paths that older MCP clients assume (C1).

use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::server::Server;

#[tokio::test]
async fn the_root_paths_do_what_the_canonical_ones_do() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let path = WEB.authorize_path(&[]);
    let page = browser.open(path.strip_prefix("/oauth").expect("the canonical path")).await;
    let code = browser.answer(&page, "approve").await.location_parameter("code").expect("a code");

    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", flow::VERIFIER)];
    let tokens = server.send(WEB.ask("/token", &form)).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let token = tokens.text("access_token");
    let seen = server.send(SERVER.ask("/introspect", &[("token", &token)])).await;
    assert_eq!(seen.json()["active"], true);
    assert_eq!(server.send(WEB.ask("/revoke", &[("token", &token)])).await.status, 200);
    assert!(!flow::is_active(&server, &token).await);
}
