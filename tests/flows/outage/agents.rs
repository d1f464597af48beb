//! What agents ask for in alice's name, at the provider of `broker.rs`.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::World;
use crate::support::agent_socket::upgrade;
use crate::support::flow::SERVER;
use crate::support::forge::Jwt;
use crate::support::idp::{answer, begin};
use crate::support::reply::Reply;
use crate::support::request::Ask;

const SCOPES: &str = "agent:connect connections:token";

async fn bearer(world: &World) -> String {
    let token = Jwt::of(&world.tokens(&SERVER).await.text("access_token"));
    token.claim("scope", json!(SCOPES)).signed(&world.server).await
}

fn request(agent_id: &str) -> Value {
    json!({ "agent_id": agent_id, "provider": "idp" })
}

fn asked(agent_id: &str, token: &str) -> Ask {
    Ask::json(Method::POST, "/oauth/fastmcp/agent/authenticate", &request(agent_id)).bearer(token)
}

/// Alice has said yes to an agent; answers its token and the state.
pub(super) async fn connected(world: &World, agent_id: &str) -> (String, String) {
    let (token, mut alice) = (bearer(world).await, world.alice());
    let url = world.server.send(asked(agent_id, &token)).await.assert_status(200).text("authorization_url");
    let begun = begin(&mut alice, url.strip_prefix(world.server.issuer()).expect("a page of ours")).await;
    alice.open(&answer(&begun, "")).await.assert_status(200);
    (token, begun.location_parameter("state").expect("a state"))
}

pub async fn ask(world: &World) -> Ask {
    asked("bot", &bearer(world).await)
}

pub async fn socket(world: &World) -> Ask {
    upgrade().bearer(&bearer(world).await)
}

pub async fn session(world: &World) -> Ask {
    let (token, _) = connected(world, "bot").await;
    Ask::get("/oauth/fastmcp/agent/bot/session?provider=idp").bearer(&token)
}

pub async fn token(world: &World) -> Ask {
    let (token, state) = connected(world, "bot").await;
    let body = json!({ "authorization_code": "the-code", "state": state });
    Ask::json(Method::POST, "/oauth/fastmcp/agent/bot/token", &body).bearer(&token)
}

pub async fn remove(world: &World) -> Ask {
    connected(world, "removed").await;
    let mut alice = world.alice();
    let page = alice.open("/account/connections/agent?id=removed").await;
    alice.dress(alice.filled_in("/account/connections/agent", &page, &[("id", "removed")]))
}

pub fn is_asked(reply: &Reply) -> bool {
    reply.status == 200 && reply.text("authorization_url").contains("/connect/idp?ticket=")
}

pub fn is_authenticated(reply: &Reply) -> bool {
    reply.status == 200 && reply.json()["authenticated"] == true
}

pub fn is_given(reply: &Reply) -> bool {
    reply.status == 200 && reply.text("access_token") == "access"
}
