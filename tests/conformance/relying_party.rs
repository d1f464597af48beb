//! A relying party as the suite plays it, with the browser of the person in front of it. It checks whatever the suite checks in
//! every module: the answer's parameters, the token answer, the ID token, UserInfo.

use std::collections::BTreeMap;

use axum::http::Method;
use ostiary::ports::Clock;
use ostiary::protocol::digest::{base64url, sha256};
use serde_json::{Value, json};

use crate::support::admin::{edit_client, make_client};
use crate::support::browser::Browser;
use crate::support::flow::SERVER;
use crate::support::jwt::{jwks, verified};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// 128 characters, the longest that the suite sends.
pub const STATE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
pub const NONCE: &str = "nonce-of-the-suite";

/// How the relying party wants its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In the query of a redirect: Basic OP.
    Query,
    /// In a form that the browser posts: Form Post OP.
    FormPost,
}

/// A client as it was registered, with a secret (empty where it has keys) and without PKCE.
#[derive(Clone, Debug)]
pub struct Registered {
    pub id: String,
    pub secret: String,
    pub redirect_uri: String,
}

pub struct RelyingParty<'a> {
    pub server: &'a Server,
    pub browser: Browser<'a>,
    pub client: Registered,
    pub mode: Mode,
}

/// What a relying party has after a sign-in, all of it checked.
#[derive(Debug)]
pub struct SignedIn {
    pub code: String,
    pub tokens: Value,
    pub id_token: Value,
    pub userinfo: Value,
}

impl SignedIn {
    pub fn token(&self, member: &str) -> &str {
        self.tokens[member].as_str().unwrap_or_else(|| panic!("no {member}: {}", self.tokens))
    }
}

impl<'a> RelyingParty<'a> {
    /// The suite's first client.
    pub async fn new(server: &'a Server, mode: Mode) -> Self {
        edit_client(server, SERVER.id, json!({ "require_pkce": false })).await;
        let [id, secret, redirect_uri] =
            [SERVER.id, "demo-server-secret", SERVER.redirect_uri].map(std::borrow::ToOwned::to_owned);
        Self { server, browser: Browser::new(server), client: Registered { id, secret, redirect_uri }, mode }
    }

    /// The suite's second client, with a browser of its own.
    pub async fn second(server: &'a Server, mode: Mode) -> Self {
        let redirect_uri = "https://second.example/callback".to_owned();
        let scope = "openid profile email address phone offline_access";
        let settings = json!({
            "client_name": "Second", "redirect_uris": [redirect_uri], "require_pkce": false, "scope": scope,
        });
        let registered = make_client(server, settings).await;
        let text = |member: &str| registered[member].as_str().expect("a text").to_owned();
        let client = Registered { id: text("client_id"), secret: text("client_secret"), redirect_uri };
        Self { server, browser: Browser::new(server), client, mode }
    }

    /// A client that registers itself (Dynamic OP), with a browser of its own, and what it is told.
    pub async fn registering(server: &'a Server, metadata: Value) -> (Self, Value) {
        let redirect_uri = metadata["redirect_uris"][0].as_str().expect("a redirect URI").to_owned();
        let reply = server.send(Ask::json(Method::POST, "/oauth/register", &metadata)).await;
        assert_eq!(reply.header("content-type"), "application/json", "{}", reply.body);
        let told = reply.assert_status(201).json();
        let secret = told["client_secret"].as_str().unwrap_or_default().to_owned();
        let client = Registered { id: reply.text("client_id"), secret, redirect_uri };
        (Self { server, browser: Browser::new(server), client, mode: Mode::Query }, told)
    }

    /// The parameters of its authorization request, with these changed or added (an empty value leaves one out).
    pub fn parameters(&self, changed: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", &self.client.id),
            ("redirect_uri", &self.client.redirect_uri),
            ("scope", "openid"),
            ("state", STATE),
            ("nonce", NONCE),
        ];
        if self.mode == Mode::FormPost {
            parameters.push(("response_mode", "form_post"));
        }
        parameters.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        parameters.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
        parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Sends the browser to the authorization endpoint.
    pub async fn ask(&mut self, changed: &[(&str, &str)]) -> Reply {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(self.parameters(changed)).finish();
        self.browser.open(&format!("/oauth/authorize?{query}")).await
    }

