//! Clients that register themselves, and look after that.

use axum::http::Method;
use serde_json::{Value, json};

use super::replies::ok;
use super::requests::{Fails, Request, at_once, row};
use super::world::World;
use crate::support::reply::Reply;
use crate::support::request::Ask;

use Fails::Json;

pub const REQUESTS: &[Request] = &[
    row("register", "database limiter", Json, |w| at_once(registering(w)), is_registered),
    row("registered: look", "database", Json, |w| Box::pin(of_client(w, Method::GET)), ok),
    row("registered: change", "database limiter", Json, |w| Box::pin(of_client(w, Method::PUT)), is_changed),
    row("registered: remove", "database limiter", Json, |w| Box::pin(of_client(w, Method::DELETE)), is_gone),
];

fn metadata(name: &str) -> Value {
    json!({ "client_name": name, "redirect_uris": ["https://agent.example/callback"] })
}

fn registering(world: &World) -> Ask {
    Ask::json(Method::POST, "/oauth/register", &metadata(&world.new_name()))
}

/// This request, of a client that has just registered, by its registration access token.
async fn of_client(world: &World, method: Method) -> Ask {
    world.server.advance(60); // past the limit of registrations
    let made = world.server.send(registering(world)).await.assert_status(201).json();
    let text = |member: &str| made[member].as_str().expect("a text").to_owned();
    let path = format!("/oauth/register/{}", text("client_id"));
    let mut changed = metadata("Changed");
    changed["client_id"] = made["client_id"].clone();
    let body = if method == Method::PUT { changed } else { Value::Null };
    Ask::json(method, &path, &body).bearer(&text("registration_access_token"))
}

fn is_registered(reply: &Reply) -> bool {
    reply.status == 201
        && !reply.text("registration_access_token").is_empty()
        && !reply.text("client_secret").is_empty()
}

fn is_changed(reply: &Reply) -> bool {
    ok(reply) && reply.text("client_name") == "Changed"
}

fn is_gone(reply: &Reply) -> bool {
    reply.status == 204
}
