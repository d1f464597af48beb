//! Requests that are no part of the matrix.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Asked, decided, told};
use crate::support::admin::{change_key, enter, operator};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::forge::{Jwt, es256_kid};
use crate::support::idp;
use crate::support::keys::{encryption_set, set};
use crate::support::made_keys::made;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::sign_in::{CONNECTIONS, house, link, press, ready};
use crate::support::tools::{EVERY_SCOPE, make_group, make_tool, tool};

/// What was played so far.
pub struct Played<'a> {
    pub asked: &'a mut Asked,
    pub seen: Vec<(String, String)>,
}

impl Played<'_> {
    /// Sends it, and notes what it decided.
    pub async fn play(&mut self, name: &str, server: &Server, ask: Ask, status: u16) -> Reply {
        self.asked.insert(ask.target());
        let (events, reply) = decided(server, ask).await;
        assert_eq!(reply.status, status, "{name}: {}", reply.body);
        self.seen.push(told(server, name, &events));
        reply
    }
}

pub async fn play(played: &mut Played<'_>) {
    registrations(played).await;
    set_up(played).await;
    keys(played).await;
    providers(played).await;
    identities(played).await;
    by_post(played).await;
}

async fn registrations(played: &mut Played<'_>) {
    let server = Server::with(&[("DYNAMIC_REGISTRATION", "token")]).seed().await;
    let invitation = json!({ "name": "for the partners" });
    let invitation = server.as_admin(Ask::json(Method::POST, "/admin/api/initial-access-tokens", &invitation)).await;
    let metadata = json!({ "redirect_uris": ["https://agent.example/callback"] });
    let register = Ask::json(Method::POST, "/oauth/register", &metadata).bearer(&invitation.text("token"));
    let client = played.play("register", &server, register, 201).await;
    let (id, token) = (client.text("client_id"), client.text("registration_access_token"));
    let path = format!("/oauth/register/{id}");
    let update = json!({ "client_id": id, "redirect_uris": ["https://agent.example/other"] });
    let update = Ask::json(Method::PUT, &path, &update).bearer(&token);
    played.play("register: change", &server, update, 200).await;
    played.play("register: remove", &server, Ask::method(Method::DELETE, &path).bearer(&token), 204).await;
}

async fn set_up(played: &mut Played<'_>) {
    let server = Server::with(&[("ADMIN_TOKEN", "")]);
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    let ask = browser.dress(browser.filled_in("/setup", &page, &[]));
    let token = played.play("set-up", &server, ask, 200).await.element("admin-token").to_owned();
    enter(&mut browser, &token).await;
    let page = browser.open("/admin/token").await;
    let ask = browser.dress(browser.filled_in("/admin/token", &page, &[]));
    played.play("another admin token", &server, ask, 200).await;
}

async fn keys(played: &mut Played<'_>) {
    let spare = made(1);
    let server = Server::seeded().await.redeployed(&[("SIGNING_KEYS_NEXT", &set(&spare))]).knowing_its_keys().await;
    server.advance(360);
    let mut browser = operator(&server).await;
    let before = es256_kid();
    for (name, change, kid) in [("promote a key", "promote", &spare[0].0), ("retire a key", "retire", &before)] {
        let path = format!("/admin/keys/{change}");
        let page = browser.open(&format!("{path}?kid={kid}")).await;
        let ask = browser.dress(browser.filled_in(&path, &page, &[("kid", kid)]));
        played.play(name, &server, ask, 303).await;
    }
    played.play("promote a key: again", &server, change_key(&spare[0].0, "promote"), 200).await;

    let before = idp::world().await;
    let keys = [encryption_set(2), encryption_set(1)];
    let server = before.redeployed(&[("ENCRYPTION_KEYS", &keys[0]), ("ENCRYPTION_KEYS_NEXT", &keys[1])]);
    let ask = Ask::post("/admin/api/encryption-keys/reseal", &[]).header("x-admin-token", ADMIN_TOKEN);
    played.play("reseal", &server, ask, 200).await;
}

async fn providers(played: &mut Played<'_>) {
    let server = idp::world().await;
    let of_provider = |method, rest: &str, body: &Value| {
        Ask::json(method, &format!("/admin/api/providers/idp{rest}"), body).header("x-admin-token", ADMIN_TOKEN)
    };
    let change = of_provider(Method::PATCH, "", &json!({ "name": "Other", "client_secret": "another-secret" }));
    played.play("providers: edit", &server, change, 200).await;
    played.play("providers: check", &server, of_provider(Method::POST, "/check", &json!({})), 200).await;
    let mut alice = idp::signed_in(&server, "alice").await;
    idp::connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    played.play("providers: remove", &server, of_provider(Method::DELETE, "", &Value::Null), 204).await;
}

/// Accounts at a provider by which people sign in.
async fn identities(played: &mut Played<'_>) {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let mut alice = idp::signed_in(&server, "alice").await;
    let page = alice.open(CONNECTIONS).await;
    let button = alice.dress(alice.filled_in(CONNECTIONS, &page, &[("provider", "idp")]));
    let begun = played.play("identity: button", &server, button, 303).await;
    let back = alice.dress(Ask::get(&ready(&server, &begun, &Value::Null)));
    played.play("identity: linked", &server, back, 303).await;

    let rows = server.database.peek("SELECT id FROM user_identities");
    let id = rows[0]["id"].as_str().expect("an id").to_owned();
    let page = alice.open("/account").await;
    let remove = alice.filled_in("/account/connections/remove", &page, &[("sign_in", &id)]);
    played.play("identity: removed", &server, alice.dress(remove), 303).await;

    let mut newcomer = Browser::new(&server);
    let page = newcomer.open("/login").await;
    let begun = press(&mut newcomer, "/login", &page).await;
    let back = newcomer.dress(Ask::get(&ready(&server, &begun, &json!({ "sub": "somebody-new" }))));
    played.play("identity: newcomer", &server, back, 303).await;
    link(&server, "bob", &Value::Null).await;
}

/// The same by other methods, and through other names of the endpoints.
async fn by_post(played: &mut Played<'_>) {
    let server = Server::seeded().await;
    let mut alice = Browser::new(&server);
    let asked = [("scope", "openid")];
    flow::authorize(&mut alice, &SERVER, &asked).await;
    let path = SERVER.authorize_path(&asked);
    let form: Vec<_> = url::form_urlencoded::parse(path.split_once('?').expect("a query").1.as_bytes()).collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
    let reply = played.play("authorize by POST", &server, alice.dress(Ask::post("/oauth/authorize", &form)), 303).await;
    let reply = alice.open(reply.header("location")).await;
    let tokens = server.send(SERVER.redeem(&reply.location_parameter("code").expect("a code"))).await;
    let ask = Ask::post("/oauth/userinfo", &[]).bearer(&tokens.text("access_token"));
    played.play("userinfo by POST", &server, ask, 200).await;
    let ask = Ask::post("/oauth/logout", &[("id_token_hint", &*tokens.text("id_token"))]);
    played.play("logout by POST", &server, alice.dress(ask), 303).await;

    make_tool(&server, tool("search")).await;
    make_group(&server, "all", &["search"]).await;
    let wide = Jwt::of(&tokens.text("access_token")).claim("scope", json!(EVERY_SCOPE)).signed(&server).await;
    let back = Ask::method(Method::DELETE, "/api/users/me/tool-groups/all").bearer(&wide);
    played.play("switches: group back", &server, back, 200).await;
}