    /// Alice signs in if she must and approves if she is asked.
    pub async fn go_on(&mut self, mut page: Reply) -> Reply {
        if page.is_login_page() {
            page = self.browser.sign_in_on(&page, "alice", "alice").await;
        }
        if page.is_consent_page() {
            page = self.browser.answer(&page, "approve").await;
        }
        page
    }

    /// A whole sign-in of alice.
    pub async fn sign_in(&mut self, changed: &[(&str, &str)]) -> SignedIn {
        let page = self.ask(changed).await;
        let reply = self.go_on(page).await;
        self.finish(&reply, changed).await
    }

    /// A sign-in that nobody is asked anything for.
    pub async fn sign_in_silently(&mut self, changed: &[(&str, &str)]) -> SignedIn {
        let reply = self.ask(changed).await;
        self.finish(&reply, changed).await
    }

    /// From the answer that the browser brings to what is known of the person.
    pub async fn finish(&self, reply: &Reply, changed: &[(&str, &str)]) -> SignedIn {
        let answer = self.answer(reply);
        let names: Vec<&str> = answer.keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "iss", "state"]);
        let verifier =
            changed.iter().any(|(name, _)| *name == "code_challenge").then_some(crate::support::flow::VERIFIER);
        let tokens = self.server.send(self.redeem(&answer["code"], verifier)).await;
        let nonce = self.parameters(changed).into_iter().find(|(name, _)| name == "nonce").map(|(_, nonce)| nonce);
        let id_token = self.check_tokens(&tokens, nonce.as_deref()).await;
        let tokens = tokens.json();
        let userinfo = self.userinfo(tokens["access_token"].as_str().expect("a token")).await;
        assert_eq!(userinfo["sub"], id_token["sub"], "Core 5.3.2");
        SignedIn { code: answer["code"].clone(), tokens, id_token, userinfo }
    }

    /// The parameters of an answer, come as this relying party asked: with its `state` and our `iss`.
    pub fn answer(&self, reply: &Reply) -> BTreeMap<String, String> {
        let answer = self.stateless_answer(reply);
        assert_eq!(answer.get("state").map(String::as_str), Some(STATE));
        answer
    }

    /// The same for an answer to a request without `state`.
    pub fn stateless_answer(&self, reply: &Reply) -> BTreeMap<String, String> {
        let pairs = match self.mode {
            Mode::Query => self.of_query(reply),
            Mode::FormPost => self.of_form(reply),
        };
        let answer: BTreeMap<String, String> = pairs.iter().cloned().collect();
        assert_eq!(answer.len(), pairs.len(), "each parameter once");
        assert_eq!(answer.get("iss").map(String::as_str), Some(self.server.issuer()), "RFC 9207");
        answer
    }

    fn of_query(&self, reply: &Reply) -> Vec<(String, String)> {
        assert_eq!(reply.status, 303, "{}", reply.body);
        let redirect_uri = self.client.redirect_uri.as_str();
        let separator = if redirect_uri.contains('?') { '&' } else { '?' };
        let added = reply.header("location").strip_prefix(redirect_uri).and_then(|rest| rest.strip_prefix(separator));
        let added = added.unwrap_or_else(|| panic!("{} is elsewhere", reply.header("location")));
        assert!(!added.contains('#'), "{added}");
        url::form_urlencoded::parse(added.as_bytes()).into_owned().collect()
    }

    /// OAuth 2.0 Form Post Response Mode 2: everything is in the form, and nothing in the query.
    fn of_form(&self, reply: &Reply) -> Vec<(String, String)> {
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(reply.headers.get("location").is_none());
        assert!(reply.header("content-type").starts_with("text/html"));
        let form = format!("<form method=\"post\" action=\"{}\"", self.client.redirect_uri);
        assert_eq!(reply.body.matches(&form).count(), 1, "{}", reply.body);
        let inputs = reply.body.split("<input type=\"hidden\" name=\"").skip(1);
        inputs.map(|input| (upto_quote(input), upto_quote(input.split("value=\"").nth(1).expect("a value")))).collect()
    }

    /// The parameters of a refusal: nothing but what RFC 6749 4.1.2.1 and RFC 9207 name, in letters that it allows.
    pub fn refusal(&self, reply: &Reply) -> BTreeMap<String, String> {
        let answer = self.stateless_answer(reply);
        let known = ["error", "error_description", "error_uri", "iss", "state"];
        assert!(answer.keys().all(|name| known.contains(&name.as_str())), "{answer:?}");
        let described = answer["error_description"].chars();
        assert!(described.clone().count() > 0);
        assert!(described.clone().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\'), "{answer:?}");
        answer
    }

    /// Fails unless the answer is this error, with `state` and without a code.
    #[track_caller]
    pub fn assert_refused(&self, reply: &Reply, error: &str) {
        let answer = self.refusal(reply);
        assert_eq!(answer["error"], error);
        assert_eq!(answer["state"], STATE);
    }

    /// Its token request for a code.
    pub fn redeem(&self, code: &str, verifier: Option<&str>) -> Ask {
        let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &self.client.redirect_uri)];
        let verifier = verifier.map(|verifier| ("code_verifier", verifier));
        self.post("/oauth/token", &form.into_iter().chain(verifier).collect::<Vec<_>>())
    }

    /// A request of its own, with its secret by Basic.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Ask {
        Ask::post(path, form).basic(&self.client.id, &self.client.secret)
    }

    /// What every token answer is (Core 3.1.3.3); answers the claims of its ID token.
    pub async fn check_tokens(&self, reply: &Reply, nonce: Option<&str>) -> Value {
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"), "{}", reply.body);
        assert_eq!((reply.header("cache-control"), reply.text("token_type").as_str()), ("no-store", "Bearer"));
        assert_eq!(reply.json()["expires_in"], 1800);
        let jwt = verified(&jwks(self.server).await, &reply.text("id_token"));
        assert_eq!(jwt.header["typ"], "JWT");
        self.check_id_token(&jwt.claims, nonce);
        let half = base64url(&sha256(reply.text("access_token").as_bytes())[..16]);
        assert_eq!(jwt.claims["at_hash"], half, "Core 3.1.3.6");
        jwt.claims
    }

    fn check_id_token(&self, claims: &Value, nonce: Option<&str>) {
        let now = self.server.clock.now().seconds();
        let (iat, exp, auth_time) = (claims["iat"].as_i64(), claims["exp"].as_i64(), claims["auth_time"].as_i64());
        assert_eq!(claims["iss"], self.server.issuer());
        assert_eq!((&claims["aud"], &claims["azp"]), (&json!(self.client.id), &json!(self.client.id)));
        assert_eq!((iat, exp), (Some(now), Some(now + 1800)));
        assert!(auth_time.is_some_and(|auth_time| auth_time <= now), "{claims}");
        let sub = claims["sub"].as_str().expect("a sub");
        assert!((1..=255).contains(&sub.len()) && sub.bytes().all(|byte| byte.is_ascii_graphic()), "{sub}");
        assert_eq!(claims.get("nonce").and_then(Value::as_str), nonce);
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("urn:ostiary:acr:password"), &json!(["pwd"])));
        assert!(claims["sid"].as_str().is_some_and(|sid| !sid.is_empty()));
        assert!(!self.browser.cookies.values().any(|cookie| claims["sid"] == *cookie), "sid is never the cookie");
    }

    /// What UserInfo answers for an access token (Core 5.3.2).
    pub async fn userinfo(&self, access_token: &str) -> Value {
        let reply = self.server.send(Ask::get("/oauth/userinfo").bearer(access_token)).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"), "{}", reply.body);
        reply.json()
    }
}

/// The text up to the next quote, as HTML means it.
fn upto_quote(html: &str) -> String {
    let text = html.split('"').next().expect("a text");
    let letters = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    letters.into_iter().fold(text.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter))
}
