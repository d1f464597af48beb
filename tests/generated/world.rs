//! A deployed server in the middle of its day: people signed in, pages open, codes and tokens out.

use std::collections::BTreeMap;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::http::Method;
use ostiary::app::{Context, Whence};
use ostiary::ports::{Database, Statement};
use ostiary::protocol::scope::ScopeSet;
use ostiary::service::upstream::link;
use serde_json::{Value, json};

use crate::support::admin::{make_client, make_user, old_key, user_client};
use crate::support::browser::Browser;
use crate::support::client_key::ES256;
use crate::support::flow::{CHALLENGE, VERIFIER};
use crate::support::forge::Jwt;
use crate::support::idp;
use crate::support::log_lines;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::secrets;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::snapshot::{Remembered, Snapshot};
use crate::support::tools::{EVERY_SCOPE, make_group, make_tool, switch, with};

pub const PASSWORD: &str = "correct horse battery";
/// Where every tool asks, and what it proves itself by.
const TOOLS: &str = "https://tools.example/";
/// Where people go on to connect an account.
pub const PROVIDER: &str = "https://mailer.example/authorize?";
const TOOL_SECRET: &str = "secret-of-a-tool-at-its-server";
pub const LOGO: &str = "https://logo.example/a.png";
/// A signing key that is in no slot any more.
pub const OLD_KEY: &str = "old-key";
/// Where the client `server` has people sent after signing out.
pub const AFTERWARDS: &str = "https://server.example/bye";

/// The world, and what is known of it by name: ids, codes, tokens, cookies…
pub struct World {
    pub server: Server,
    pub known: BTreeMap<&'static str, String>,
    /// All redirect URIs that were registered.
    pub redirect_uris: Vec<String>,
    snapshot: Snapshot,
    pub before: Remembered,
}

/// Names of what must never be seen in a log or in an answer that refuses.
const SECRETS: [&str; 34] = [
    "password",
    "password_link",
    "admin_token",
    "server_secret",
    "plain_secret",
    "own_secret",
    "user_secret",
    "code_web",
    "code_server",
    "code_plain",
    "code_used",
    "refresh_web",
    "refresh_server",
    "refresh_previous",
    "refresh_old",
    "access_user",
    "access_client",
    "access_tools",
    "tool_secret",
    "access_agents",
    "agent_state",
    "upstream",
    "provider_secret",
    "upstream_access",
    "upstream_refresh",
    "connect_state",
    "access_revoked",
    "access_openid",
    "id_token_bob",
    "alice_session",
    "bob_session",
    "alice_browser",
    "carol_session",
    "operator_session",
];

impl World {
    pub async fn prepared() -> Self {
        log_lines::capture();
        secrets::are_looked_for_by_the_test();
        let mut made = Making { server: Server::deployed(), known: BTreeMap::new(), redirect_uris: Vec::new() };
        made.people().await;
        made.clients().await;
        made.pages().await;
        made.codes().await;
        made.tokens().await;
        made.tools().await;
        made.agents().await;
        old_key(&made.server, OLD_KEY).await;
        made.nouns().await;
        made.broker().await;
        let Making { server, known, redirect_uris } = made;
        server.http.answer(LOGO, 200, "image/gif", b"GIF89a");
        let (snapshot, before) = (server.snapshot(), server.remembered());
        Self { server, known, redirect_uris, snapshot, before }
    }

    /// What is known under this name.
    pub fn get(&self, name: &str) -> &str {
        &self.known[name]
    }

    /// Everything as it was at first.
    pub fn restore(&mut self) {
        self.server = self.server.restored(&self.snapshot);
        self.server.events.take();
        self.server.hops.take();
        log_lines::take();
    }

    /// Each secret with its name.
    pub fn secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        SECRETS.into_iter().map(|name| (name, self.get(name)))
    }
}

struct Making {
    server: Server,
    known: BTreeMap<&'static str, String>,
    redirect_uris: Vec<String>,
}

impl Making {
    fn know(&mut self, name: &'static str, value: impl Into<String>) {
        self.known.insert(name, value.into());
    }

