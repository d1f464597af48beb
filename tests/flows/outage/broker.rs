//! Accounts at other providers: connected, used by a tool, disconnected.

use axum::http::Method;
use serde_json::json;

use super::replies::{is_done, ok};
use super::requests::{Fails, Prepared, Request, at_once, row, switching};
use super::world::World;
use crate::support::flow::SERVER;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{ask, make_tool, tool, url, with};

use Fails::{Json, Page};

/// The tool that needs an account there.
pub const TOOL: &str = "mail";
const TOKEN: &str = "https://idp.example/token";

pub const REQUESTS: &[Request] = &[
    row("connect: page", "database limiter", Page, |w| page(w, "/connect/idp"), ok),
    row("connect: yes", "database limiter", Page, |w| Box::pin(begin(w)), goes_there),
    row("provider's answer", "database limiter http", Page, |w| Box::pin(callback(w)), is_connected),
    row("account page: connections", "database limiter", Page, |w| page(w, "/account/connections"), ok),
    row("account: disconnect", "database limiter http", Page, |w| Box::pin(disconnect(w)), is_done),
    row("connections: one", "database grants", Json, |w| Box::pin(of_connection(w, Method::GET)), ok),
    row("connections: remove", "database grants http", Json, |w| Box::pin(of_connection(w, Method::DELETE)), is_gone),
    row("call: connected", "database grants limiter http", Json, |w| Box::pin(called(w)), is_called),
    row("call: renewed", "database grants limiter http keeper", Json, |w| Box::pin(renewed(w)), is_called_or_pending),
];

/// The provider, and a tool that needs an account there.
pub async fn prepare(server: &Server) {
    let settings = json!({ "id": "idp", "kind": "oauth", "client_id": "us", "client_secret": "a-secret", "scopes": "mail",
        "authorization_endpoint": "https://idp.example/authorize", "token_endpoint": TOKEN,
        "userinfo_endpoint": "https://idp.example/user", "revocation_endpoint": "https://idp.example/revoke" });
    let make = Ask::json(Method::POST, "/admin/api/providers", &settings);
    server.as_admin(make).await.assert_status(201);
    let authentication = json!({ "connection": { "provider": "idp", "scopes": "mail" } });
    make_tool(server, with(tool(TOOL), &json!({ "authentication": authentication }))).await;
    server.http.answer(&url(TOOL), 200, "text/plain", b"letters");
    let tokens = json!({ "access_token": "access", "refresh_token": "refresh", "expires_in": 7 * 24 * 60 * 60 });
    server.http.answer_json(TOKEN, None, &tokens);
    server.http.answer_json("https://idp.example/user", None, &json!({ "sub": "alice-there" }));
    server.http.answer("https://idp.example/revoke", 200, "", b"");
}

fn page<'a>(world: &World, path: &str) -> Prepared<'a> {
    at_once(world.alice().dress(Ask::get(path)))
}

async fn begin(world: &World) -> Ask {
    let mut alice = world.alice();
    let page = alice.open("/connect/idp").await;
    alice.dress(alice.filled_in("/connect/idp", &page, &[]))
}

async fn callback(world: &World) -> Ask {
    let begun = world.server.send(begin(world).await).await;
    let state = begun.location_parameter("state").expect("a state");
    world.alice().dress(Ask::get(&format!("/oauth/callback/idp?code=the-code&state={state}")))
}

/// Alice's account is connected; answers the connection's id.
pub(super) async fn connected(world: &World) -> String {
    world.server.send(callback(world).await).await.assert_status(200);
    let row = world.server.database.peek("SELECT id FROM connections").remove(0);
    row["id"].as_str().expect("an id").to_owned()
}

async fn disconnect(world: &World) -> Ask {
    let id = connected(world).await;
    let mut alice = world.alice();
    let question = alice.open(&format!("/account/connections/remove?id={id}")).await;
    alice.dress(alice.filled_in("/account/connections/remove", &question, &[("id", &id)]))
}

async fn of_connection(world: &World, method: Method) -> Ask {
    let id = connected(world).await;
    let token = switching(world).await;
    Ask::method(method, &format!("/api/users/me/connections/{id}")).bearer(&token)
}

async fn called(world: &World) -> Ask {
    connected(world).await;
    ask(&world.tokens(&SERVER).await.text("access_token"), TOOL, &json!({}))
}

/// With a token that is over.
async fn renewed(world: &World) -> Ask {
    let ask = called(world).await;
    world.server.database.peek("UPDATE connections SET expires_at = updated_at RETURNING id");
    ask
}

fn goes_there(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").starts_with("https://idp.example/authorize?")
}

fn is_connected(reply: &Reply) -> bool {
    ok(reply) && reply.body.contains("idp is connected")
}

fn is_gone(reply: &Reply) -> bool {
    reply.status == 204
}

fn is_called(reply: &Reply) -> bool {
    ok(reply) && reply.json()["body"] == "letters"
}

/// A refresh whose answer is lost is not repeated, so the person is asked.
fn is_called_or_pending(reply: &Reply) -> bool {
    is_called(reply) || (ok(reply) && reply.json()["pending"] == true)
}
