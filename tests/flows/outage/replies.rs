//! What an answer shows that did what it is for.

use super::requests::AFTERWARDS;
use super::world::TOOL;
use crate::support::forge::Jwt;
use crate::support::reply::Reply;

const ALICES: &str = "alice@example.com";

pub fn is_called(reply: &Reply) -> bool {
    ok(reply) && reply.json()["body"] == "found"
}

pub fn is_listed(reply: &Reply) -> bool {
    let tools = reply.json()["result"]["tools"].clone();
    ok(reply) && tools.as_array().is_some_and(|tools| tools.iter().any(|tool| tool["name"] == TOOL))
}

pub fn is_told(reply: &Reply) -> bool {
    ok(reply) && reply.json()["result"]["content"][0]["text"] == "found"
}

pub fn is_on(reply: &Reply) -> bool {
    ok(reply) && reply.json()["enabled"] == true
}

pub fn is_there(reply: &Reply) -> bool {
    reply.status == 201 && !reply.text("id").is_empty()
}

pub fn ok(reply: &Reply) -> bool {
    reply.status == 200
}

pub fn is_made(reply: &Reply) -> bool {
    reply.status == 201 && !reply.text("client_secret").is_empty()
}

pub fn lists_apps(reply: &Reply) -> bool {
    ok(reply) && reply.body.contains("id=\"apps\"")
}

/// A form that did what it is for, or finds it done.
pub fn is_done(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").contains("?done=")
}

pub fn shows_secret(reply: &Reply) -> bool {
    ok(reply) && reply.element("client-secret").len() == 43
}

pub fn has_url(reply: &Reply) -> bool {
    reply.status == 201 && !reply.text("url").is_empty()
}

pub fn goes_on(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").starts_with('/')
}

pub fn goes_to_the_client(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location") == AFTERWARDS
}

pub fn asks_to_sign_out(reply: &Reply) -> bool {
    ok(reply) && reply.body.contains("id=\"sign-out-form\"")
}

pub fn has_id_token(reply: &Reply) -> bool {
    ok(reply) && Jwt::of(&reply.text("id_token")).claims["email"] == ALICES
}

pub fn tells_of_alice(reply: &Reply) -> bool {
    ok(reply) && reply.json()["email"] == ALICES
}

pub fn asks_consent(reply: &Reply) -> bool {
    reply.is_consent_page()
}

pub fn signs_in(reply: &Reply) -> bool {
    goes_on(reply) && reply.header("set-cookie").starts_with("ostiary_session=")
}

pub fn has_code(reply: &Reply) -> bool {
    reply.status == 303 && reply.location_parameter("code").is_some()
}

pub fn is_denied(reply: &Reply) -> bool {
    reply.status == 303 && reply.location_parameter("error").as_deref() == Some("access_denied")
}

pub fn is_active(reply: &Reply) -> bool {
    ok(reply) && reply.json()["active"] == true
}

pub fn is_generation_1(reply: &Reply) -> bool {
    generation(reply).as_deref() == Some("1")
}

/// One step, not two, however often it was asked for.
pub fn is_generation_2(reply: &Reply) -> bool {
    generation(reply).as_deref() == Some("2")
}

fn generation(reply: &Reply) -> Option<String> {
    let claims = ok(reply).then(|| Jwt::of(&reply.text("access_token")).claims)?;
    claims["jti"].as_str()?.split('.').nth(1).map(str::to_owned)
}

pub fn counts_clients(reply: &Reply) -> bool {
    ok(reply) && reply.json()["clients"].as_u64().is_some_and(|clients| clients > 0)
}
