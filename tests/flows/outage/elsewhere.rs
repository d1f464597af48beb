//! Signing in by an account at the provider of `broker.rs`.

use axum::http::Method;
use serde_json::json;

use super::world::World;
use crate::support::browser::Browser;
use crate::support::idp::answer;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::sign_in;

/// The account there by which alice signs in.
pub async fn prepare(server: &Server) {
    let allow = Ask::json(Method::PATCH, "/admin/api/providers/idp", &json!({ "sign_in": true }));
    server.as_admin(allow).await.assert_status(200);
    let link = "INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, created_at) \
                SELECT 'i', id, 'idp', 'https://idp.example/user', 'alice-there', 0 FROM users WHERE name = 'alice' \
                RETURNING id";
    assert_eq!(server.database.peek(link).len(), 1);
}

async fn page(world: &World) -> (Browser<'_>, Reply) {
    let mut browser = Browser::new(&world.server);
    let page = browser.open("/login").await;
    (browser, page)
}

pub async fn to(world: &World) -> Ask {
    let (browser, page) = page(world).await;
    browser.dress(browser.filled_in("/login", &page, &[("provider", "idp")]))
}

pub fn leads_there(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").starts_with("https://idp.example/authorize?")
}

pub async fn back(world: &World) -> Ask {
    let (mut browser, page) = page(world).await;
    let begun = sign_in::press(&mut browser, "/login", &page).await;
    browser.dress(Ask::get(&answer(&begun, "")))
}
