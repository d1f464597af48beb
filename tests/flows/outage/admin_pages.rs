//! What administrators do in their browsers.

use super::world::World;
use crate::support::admin::operator;
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::ADMIN_TOKEN;

/// The sign-in form of administrators, filled in with these.
async fn login(mut browser: Browser<'_>, fields: &[(&str, &str)]) -> Ask {
    let page = browser.open("/admin/login").await;
    browser.dress(browser.filled_in("/admin/login", &page, fields))
}

pub async fn sign_in(world: &World) -> Ask {
    login(Browser::new(&world.server), &[("token", ADMIN_TOKEN), ("action", "sign_in")]).await
}

/// Somebody new, who is an administrator and has just signed in.
pub async fn sign_in_as_person(world: &World) -> Ask {
    let name = world.new_name();
    let user = serde_json::json!({ "name": name, "password": "correct horse", "role": "admin" });
    world.made("/admin/api/users", user, "id").await;
    let mut browser = Browser::new(&world.server);
    browser.sign_in(&name, "correct horse").await;
    login(browser, &[("action", "continue")]).await
}

pub async fn page(world: &World, path: &str) -> Ask {
    operator(&world.server).await.dress(Ask::get(path))
}

pub async fn sign_out(world: &World) -> Ask {
    let mut browser = operator(&world.server).await;
    let home = browser.open("/admin").await;
    browser.dress(browser.filled_in("/admin/logout", &home, &[]))
}

/// Whether somebody administers from now on.
pub fn signs_in(reply: &Reply) -> bool {
    reply.header("location") == "/admin" && reply.header("set-cookie").starts_with("ostiary_admin=")
}
