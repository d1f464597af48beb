//! Requests that are refused, and what is kept of that.

use axum::http::Method;
use serde_json::{Value, json};

use super::more::Played;
use crate::support::admin::{access_token_for, edit_user, user_client};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::idp;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::sign_in::{house, link, press, ready};
use crate::support::tools::{make_tool, tool};

pub async fn play(played: &mut Played<'_>) {
    sign_ins(played).await;
    replays(played).await;
    clients(played).await;
    administrators(played).await;
    passwords(played).await;
    providers(played).await;
    tools(played).await;
}

async fn sign_in_by(played: &mut Played<'_>, server: &Server, (what, name, password): (&str, &str, &str), status: u16) {
    let mut browser = Browser::new(server);
    let page = browser.open("/login").await;
    let fields = [("username", name), ("password", password), ("action", "sign_in")];
    let ask = browser.dress(browser.filled_in("/login", &page, &fields));
    played.play(what, server, ask, status).await;
}

async fn sign_ins(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    sign_in_by(played, &server, ("sign-in: wrong password", "alice", "not-the-password"), 403).await;
    sign_in_by(played, &server, ("sign-in: unknown name", "nobody", "not-the-password"), 403).await;
    edit_user(&server, "bob", json!({ "disabled": true })).await;
    sign_in_by(played, &server, ("sign-in: disabled", "bob", "bob"), 403).await;
    for _ in 0..9 {
        Browser::new(&server).sign_in("alice", "not-the-password").await;
    }
    sign_in_by(played, &server, ("sign-in: too many", "alice", "alice"), 429).await;
}

async fn replays(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    server.send(WEB.redeem(&code)).await.assert_status(200);
    server.advance(5);
    played.play("replay: code", &server, WEB.redeem(&code), 400).await;
    played.play("replay: code, once more", &server, WEB.redeem(&code), 400).await;

    let first = flow::tokens(&server, &WEB).await.text("refresh_token");
    let second = server.send(WEB.refresh(&first)).await.text("refresh_token");
    server.send(WEB.refresh(&second)).await.assert_status(200);
    server.advance(120);
    played.play("replay: refresh token", &server, WEB.refresh(&first), 400).await;
}

async fn clients(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    let own = [("grant_type", "client_credentials")];
    let ask = Ask::post("/oauth/token", &own).basic(SERVER.id, "not-the-secret");
    played.play("client: wrong secret", &server, ask, 401).await;
    let tokens = flow::tokens(&server, &WEB).await;
    played.play("revoke: of another", &server, SERVER.revoke(&tokens.text("refresh_token")), 200).await;
    played.play("refresh: of another", &server, SERVER.refresh(&tokens.text("refresh_token")), 400).await;
    let ask = Ask::json(Method::POST, "/oauth/register", &json!({ "redirect_uris": ["javascript:alert(1)"] }));
    played.play("register: refused", &server, ask, 400).await;
}

async fn administrators(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    let list = || Ask::get("/admin/api/users");
    played.play("admin API: no token", &server, list(), 401).await;
    let wrong = list().header("x-admin-token", "not-the-admin-token");
    played.play("admin API: wrong token", &server, wrong, 401).await;
    let access = access_token_for(&server, &[("scope", "read:tools")]).await;
    played.play("admin API: not an administrator's", &server, list().bearer(&access), 403).await;
    let metrics = Ask::get("/metrics").header("x-admin-token", "not-the-admin-token");
    played.play("metrics: wrong token", &server, metrics, 401).await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/admin/login").await;
    let fields = [("token", "not-the-admin-token"), ("action", "sign_in")];
    let ask = browser.dress(browser.filled_in("/admin/login", &page, &fields));
    played.play("admin pages: wrong token", &server, ask, 403).await;
    browser.sign_in("alice", "alice").await;
    let page = browser.open("/admin/login").await;
    let ask = browser.dress(browser.filled_in("/admin/login", &page, &[("action", "continue")]));
    played.play("admin pages: no administrator", &server, ask, 403).await;
    set_up(played).await;
}

async fn set_up(played: &mut Played<'_>) {
    let settings =
        [("ENABLE_DEV_ENDPOINTS", "false"), ("ADMIN_TOKEN", ""), ("SETUP_CODE", "a-setup-code-of-the-tests")];
    let server = Server::with(&settings);
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    let ask = browser.dress(browser.filled_in("/setup", &page, &[("code", "not-the-setup-code")]));
    played.play("set-up: wrong code", &server, ask, 403).await;
}

async fn passwords(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    let mut alice = Browser::new(&server);
    alice.sign_in("alice", "alice").await;
    let page = alice.open("/account").await;
    let fields = [
        ("current_password", "not-the-password"),
        ("new_password", "battery staple"),
        ("repeat_password", "battery staple"),
    ];
    let ask = alice.dress(alice.filled_in("/account/password", &page, &fields));
    played.play("password: wrong before", &server, ask, 403).await;
    let ticket = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    played.play("password link: unknown", &server, alice.dress(Ask::get(&format!("/password/{ticket}"))), 410).await;
}

async fn providers(played: &mut Played<'_>) {
    let server = house(json!({})).await;
    let mut stranger = Browser::new(&server);
    let page = stranger.open("/login").await;
    let begun = press(&mut stranger, "/login", &page).await;
    let ask = stranger.dress(Ask::get(&ready(&server, &begun, &Value::Null)));
    played.play("provider's sign-in: unknown account", &server, ask, 403).await;
    link(&server, "bob", &Value::Null).await;
    let mut alice = idp::signed_in(&server, "alice").await;
    let page = alice.open("/account/connections").await;
    let begun = press(&mut alice, "/account/connections", &page).await;
    let ask = alice.dress(Ask::get(&ready(&server, &begun, &Value::Null)));
    played.play("identity: somebody else's", &server, ask, 403).await;
    let begun = idp::begin(&mut alice, "/connect/idp").await;
    let state = begun.location_parameter("state").expect("a state");
    let no = Ask::get(&format!("/oauth/callback/idp?error=access_denied&state={state}"));
    played.play("connect: the provider says no", &server, alice.dress(no), 403).await;
}

async fn tools(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    let made = make_tool(&server, tool("search")).await;
    let id = made["id"].as_str().expect("an id");
    let ask = Ask::json(Method::POST, &format!("/admin/api/tools/{id}/try"), &json!({ "user": "alice" }));
    played.play("tools: not on for them", &server, ask.header("x-admin-token", ADMIN_TOKEN), 404).await;
    let (client, secret) = user_client(&server, "alice").await;
    let form = [("grant_type", "client_credentials"), ("scope", "read:tools")];
    let token = server.send(Ask::post("/oauth/token", &form).basic(&client, &secret)).await.text("access_token");
    let on = Ask::json(Method::PUT, "/api/users/me/tools/search", &json!({ "enabled": true }));
    played.play("switches: without the scope", &server, on.bearer(&token), 403).await;
    let given = json!({ "authorization_code": "a-code-of-nobody", "state": "a-state-of-nobody" });
    let ask = Ask::json(Method::POST, "/oauth/fastmcp/agent/bot/token", &given);
    played.play("agents: without the scope", &server, ask.clone().bearer(&token), 403).await;
    let wide = Jwt::of(&token).claim("scope", json!("agent:connect connections:token")).signed(&server).await;
    played.play("agents: a code of nobody", &server, ask.bearer(&wide), 400).await;
}
