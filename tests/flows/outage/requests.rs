//! The requests of the matrix, one a line: what it is, which ports it asks, how a failure is told, what is done before
//! it, and how success looks. A new endpoint is one more line, here or in `nouns.rs`.

use std::future::ready;
use std::pin::Pin;

use axum::http::Method;
use serde_json::{Value, json};

use super::replies::{
    asks_consent, asks_to_sign_out, counts_clients, goes_on, goes_to_the_client, has_code, has_id_token, has_url,
    is_active, is_called, is_denied, is_done, is_generation_1, is_generation_2, is_listed, is_made, is_on, is_there,
    is_told, lists_apps, ok, shows_secret, signs_in, tells_of_alice,
};
use super::world::{SPA, TOOL, World};
use super::{account, admin_pages, agents, elsewhere};
use crate::support::admin::{change_key, old_key};
use crate::support::browser::Browser;
use crate::support::flow::{SERVER, TestClient};
use crate::support::forge::{Jwt, es256_kid};
use crate::support::mcp::{McpClient, STATELESS};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::ADMIN_TOKEN;
use crate::support::tools::{EVERY_SCOPE, ask, tool};

/// Where demo-server has people sent after signing out.
pub const AFTERWARDS: &str = "https://server.example/";

/// A kind of request.
pub struct Request {
    pub name: &'static str,
    /// The ports that it asks, in a new isolate.
    pub asks: &'static str,
    /// How it says that it failed.
    pub fails: Fails,
    /// Does what comes before, and answers the request itself, which can then be sent as often as one likes.
    pub prepare: Prepare,
    /// Whether it did what it is for.
    pub success: fn(&Reply) -> bool,
}

/// How a failure is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fails {
    /// As JSON (RFC 6749 5.2).
    Json,
    /// On a page.
    Page,
    /// To the client by redirect once the destination is proven, before on a page (RFC 6749 4.1.2.1).
    Client,
}

type Prepare = for<'a> fn(&'a World) -> Prepared<'a>;
pub(super) type Prepared<'a> = Pin<Box<dyn Future<Output = Ask> + 'a>>;

pub(super) const fn row(
    name: &'static str,
    asks: &'static str,
    fails: Fails,
    prepare: Prepare,
    success: fn(&Reply) -> bool,
) -> Request {
    Request { name, asks, fails, prepare, success }
}

use Fails::{Client, Json, Page};

