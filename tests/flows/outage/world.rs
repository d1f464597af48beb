//! A server in use: alice is signed in, and her consent to both clients is remembered.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::json;

use super::{broker, elsewhere};
use crate::support::admin::make_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, TestClient};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{make_group, make_tool, tool, url};

/// A public client whose consent is remembered, since its redirect URI is a web site's.
pub const SPA: TestClient = TestClient { id: "spa", secret: None, redirect_uri: "https://spa.example/callback" };
/// A tool that everybody has on.
pub const TOOL: &str = "search";
pub const LOGO: &str = "https://logo.example/logo";

/// A server in use.
pub struct World {
    pub server: Server,
    cookies: BTreeMap<String, String>,
    made: Cell<u32>,
}

impl World {
    pub async fn new() -> Self {
        let server = Server::seeded().await;
        let spa = json!({
            "client_id": SPA.id, "client_name": "App", "public": true, "redirect_uris": [SPA.redirect_uri],
            "scope": "read:tools call:tools", "logo_uri": LOGO,
        });
        make_client(&server, spa).await;
        for name in [TOOL, "other"] {
            make_tool(&server, tool(name)).await;
        }
        make_group(&server, "all", &[TOOL, "other"]).await;
        broker::prepare(&server).await;
        elsewhere::prepare(&server).await;
        let on = "INSERT INTO user_tools SELECT users.id, tools.id, 1 FROM users, tools RETURNING tool_id";
        assert_eq!(server.database.peek(on).len(), 6);
        server.http.answer(&url(TOOL), 200, "text/plain", b"found");
        server.http.answer(LOGO, 200, "image/gif", b"GIF89a, and pixels");
        let mut alice = Browser::new(&server);
        alice.sign_in("alice", "alice").await;
        for client in [SERVER, SPA] {
            flow::authorize(&mut alice, &client, &[]).await.assert_status(303);
        }
        let cookies = alice.cookies.clone();
        Self { server, cookies, made: Cell::default() }
    }

    /// Alice's browser.
    pub fn alice(&self) -> Browser<'_> {
        let mut browser = Browser::new(&self.server);
        browser.cookies.clone_from(&self.cookies);
        browser
    }

    /// A name that nothing has yet.
    pub fn new_name(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("new-{}", self.made.get())
    }

    /// A code for `client`, from alice.
    pub async fn code(&self, client: &TestClient) -> String {
        let reply = self.alice().open(&client.authorize_path(&[])).await;
        reply.location_parameter("code").expect("consent is remembered")
    }

    /// The answer of the token endpoint to such a code.
    pub async fn tokens(&self, client: &TestClient) -> Reply {
        let reply = self.server.send(client.redeem(&self.code(client).await)).await;
        reply.assert_status(200);
        reply
    }

    /// A code for demo-server that is worth an ID token with her address, from alice.
    pub async fn openid_code(&self, browser: &mut Browser<'_>) -> String {
        let asked = [("scope", "openid email"), ("claims", r#"{"id_token":{"email":null}}"#)];
        flow::authorize(browser, &SERVER, &asked).await.location_parameter("code").expect("a code")
    }

    /// The answer of the token endpoint to such a code.
    pub async fn openid_tokens(&self, browser: &mut Browser<'_>) -> Reply {
        let code = self.openid_code(browser).await;
        let reply = self.server.send(SERVER.redeem(&code)).await;
        reply.assert_status(200);
        reply
    }

    /// Alice's consent is again as it was at first.
    pub fn forget_wide_consent(&self) {
        self.server.database.peek("UPDATE consents SET scopes = 'call:tools read:tools'");
    }

    /// A consent page for alice.
    pub async fn consent_page(&self) -> Reply {
        self.forget_wide_consent();
        let page = self.alice().open(&SERVER.authorize_path(&[("scope", "agent:connect")])).await;
        assert!(page.is_consent_page(), "{}", page.body);
        page
    }

    /// Makes this by the admin API; answers its id.
    pub async fn made(&self, path: &str, body: serde_json::Value, id: &str) -> String {
        let ask = Ask::json(axum::http::Method::POST, path, &body);
        self.server.as_admin(ask).await.assert_status(201).text(id)
    }
}
