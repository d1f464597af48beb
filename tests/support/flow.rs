//! The code flow, as clients and people go through it.

use super::browser::Browser;
use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

/// A verifier and its S256 challenge (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A client of the tests.
#[derive(Clone, Copy, Debug)]
pub struct TestClient {
    pub id: &'static str,
    pub secret: Option<&'static str>,
    pub redirect_uri: &'static str,
}

pub const WEB: TestClient = TestClient { id: "demo-web", secret: None, redirect_uri: "http://localhost:3000/callback" };
pub const SERVER: TestClient = TestClient {
    id: "demo-server",
    secret: Some("demo-server-secret"),
    redirect_uri: "https://server.example/callback",
};

impl TestClient {
    /// Where the client sends a person's browser, with these parameters changed or added (an empty value leaves one
    /// out).
    pub fn authorize_path(&self, changed: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", self.id),
            ("redirect_uri", self.redirect_uri),
            ("scope", "read:tools call:tools"),
            ("state", "state-of-the-client"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        parameters.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        parameters.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        format!("/oauth/authorize?{query}")
    }

    /// A request of the client's own, authenticated as it is registered.
    pub fn ask(&self, path: &str, form: &[(&str, &str)]) -> Ask {
        if let Some(secret) = self.secret {
            return Ask::post(path, form).basic(self.id, secret);
        }
        let mut form = form.to_vec();
        form.push(("client_id", self.id));
        Ask::post(path, &form)
    }

    /// The token request for a code, with its redirect URI and verifier.
    pub fn redeem(&self, code: &str) -> Ask {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.ask("/oauth/token", &form)
    }

    pub fn refresh(&self, refresh_token: &str) -> Ask {
        self.ask("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)])
    }

    pub fn introspect(&self, token: &str) -> Ask {
        self.ask("/oauth/introspect", &[("token", token)])
    }

    pub fn revoke(&self, token: &str) -> Ask {
        self.ask("/oauth/revoke", &[("token", token)])
    }
}

/// Alice signs in if she must, approves if she is asked, and the client gets its answer.
pub async fn authorize(browser: &mut Browser<'_>, client: &TestClient, changed: &[(&str, &str)]) -> Reply {
    let mut page = browser.open(&client.authorize_path(changed)).await;
    if page.body.contains("id=\"login-form\"") {
        page = browser.sign_in_on(&page, "alice", "alice").await;
    }
    if page.body.contains("id=\"consent-form\"") {
        page = browser.answer(&page, "approve").await;
    }
    page
}

/// A code for `client`, from alice.
pub async fn code(server: &Server, client: &TestClient) -> String {
    let reply = authorize(&mut Browser::new(server), client, &[]).await;
    reply.location_parameter("code").unwrap_or_else(|| panic!("no code: {} {}", reply.status, reply.body))
}

/// Tokens for `client`, from alice: the answer of the token endpoint.
pub async fn tokens(server: &Server, client: &TestClient) -> Reply {
    let code = code(server, client).await;
    let reply = server.send(client.redeem(&code)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply
}

/// What demo-server learns of a token by introspection.
pub async fn is_active(server: &Server, token: &str) -> bool {
    let reply = server.send(SERVER.introspect(token)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["active"].as_bool().expect("active")
}