pub const REQUESTS: &[Request] = &[
    row("metadata", "", Json, |_| get("/.well-known/oauth-authorization-server"), ok),
    row("keys", "database", Json, |_| get("/.well-known/jwks.json"), ok),
    row("health", "", Json, |_| get("/healthz"), ok),
    row("brand", "", Json, |_| get("/brand.css"), ok),
    row("logo", "database limiter http", Json, |_| get("/client-logo/spa"), ok),
    row("authorize: nobody signed in", "database limiter", Client, |w| authorize_as_stranger(w), Reply::is_login_page),
    row("authorize: consent wanted", "database limiter", Client, |w| authorize(w, "agent:connect"), asks_consent),
    row("authorize: consent known", "database codes limiter", Client, |w| authorize(w, "read:tools"), has_code),
    row("login page", "database", Page, |_| get("/login"), Reply::is_login_page),
    row("elsewhere: to", "database limiter", Page, |w| Box::pin(elsewhere::to(w)), elsewhere::leads_there),
    row("elsewhere: back", "database limiter http", Page, |w| Box::pin(elsewhere::back(w)), signs_in),
    row("login", "database login_guard limiter", Page, |w| Box::pin(login(w, false, "sign_in")), signs_in),
    row("login again", "database login_guard limiter", Page, |w| Box::pin(login(w, true, "sign_in")), signs_in),
    row("login: cancelled", "database limiter", Client, |w| Box::pin(login(w, false, "cancel")), is_denied),
    row("consent page", "database limiter", Client, |w| Box::pin(consent_page(w)), asks_consent),
    row("consent: yes", "database codes limiter", Client, |w| Box::pin(consent(w, "approve")), has_code),
    row("consent: no", "database limiter", Client, |w| Box::pin(consent(w, "deny")), is_denied),
    row(
        "consent: somebody else",
        "database limiter",
        Client,
        |w| Box::pin(consent(w, "switch_account")),
        Reply::is_login_page,
    ),
    row("account page", "database limiter", Page, |w| account(w), ok),
    row("account page: profile", "database limiter", Page, |w| account_page(w, "profile"), ok),
    row("account page: sessions", "database limiter", Page, |w| account_page(w, "sessions"), ok),
    row("account page: apps", "database grants limiter", Page, |w| account_page(w, "apps"), lists_apps),
    row("account page: tools", "database limiter", Page, |w| account_page(w, "tools"), ok),
    row("account page: module", "database limiter", Page, |w| account_page(w, "tools/external_tool_agents.py"), ok),
    row("account page: client", "database limiter", Page, |w| account_page(w, "client"), ok),
    row("account: profile", "database limiter", Page, |w| Box::pin(account::profile(w)), is_done),
    row("account: password", "database grants login_guard limiter", Page, |w| Box::pin(account::password(w)), is_done),
    row("account: sign out elsewhere", "database grants limiter", Page, |w| Box::pin(account::end_others(w)), is_done),
    row("account: remove an app", "database grants limiter", Page, |w| Box::pin(account::remove_app(w)), is_done),
    row("account: tools", "database limiter", Page, |w| Box::pin(account::tools(w)), is_done),
    row("account: client", "database limiter", Page, |w| Box::pin(account::client(w)), is_done),
    row("account: secret", "database limiter", Page, |w| Box::pin(account::secret(w)), shows_secret),
    row("password link: page", "database limiter", Page, |w| Box::pin(account::password_link(w)), ok),
    row("password link", "database grants login_guard limiter", Page, |w| Box::pin(account::set_password(w)), goes_on),
    row("admin: sign-in page", "", Page, |_| get("/admin/login"), ok),
    row("admin: sign in", "database limiter", Page, |w| Box::pin(admin_pages::sign_in(w)), admin_pages::signs_in),
    row(
        "admin: go on",
        "database limiter",
        Page,
        |w| Box::pin(admin_pages::sign_in_as_person(w)),
        admin_pages::signs_in,
    ),
    row("admin: overview", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin")), ok),
    row("admin: settings", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin/settings")), ok),
    row(
        "admin: audit",
        "database limiter audit_database",
        Page,
        |w| Box::pin(admin_pages::page(w, "/admin/audit")),
        ok,
    ),
    row("admin: sign out", "database limiter", Page, |w| Box::pin(admin_pages::sign_out(w)), goes_on),
    row("logout", "database limiter", Page, |w| Box::pin(logout(w)), goes_on),
    row("logged out", "database limiter", Page, |w| at_once(w.alice().dress(Ask::get("/logout"))), goes_on),
    row("client's logout: asked", "database limiter", Page, |w| Box::pin(asked_to_sign_out(w)), asks_to_sign_out),
    row(
        "client's logout: hint",
        "database grants limiter",
        Page,
        |w| Box::pin(sign_out_by_hint(w)),
        goes_to_the_client,
    ),
    row("client's logout: yes", "database grants limiter", Page, |w| Box::pin(sign_out_by_yes(w)), goes_to_the_client),
    row("token: client", "database", Json, |_| at_once(by_client()), ok),
    row("token: code, public", "database codes grants", Json, |w| Box::pin(code(w, &SPA)), is_generation_1),
    row("token: code", "database codes grants", Json, |w| Box::pin(code(w, &SERVER)), is_generation_1),
    row("token: refresh, public", "database grants", Json, |w| Box::pin(refresh(w, &SPA)), is_generation_2),
    row("token: refresh", "database grants", Json, |w| Box::pin(refresh(w, &SERVER)), is_generation_2),
    row("token: code, openid", "database codes grants", Json, |w| Box::pin(openid_code(w)), has_id_token),
    row("token: refresh, openid", "database grants", Json, |w| Box::pin(openid_refresh(w)), has_id_token),
    row("userinfo", "database grants", Json, |w| Box::pin(userinfo(w)), tells_of_alice),
    row("introspect: access", "database grants", Json, |w| Box::pin(introspect(w, "access_token")), is_active),
    row("introspect: refresh", "database grants", Json, |w| Box::pin(introspect(w, "refresh_token")), is_active),
    row("introspect: client's", "database", Json, |w| Box::pin(introspect_clients(w)), is_active),
    row("revoke: access", "database grants", Json, |w| Box::pin(revoke(w, "access_token")), ok),
    row("revoke: refresh", "database grants", Json, |w| Box::pin(revoke(w, "refresh_token")), ok),
    row("revoke: client's", "database", Json, |w| Box::pin(revoke_clients(w)), ok),
    row("own clients", "database grants", Json, |w| Box::pin(own_clients(w)), ok),
    row("own tools", "database grants", Json, |w| Box::pin(module(w)), is_module),
    row("openapi", "", Json, |_| get("/admin/api/openapi.json"), ok),
    row("stats", "database audit_database", Json, |_| at_once(as_operator("/oauth/stats")), counts_clients),
    row("audit", "audit_database", Json, |_| at_once(admin(Method::GET, "audit", &Value::Null)), ok),
    row("signing keys: list", "database", Json, |_| at_once(admin(Method::GET, "keys", &Value::Null)), ok),
    row("signing keys: promote", "database", Json, |_| at_once(change_key(&es256_kid(), "promote")), signs),
    row("signing keys: retire", "database", Json, |w| Box::pin(retire(w)), is_retired),
    row("users: list", "database", Json, |_| at_once(admin(Method::GET, "users", &Value::Null)), ok),
    row("users: make", "database login_guard", Json, |w| new_user(w), is_made),
    row("users: edit", "database login_guard", Json, |w| Box::pin(edit_user(w)), ok),
    row("users: password link", "database", Json, |w| Box::pin(account::new_password_link(w)), has_url),
    row("clients: list", "database", Json, |_| at_once(admin(Method::GET, "clients", &Value::Null)), ok),
    row("clients: make", "database", Json, |w| new_client(w), is_made),
    row("clients: edit", "database", Json, |w| Box::pin(edit_client(w)), ok),
    row("call", "database grants limiter http", Json, |w| Box::pin(call(w)), is_called),
    row("mcp: list", "database grants", Json, |w| Box::pin(mcp(w, "tools/list")), is_listed),
    row("mcp: call", "database grants limiter http", Json, |w| Box::pin(mcp(w, "tools/call")), is_told),
    row("switches: list", "database grants", Json, |w| Box::pin(switches(w)), ok),
    row("switches: set", "database grants", Json, |w| Box::pin(switch(w, "tools/search")), is_on),
    row("switches: group", "database grants", Json, |w| Box::pin(switch(w, "tool-groups/all")), is_on),
    row("switches: back", "database grants", Json, |w| Box::pin(switch_back(w)), ok),
    row("tools: list", "database", Json, |_| at_once(admin(Method::GET, "tools", &Value::Null)), ok),
    row("tools: make", "database", Json, |w| new_tool(w), is_there),
    row("tools: edit", "database", Json, |w| Box::pin(edit_tool(w)), ok),
    row("providers: list", "database", Json, |_| at_once(admin(Method::GET, "providers", &Value::Null)), ok),
    row("providers: make", "database", Json, |w| new_provider(w), is_there),
    row("connections: list", "database grants", Json, |w| Box::pin(connections(w)), ok),
    row("agents: ask", "database grants", Json, |w| Box::pin(agents::ask(w)), agents::is_asked),
    row("agents: session", "database grants", Json, |w| Box::pin(agents::session(w)), agents::is_authenticated),
    row("agents: token", "database grants", Json, |w| Box::pin(agents::token(w)), agents::is_given),
    row(
        "agents: socket",
        "database grants sockets",
        Json,
        |w| Box::pin(agents::socket(w)),
        |reply| reply.status == 101,
    ),
    row("account: remove an agent", "database limiter http", Page, |w| Box::pin(agents::remove(w)), is_done),
    row("tools: try", "database limiter http", Json, |w| try_tool(w), is_called),
    row("tool groups: list", "database", Json, |_| at_once(admin(Method::GET, "tool-groups", &Value::Null)), ok),
    row("tool groups: make", "database", Json, |w| new_group(w), is_there),
    row("tool groups: edit", "database", Json, |w| Box::pin(edit_group(w)), ok),
    row("clients: secret", "database", Json, |w| Box::pin(new_secret(w)), ok),
];

pub(super) fn at_once<'a>(ask: Ask) -> Prepared<'a> {
    Box::pin(ready(ask))
}

fn get<'a>(path: &str) -> Prepared<'a> {
    at_once(Ask::get(path))
}

fn as_operator(path: &str) -> Ask {
    Ask::get(path).header("x-admin-token", ADMIN_TOKEN)
}

fn authorize_as_stranger<'a>(world: &World) -> Prepared<'a> {
    at_once(Browser::new(&world.server).dress(Ask::get(&SERVER.authorize_path(&[]))))
}

fn authorize<'a>(world: &World, scope: &str) -> Prepared<'a> {
    world.forget_wide_consent();
    at_once(world.alice().dress(Ask::get(&SERVER.authorize_path(&[("scope", scope)]))))
}

async fn login(world: &World, again: bool, action: &str) -> Ask {
    world.forget_wide_consent();
    let mut browser = Browser::new(&world.server);
    if again {
        browser.sign_in("alice", "alice").await;
    }
    let page = browser.open(&SERVER.authorize_path(&[("scope", "call:tools agent:connect")])).await;
    let page = if again { browser.answer(&page, "switch_account").await } else { page };
    let fields = [("username", "alice"), ("password", "alice"), ("action", action)];
    browser.dress(browser.filled_in("/login", &page, &fields))
}

async fn consent_page(world: &World) -> Ask {
    let page = world.consent_page().await;
    world.alice().dress(Ask::get(&format!("/consent?interaction={}", page.field("interaction"))))
}

async fn consent(world: &World, action: &str) -> Ask {
    let page = world.consent_page().await;
    world.alice().dress(world.alice().filled_in("/consent", &page, &[("action", action)]))
}

/// After a while, so that the session's use is written down.
fn account<'a>(world: &World) -> Prepared<'a> {
    world.server.advance(600);
    at_once(world.alice().dress(Ask::get("/account")))
}

fn account_page<'a>(world: &World, page: &str) -> Prepared<'a> {
    at_once(world.alice().dress(Ask::get(&format!("/account/{page}"))))
}

async fn logout(world: &World) -> Ask {
    let mut browser = Browser::new(&world.server);
    let page = browser.sign_in("bob", "bob").await;
    browser.dress(browser.filled_in("/logout", &page, &[]))
}

/// A browser of its own, since what comes signs out.
pub(super) async fn signed_in(world: &World) -> (Browser<'_>, Reply) {
    let mut browser = Browser::new(&world.server);
    let tokens = world.openid_tokens(&mut browser).await;
    (browser, tokens)
}

fn logout_by_client(hint: &str) -> Ask {
    let pairs = [("client_id", SERVER.id), ("post_logout_redirect_uri", AFTERWARDS), ("id_token_hint", hint)];
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Ask::get(&format!("/oauth/logout?{query}"))
}

async fn asked_to_sign_out(world: &World) -> Ask {
    signed_in(world).await.0.dress(logout_by_client(""))
}

async fn sign_out_by_hint(world: &World) -> Ask {
    let (browser, tokens) = signed_in(world).await;
    browser.dress(logout_by_client(&tokens.text("id_token")))
}

async fn sign_out_by_yes(world: &World) -> Ask {
    let (mut browser, _) = signed_in(world).await;
    let page = browser.send(logout_by_client("")).await;
    browser.dress(browser.filled_in("/logout", &page, &[("action", "sign_out")]))
}

async fn openid_code(world: &World) -> Ask {
    SERVER.redeem(&world.openid_code(&mut Browser::new(&world.server)).await)
}

async fn openid_refresh(world: &World) -> Ask {
    SERVER.refresh(&signed_in(world).await.1.text("refresh_token"))
}

async fn userinfo(world: &World) -> Ask {
    Ask::get("/oauth/userinfo").bearer(&signed_in(world).await.1.text("access_token"))
}

fn by_client() -> Ask {
    SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])
}