    async fn people(&mut self) {
        for name in ["alice", "bob", "carol"] {
            make_user(&self.server, name, PASSWORD).await;
        }
        // A hash of little cost, so that most sign-ins take no time; the one of an unknown name costs what it costs.
        let params = Params::new(8, 1, 1, None).expect("the least");
        let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let quick = argon2.hash_password(PASSWORD.as_bytes(), &salt).expect("a hash").to_string();
        let all = Statement::write("UPDATE users SET password_hash = ?1", vec![quick.as_str().into()]);
        self.server.database.run(all).await.expect("SQL of the test");
        let admin = Statement::write("UPDATE users SET role = 'admin' WHERE name = 'carol'", Vec::new());
        self.server.database.run(admin).await.expect("SQL of the test");
        let alice = crate::support::admin::user_id(&self.server, "alice").await;
        let (client, secret) = user_client(&self.server, "alice").await;
        self.know("alice", alice);
        self.know("user_client", client);
        self.know("user_secret", secret);
        self.know("afterwards", AFTERWARDS);
        self.know("user_redirect", "http://localhost:8501/oauth/callback");
        self.know("password", PASSWORD);
        self.know("admin_token", ADMIN_TOKEN);
        self.redirect_uris.push(self.known["user_redirect"].clone());
    }

    async fn clients(&mut self) {
        let all = json!(["authorization_code", "refresh_token", "client_credentials"]);
        let (web, app) = ("http://localhost:3000/callback", "com.example.app:/cb");
        let settings = json!({ "client_id": "web", "public": true, "redirect_uris": [web, app], "logo_uri": LOGO });
        self.client(["web", "web_redirect", ""], settings).await;
        let settings = json!({ "client_id": "server", "redirect_uris": ["https://server.example/callback"],
            "grant_types": all, "resource_server": true, "post_logout_redirect_uris": [AFTERWARDS],
            "backchannel_logout_uri": "https://server.example/out" });
        self.client(["server", "server_redirect", "server_secret"], settings).await;
        let settings = json!({ "client_id": "plain", "redirect_uris": ["https://plain.example/cb?a=b"],
            "require_pkce": false });
        self.client(["plain", "plain_redirect", "plain_secret"], settings).await;
        let settings = json!({ "client_id": "own", "redirect_uris": ["https://own.example/cb"], "first_party": true,
            "consent_policy": "skip", "scope": "read:tools call:tools manage:tools admin openid" });
        self.client(["own", "own_redirect", "own_secret"], settings).await;
        let settings = json!({ "client_id": "off", "redirect_uris": ["https://off.example/cb"], "disabled": true });
        self.client(["off", "off_redirect", "off_secret"], settings).await;
    }

