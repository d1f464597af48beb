//! What people do with their accounts. Whoever loses something by it has an account of their own.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::{TOOL, World};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::request::Ask;
use crate::support::server::ADMIN_TOKEN;

const PASSWORD: &str = "correct horse";

/// Somebody new, signed in here and in another browser, where demo-server was let in for as long as they are signed in.
async fn resident(world: &World) -> Browser<'_> {
    let name = world.new_name();
    world.made("/admin/api/users", json!({ "name": name, "password": PASSWORD }), "id").await;
    let (mut here, mut there) = (Browser::new(&world.server), Browser::new(&world.server));
    there.sign_in(&name, PASSWORD).await.assert_status(200);
    let code = flow::authorize(&mut there, &SERVER, &[("scope", "openid")]).await.location_parameter("code");
    world.server.send(SERVER.redeem(&code.expect("a code"))).await.assert_status(200);
    here.sign_in(&name, PASSWORD).await.assert_status(200);
    here
}

pub(super) async fn form(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Ask {
    let page = browser.open("/account").await;
    browser.dress(browser.filled_in(path, &page, fields))
}

pub async fn profile(world: &World) -> Ask {
    let name = world.new_name();
    form(&mut world.alice(), "/account/profile", &[("name", &name), ("email", "alice@example.com")]).await
}

pub async fn password(world: &World) -> Ask {
    let fields =
        [("current_password", PASSWORD), ("new_password", "battery staple"), ("repeat_password", "battery staple")];
    form(&mut resident(world).await, "/account/password", &fields).await
}

pub async fn end_others(world: &World) -> Ask {
    form(&mut resident(world).await, "/account/sessions/end", &[]).await
}

pub async fn remove_app(world: &World) -> Ask {
    form(&mut resident(world).await, "/account/apps/remove", &[("client_id", SERVER.id)]).await
}

pub async fn tools(world: &World) -> Ask {
    form(&mut world.alice(), "/account/tools", &[("tool", TOOL), ("switch", "on")]).await
}

pub async fn client(world: &World) -> Ask {
    form(&mut world.alice(), "/account/client", &[("redirect_uris", "https://agent.example/cb")]).await
}

pub async fn secret(world: &World) -> Ask {
    form(&mut world.alice(), "/account/client/secret", &[]).await
}

fn asked_for_link(user_id: &str) -> Ask {
    let path = format!("/admin/api/users/{user_id}/password-link");
    Ask::json(Method::POST, &path, &Value::Null).header("x-admin-token", ADMIN_TOKEN)
}

pub async fn new_password_link(world: &World) -> Ask {
    let id = world.made("/admin/api/users", json!({ "name": world.new_name() }), "id").await;
    asked_for_link(&id)
}

/// The path of a link for somebody who is signed in elsewhere, and has let demo-server in there.
async fn link(world: &World) -> String {
    resident(world).await;
    let row = world.server.database.peek("SELECT id FROM users ORDER BY created_at DESC, name DESC LIMIT 1").remove(0);
    let url = world.server.send(asked_for_link(row["id"].as_str().expect("an id"))).await.text("url");
    url.strip_prefix(world.server.issuer()).expect("an address of ours").to_owned()
}

pub async fn password_link(world: &World) -> Ask {
    Browser::new(&world.server).dress(Ask::get(&link(world).await))
}

pub async fn set_password(world: &World) -> Ask {
    let path = link(world).await;
    let mut browser = Browser::new(&world.server);
    let page = browser.open(&path).await;
    let fields = [("new_password", "battery staple"), ("repeat_password", "battery staple")];
    browser.dress(browser.filled_in(&path, &page, &fields))
}