async fn code(world: &World, client: &TestClient) -> Ask {
    client.redeem(&world.code(client).await)
}

async fn refresh(world: &World, client: &TestClient) -> Ask {
    client.refresh(&world.tokens(client).await.text("refresh_token"))
}

async fn introspect(world: &World, token: &str) -> Ask {
    SERVER.introspect(&world.tokens(&SERVER).await.text(token))
}

async fn introspect_clients(world: &World) -> Ask {
    SERVER.introspect(&world.server.send(by_client()).await.text("access_token"))
}

async fn revoke(world: &World, token: &str) -> Ask {
    SERVER.revoke(&world.tokens(&SERVER).await.text(token))
}

async fn revoke_clients(world: &World) -> Ask {
    SERVER.revoke(&world.server.send(by_client()).await.text("access_token"))
}

async fn own_clients(world: &World) -> Ask {
    Ask::get("/api/oauth/clients/me").bearer(&world.tokens(&SERVER).await.text("access_token"))
}

async fn module(world: &World) -> Ask {
    Ask::get("/api/users/me").bearer(&world.tokens(&SERVER).await.text("access_token"))
}

async fn retire(world: &World) -> Ask {
    let kid = world.new_name();
    old_key(&world.server, &kid).await;
    change_key(&kid, "retire")
}