    async fn client(&mut self, [id, redirect, secret]: [&'static str; 3], mut settings: Value) {
        let usual = [
            ("client_name", json!(format!("The app {id}"))),
            ("grant_types", json!(["authorization_code", "refresh_token"])),
            ("scope", json!("read:tools call:tools agent:connect openid profile email")),
        ];
        let members = settings.as_object_mut().expect("an object");
        for (name, value) in usual {
            members.entry(name).or_insert(value);
        }
        let made = make_client(&self.server, settings).await;
        let uris = made["redirect_uris"].as_array().expect("redirect URIs").iter();
        let uris: Vec<String> = uris.map(|uri| uri.as_str().expect("a text").to_owned()).collect();
        self.know(id, id);
        self.know(redirect, uris[0].clone());
        self.redirect_uris.extend(uris);
        if let Some(made) = made["client_secret"].as_str() {
            self.know(secret, made);
        }
    }

    /// The query of an authorization request of `client`.
    fn authorize(&self, client: &str, redirect: &str) -> String {
        let pairs = [
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", &self.known[redirect]),
            ("scope", "read:tools"),
            ("state", "state-of-the-client"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let pairs = pairs.iter().filter(|(name, _)| client != "plain" || !name.starts_with("code_challenge"));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("/oauth/authorize?{query}")
    }

    async fn pages(&mut self) {
        let (web, server) = (self.authorize("web", "web_redirect"), self.authorize("server", "server_redirect"));
        let mut nobody = Browser::new(&self.server);
        let login = nobody.open(&web).await.field("interaction");
        let page = nobody.open("/login").await;
        let (own, csrf) = (page.field("interaction"), page.field("csrf_token"));

        let mut alice = Browser::new(&self.server);
        alice.sign_in("alice", PASSWORD).await;
        let of_web = alice.open(&web).await.field("interaction");
        let consent = alice.open(&server).await;
        let alice_csrf = consent.field("csrf_token");
        let consent = consent.field("interaction");
        let denied = alice.open(&web).await;
        let answered = denied.field("interaction");
        alice.answer(&denied, "deny").await.assert_status(303);

        let select = alice.open(&format!("{server}&prompt=select_account")).await.field("interaction");
        let sign_out = alice.open("/oauth/logout").await.field("interaction");

        let mut bob = Browser::new(&self.server);
        bob.sign_in("bob", PASSWORD).await;
        let bob_csrf = bob.open("/account").await.field("csrf_token");
        let browsers = [cookies(&nobody), cookies(&alice), cookies(&bob)];
        let carol = crate::support::admin::user_id(&self.server, "carol").await;
        let link = Ask::method(Method::POST, &format!("/admin/api/users/{carol}/password-link"));
        let link = self.server.as_admin(link).await.text("url");

        let mut operator = Browser::new(&self.server);
        let way_in = operator.open("/admin/login").await;
        let fields = [("token", ADMIN_TOKEN), ("action", "sign_in")];
        operator.submit("/admin/login", &way_in, &fields).await.assert_status(303);
        let operator_csrf = operator.open("/admin").await.field("csrf_token");
        let operator_session = operator.cookies["__Host-ostiary_admin"].clone();

        let mut administrator = Browser::new(&self.server);
        administrator.sign_in("carol", PASSWORD).await;
        let carol_csrf = administrator.open("/account").await.field("csrf_token");
        let carol = cookies(&administrator);

        let [nobody, alice, bob] = browsers;
        for (name, value) in [
            ("login_interaction", login),
            ("page_interaction", own),
            ("csrf", csrf),
            ("web_interaction", of_web),
            ("consent_interaction", consent),
            ("answered_interaction", answered),
            ("select_interaction", select),
            ("sign_out_interaction", sign_out),
            ("alice_csrf", alice_csrf),
            ("bob_csrf", bob_csrf),
            ("carol_csrf", carol_csrf),
            ("carol_browser", carol.0),
            ("carol_session", carol.1),
            ("operator_csrf", operator_csrf),
            ("operator_session", operator_session),
            ("password_link", link.trim_start_matches("https://auth.example").to_owned()),
            ("browser", nobody.0),
            ("alice_browser", alice.0),
            ("alice_session", alice.1),
            ("bob_browser", bob.0),
            ("bob_session", bob.1),
        ] {
            self.know(name, value);
        }
    }

    /// A code for `client`, from bob, so that alice's consents are as they were.
    async fn code(&self, client: &str, redirect: &str) -> String {
        self.code_by(&self.authorize(client, redirect)).await
    }

    async fn code_by(&self, path: &str) -> String {
        let mut browser = Browser::new(&self.server);
        let login = browser.open(path).await;
        let mut page = browser.sign_in_on(&login, "bob", PASSWORD).await;
        if page.is_consent_page() {
            page = browser.answer(&page, "approve").await;
        }
        page.location_parameter("code").unwrap_or_else(|| panic!("no code: {}", page.body))
    }

    async fn codes(&mut self) {
        for (name, client, redirect) in [
            ("code_web", "web", "web_redirect"),
            ("code_server", "server", "server_redirect"),
            ("code_plain", "plain", "plain_redirect"),
            ("code_used", "web", "web_redirect"),
        ] {
            let code = self.code(client, redirect).await;
            self.know(name, code);
        }
    }

    async fn tokens(&mut self) {
        let used = self.redeem("web", "web_redirect", &self.known["code_used"]).await;
        let code = self.code("web", "web_redirect").await;
        let first = self.redeem("web", "web_redirect", &code).await;
        let code = self.code("server", "server_redirect").await;
        let one = self.redeem("server", "server_redirect", &code).await;
        let two = self.refresh(&one.text("refresh_token")).await;
        let three = self.refresh(&two.text("refresh_token")).await;
        let asked = self.authorize("server", "server_redirect").replace("read%3Atools", "openid+email");
        let of_bob = self.redeem("server", "server_redirect", &self.code_by(&asked).await).await;
        let for_itself = self.token("server", &[("grant_type", "client_credentials")]).await;
        let revoked = self.token("server", &[("grant_type", "client_credentials")]).await.text("access_token");
        let secret = &self.known["server_secret"];
        let revoke = Ask::post("/oauth/revoke", &[("token", &revoked)]).basic("server", secret);
        self.server.send(revoke).await.assert_status(200);
        for (name, value) in [
            ("access_used", used.text("access_token")),
            ("access_user", first.text("access_token")),
            ("refresh_web", first.text("refresh_token")),
            ("refresh_old", one.text("refresh_token")),
            ("refresh_previous", two.text("refresh_token")),
            ("refresh_server", three.text("refresh_token")),
            ("access_openid", of_bob.text("access_token")),
            ("id_token_bob", of_bob.text("id_token")),
            ("access_client", for_itself.text("access_token")),
            ("access_revoked", revoked),
        ] {
            self.know(name, value);
        }
        // Past the second within which a code's second use is only a duplicate.
        self.server.advance(2);
    }

    /// Bob, whose tokens these are, has one of two tools on.
    async fn tools(&mut self) {
        let properties = json!({ "q": { "type": "string" }, "n": { "type": "integer" } });
        let request = json!({ "method": "POST", "url": TOOLS, "body": "arguments" });
        let bearer = json!({ "bearer": { "secret": TOOL_SECRET } });
        let settings = json!({
            "name": "search", "input_schema": { "type": "object", "properties": properties }, "request": request,
            "authentication": bearer,
        });
        let made = make_tool(&self.server, settings.clone()).await;
        make_tool(&self.server, with(settings, &json!({ "name": "other" }))).await;
        make_group(&self.server, "group", &["other"]).await;
        let token = Jwt::of(&self.known["access_user"]).claim("scope", json!(EVERY_SCOPE));
        let token = token.signed(&self.server).await;
        switch(&self.server, &token, "tools/search", Some(true)).await;
        self.server.http.answer(TOOLS, 200, "application/json", br#"{"found":[]}"#);
        self.know("tool", made["id"].as_str().expect("an id"));
        self.know("tool_secret", TOOL_SECRET);
        self.know("access_tools", token);
    }

    /// Bob has said yes to an agent.
    async fn agents(&mut self) {
        idp::make(&self.server, &idp::settings()).await;
        idp::answers(&self.server);
        let token = Jwt::of(&self.known["access_user"]).claim("scope", json!("agent:connect connections:token"));
        let token = token.signed(&self.server).await;
        let body = json!({ "agent_id": "bot", "provider": "idp" });
        let ask = Ask::json(Method::POST, "/oauth/fastmcp/agent/authenticate", &body).bearer(&token);
        let url = self.server.send(ask).await.assert_status(200).text("authorization_url");
        let mut bob = Browser::new(&self.server);
        bob.sign_in("bob", PASSWORD).await;
        let begun = idp::begin(&mut bob, url.strip_prefix(self.server.issuer()).expect("a page of ours")).await;
        let claims = idp::claims(&self.server, &begun.location_parameter("nonce").expect("a nonce"));
        self.server.http.answer_json(idp::TOKEN, None, &idp::tokens(&idp::id_token(ES256, &claims)));
        bob.open(&idp::answer(&begun, "")).await.assert_status(200);
        self.know("access_agents", token);
        self.know("agent_state", begun.location_parameter("state").expect("a state"));
        self.know("upstream", "upstream-access-1");
    }

    /// One of each kind that is not there yet, with its id, and of what entity tag the client `plain` is.
    async fn nouns(&mut self) {
        let scope = json!({ "name": "photos", "description": "See photos" });
        let resource = json!({ "resource": "https://photos.example/", "name": "Photos", "scope": "photos" });
        for (name, kind, id, body) in [
            ("scope", "scopes", "name", scope),
            ("resource", "resources", "id", resource),
            ("initial_token", "initial-access-tokens", "id", json!({ "name": "for somebody" })),
        ] {
            let ask = Ask::json(Method::POST, &format!("/admin/api/{kind}"), &body);
            let made = self.server.as_admin(ask).await.assert_status(201).text(id);
            self.know(name, made);
        }
        let plain = self.server.as_admin(Ask::get("/admin/api/clients/plain")).await;
        let tag = plain.assert_status(200).header("etag").to_owned();
        self.know("revision", tag.trim_matches('"'));
        self.know("tag", tag);
    }

    /// A provider, at which bob has connected an account that his tool `mail` needs, and alice is about to.
    async fn broker(&mut self) {
        const TOKEN: &str = "https://mailer.example/token";
        let provider = json!({ "id": "mailer", "kind": "oauth", "client_id": "us", "client_secret": "secret-of-ours-there",
            "scopes": "mail", "authorization_endpoint": "https://mailer.example/authorize", "token_endpoint": TOKEN,
            "userinfo_endpoint": "https://mailer.example/user", "revocation_endpoint": "https://mailer.example/revoke" });
        let ask = Ask::json(Method::POST, "/admin/api/providers", &provider);
        self.server.as_admin(ask).await.assert_status(201);
        let tokens = json!({ "access_token": "upstream-access-token", "refresh_token": "upstream-refresh-token" });
        self.server.http.answer_json(TOKEN, None, &tokens);
        self.server.http.answer_json("https://mailer.example/user", None, &json!({ "sub": "somebody-there" }));
        self.server.http.answer("https://mailer.example/revoke", 200, "", b"");
        self.server.http.answer("https://mail.example/", 200, "text/plain", b"letters");
        let mail = json!({ "name": "mail", "request": { "method": "GET", "url": "https://mail.example/" },
            "authentication": { "connection": { "provider": "mailer", "scopes": "mail" } } });
        make_tool(&self.server, mail).await;
        switch(&self.server, &self.known["access_tools"], "tools/mail", Some(true)).await;
        let state = self.begun("bob_browser", "bob_session").await;
        let answer = format!("/oauth/callback/mailer?code=the-code&state={state}");
        self.browser("bob_browser", "bob_session").open(&answer).await.assert_status(200);
        let row = self.server.database.peek("SELECT id FROM connections WHERE agent_id = ''").remove(0);
        let state = self.begun("alice_browser", "alice_session").await;
        let context = Context::new(&self.server.app, "the request".to_owned(), Whence::default());
        let scopes = ScopeSet::from_iter(["mail"]);
        let url = link::ticket(&self.server.app, &context, &self.known["alice"], "mailer", &scopes).await;
        let url = url.expect("a ticket");
        self.know("connection", row["id"].as_str().expect("an id"));
        self.know("connect_state", state);
        self.know("ticket", url.rsplit_once('=').expect("a ticket").1);
        self.know("provider_secret", "secret-of-ours-there");
        self.know("upstream_access", "upstream-access-token");
        self.know("upstream_refresh", "upstream-refresh-token");
    }

    fn browser(&self, browser: &str, session: &str) -> Browser<'_> {
        let mut here = Browser::new(&self.server);
        here.cookies.insert("__Host-ostiary_browser".to_owned(), self.known[browser].clone());
        here.cookies.insert("__Host-ostiary_session".to_owned(), self.known[session].clone());
        here
    }

    /// The state of a linking that this browser has begun.
    async fn begun(&self, browser: &str, session: &str) -> String {
        let mut browser = self.browser(browser, session);
        let page = browser.open("/connect/mailer").await;
        let reply = browser.submit("/connect/mailer", &page, &[]).await;
        reply.location_parameter("state").unwrap_or_else(|| panic!("no state: {}", reply.body))
    }

    async fn redeem(&self, client: &str, redirect: &str, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.known[redirect]),
            ("code_verifier", VERIFIER),
        ];
        self.token(client, &form).await
    }

    async fn refresh(&self, token: &str) -> Reply {
        self.token("server", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn token(&self, client: &str, form: &[(&str, &str)]) -> Reply {
        let secret = self.known.get("server_secret").filter(|_| client == "server");
        let ask = match secret {
            Some(secret) => Ask::post("/oauth/token", form).basic(client, secret),
            None => Ask::post("/oauth/token", &[form, &[("client_id", client)]].concat()),
        };
        let reply = self.server.send(ask).await;
        reply.assert_status(200);
        reply
    }
}

/// The binding cookie and the session's, if there is one.
fn cookies(browser: &Browser<'_>) -> (String, String) {
    let find = |wanted: &str| browser.cookies.iter().find(|(name, _)| name.ends_with(wanted));
    let value = |wanted| find(wanted).map(|(_, value)| value.clone()).unwrap_or_default();
    (value("_browser"), value("_session"))
}
