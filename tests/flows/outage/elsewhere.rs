//! Signing in by an account at a provider.

use serde_json::{Value, json};

use super::world::World;
use crate::support::browser::Browser;
use crate::support::idp::{self, ISSUER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::sign_in;

/// The provider, and the account there by which alice signs in.
pub async fn provider(world: &World) {
    let server = &world.server;
    let mut settings = idp::settings();
    settings["sign_in"] = json!(true);
    idp::make(server, &settings).await;
    idp::answers(server);
    let link = "INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, created_at) \
                SELECT 'i', id, 'idp', 'https://idp.example', 'alice-there', 0 FROM users WHERE name = 'alice' RETURNING issuer";
    assert_eq!(server.database.peek(link), [json!({ "issuer": ISSUER })]);
}

async fn page<'a>(world: &'a World) -> (Browser<'a>, Reply) {
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
    browser.dress(Ask::get(&sign_in::ready(&world.server, &begun, &Value::Null)))
}