fn signs(reply: &Reply) -> bool {
    ok(reply) && reply.text("state") == "signing"
}

fn is_retired(reply: &Reply) -> bool {
    ok(reply) && reply.text("state") == "retired"
}

fn is_module(reply: &Reply) -> bool {
    reply.status == 200 && reply.body.contains("def _call(")
}

pub(super) fn admin(method: Method, path: &str, body: &Value) -> Ask {
    Ask::json(method, &format!("/admin/api/{path}"), body).header("x-admin-token", ADMIN_TOKEN)
}

fn new_user<'a>(world: &World) -> Prepared<'a> {
    let user = json!({ "name": world.new_name(), "password": "correct horse" });
    at_once(admin(Method::POST, "users", &user))
}

fn new_client<'a>(world: &World) -> Prepared<'a> {
    at_once(admin(Method::POST, "clients", &app(&world.new_name())))
}

async fn edit_user(world: &World) -> Ask {
    let id = world.made("/admin/api/users", json!({ "name": world.new_name() }), "id").await;
    admin(Method::PATCH, &format!("users/{id}"), &json!({ "password": "correct horse" }))
}

fn app(id: &str) -> Value {
    json!({ "client_id": id, "client_name": "An app", "redirect_uris": ["https://app.example/"] })
}

async fn edit_client(world: &World) -> Ask {
    let id = world.made("/admin/api/clients", app(&world.new_name()), "client_id").await;
    admin(Method::PATCH, &format!("clients/{id}"), &json!({ "disabled": true }))
}

