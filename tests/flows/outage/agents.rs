//! What agents ask for in alice's name.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::World;
use crate::support::agent_socket::upgrade;
use crate::support::client_key::ES256;
use crate::support::flow::SERVER;
use crate::support::forge::Jwt;
use crate::support::idp::TOKEN;
use crate::support::idp::{answer, answers, begin, claims, id_token, settings, tokens};
use crate::support::reply::Reply;
use crate::support::request::Ask;

const SCOPES: &str = "agent:connect connections:token";

async fn bearer(world: &World) -> String {
    let token = Jwt::of(&world.tokens(&SERVER).await.text("access_token"));
    token.claim("scope", json!(SCOPES)).signed(&world.server).await
}

/// The provider is known, and answers.
async fn provider(world: &World) {
    let ask = Ask::json(Method::POST, "/admin/api/providers", &settings());
    let made = world.server.as_admin(ask).await;
    assert!([201, 409].contains(&made.status.as_u16()), "{}", made.body);
    answers(&world.server);
}

fn request(agent_id: &str) -> Value {
    json!({ "agent_id": agent_id, "provider": "idp" })
}

fn asked(agent_id: &str, token: &str) -> Ask {
    Ask::json(Method::POST, "/oauth/fastmcp/agent/authenticate", &request(agent_id)).bearer(token)
}

/// Alice has said yes to an agent; answers its token and the state.
async fn connected(world: &World, agent_id: &str) -> (String, String) {
    provider(world).await;
    let (token, mut alice) = (bearer(world).await, world.alice());
    let url = world.server.send(asked(agent_id, &token)).await.assert_status(200).text("authorization_url");
    let begun = begin(&mut alice, url.strip_prefix(world.server.issuer()).expect("a page of ours")).await;
    let nonce = begun.location_parameter("nonce").expect("a nonce");
    world.server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &claims(&world.server, &nonce))));
    alice.open(&answer(&begun, "")).await.assert_status(200);
    (token, begun.location_parameter("state").expect("a state"))
}

pub async fn ask(world: &World) -> Ask {
    provider(world).await;
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
    reply.status == 200 && reply.text("access_token") == "upstream-access-1"
}