async fn new_secret(world: &World) -> Ask {
    let id = world.made("/admin/api/clients", app(&world.new_name()), "client_id").await;
    admin(Method::POST, &format!("clients/{id}/secret"), &Value::Null)
}

/// A token of alice's that may also switch.
pub(super) async fn switching(world: &World) -> String {
    let token = Jwt::of(&world.tokens(&SERVER).await.text("access_token"));
    token.claim("scope", json!(EVERY_SCOPE)).signed(&world.server).await
}

async fn call(world: &World) -> Ask {
    ask(&world.tokens(&SERVER).await.text("access_token"), TOOL, &json!({}))
}

async fn mcp(world: &World, method: &str) -> Ask {
    let token = world.tokens(&SERVER).await.text("access_token");
    McpClient::new(&world.server, &token, STATELESS).ask(method, &json!({ "name": TOOL }))
}

async fn switches(world: &World) -> Ask {
    Ask::get("/api/users/me/tools").bearer(&switching(world).await)
}

async fn switch(world: &World, what: &str) -> Ask {
    let on = json!({ "enabled": true });
    Ask::json(Method::PUT, &format!("/api/users/me/{what}"), &on).bearer(&switching(world).await)
}

async fn switch_back(world: &World) -> Ask {
    Ask::method(Method::DELETE, "/api/users/me/tools/other").bearer(&switching(world).await)
}

fn new_tool<'a>(world: &World) -> Prepared<'a> {
    at_once(admin(Method::POST, "tools", &tool(&world.new_name().replace('-', "_"))))
}

async fn edit_tool(world: &World) -> Ask {
    let id = world.made("/admin/api/tools", tool(&world.new_name().replace('-', "_")), "id").await;
    admin(Method::PATCH, &format!("tools/{id}"), &json!({ "description": "Other" }))
}

fn new_provider<'a>(world: &World) -> Prepared<'a> {
    let (id, issuer) = (world.new_name(), "https://idp.example");
    let settings = json!({ "id": id, "issuer": issuer, "client_id": "us", "client_authentication": "none" });
    at_once(admin(Method::POST, "providers", &settings))
}

async fn connections(world: &World) -> Ask {
    Ask::get("/api/users/me/connections").bearer(&world.tokens(&SERVER).await.text("access_token"))
}

fn try_tool<'a>(world: &World) -> Prepared<'a> {
    let found = world.server.database.peek("SELECT id FROM tools WHERE name = 'search'");
    let id = found[0]["id"].as_str().expect("an id");
    at_once(admin(Method::POST, &format!("tools/{id}/try"), &json!({ "user": "alice" })))
}

fn new_group<'a>(world: &World) -> Prepared<'a> {
    at_once(admin(Method::POST, "tool-groups", &json!({ "name": world.new_name() })))
}

async fn edit_group(world: &World) -> Ask {
    let id = world.made("/admin/api/tool-groups", json!({ "name": world.new_name() }), "id").await;
    admin(Method::PATCH, &format!("tool-groups/{id}"), &json!({ "tools": [TOOL] }))
}
