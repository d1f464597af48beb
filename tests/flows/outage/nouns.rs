//! What administrators look after: the rest of the admin API, and its pages.

use axum::http::Method;
use serde_json::{Value, json};

use super::admin_pages;
use super::replies::{is_done, ok};
use super::requests::{Fails, Prepared, Request, admin, at_once, row};
use super::world::{TOOL, World};
use crate::support::admin::operator;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::tools::tool;

use Fails::{Json, Page};

pub const REQUESTS: &[Request] = &[
    row("users: show", "database", Json, |w| Box::pin(ask(w, Method::GET, "users")), ok),
    row("users: dependents", "database", Json, |w| Box::pin(dependents(w)), ok),
    row("users: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, "users")), is_gone),
    row("clients: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, "clients")), is_gone),
    row("clients: guarded edit", "database", Json, |w| Box::pin(guarded(w, Method::PATCH)), ok),
    row("clients: guarded removal", "database", Json, |w| Box::pin(guarded(w, Method::DELETE)), is_gone),
    row("scopes: list", "database", Json, |_| at_once(admin(Method::GET, "scopes", &Value::Null)), ok),
    row("scopes: make", "database", Json, |w| new(w, "scopes"), is_there),
    row("scopes: edit", "database", Json, |w| Box::pin(ask(w, Method::PATCH, "scopes")), ok),
    row("scopes: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, "scopes")), is_gone),
    row("resources: list", "database", Json, |_| at_once(admin(Method::GET, "resources", &Value::Null)), ok),
    row("resources: make", "database", Json, |w| new(w, "resources"), is_there),
    row("resources: edit", "database", Json, |w| Box::pin(ask(w, Method::PATCH, "resources")), ok),
    row("resources: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, "resources")), is_gone),
    row("initial tokens: list", "database", Json, |_| at_once(admin(Method::GET, TOKENS, &Value::Null)), ok),
    row("initial tokens: make", "database", Json, |w| new(w, TOKENS), is_there),
    row("initial tokens: edit", "database", Json, |w| Box::pin(ask(w, Method::PATCH, TOKENS)), ok),
    row("initial tokens: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, TOKENS)), is_gone),
    row("tools: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, "tools")), is_gone),
    row("tool groups: remove", "database", Json, |w| Box::pin(ask(w, Method::DELETE, "tool-groups")), is_gone),
    row("nouns: list", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin/clients")), ok),
    row("nouns: empty form", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin/new/tools")), ok),
    row("nouns: form", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin/clients/demo-web")), ok),
    row("nouns: make", "database limiter", Page, |w| Box::pin(make_by_form(w)), is_done),
    row("nouns: save", "database limiter", Page, |w| Box::pin(save(w)), is_done),
    row(
        "nouns: question",
        "database limiter",
        Page,
        |w| Box::pin(admin_pages::page(w, "/admin/clients/demo-web/remove")),
        ok,
    ),
    row("nouns: remove", "database limiter", Page, |w| Box::pin(remove_by_form(w)), is_done),
    row("nouns: secret", "database limiter", Page, |w| Box::pin(secret_by_form(w)), shows_secret),
    row("nouns: keys", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin/keys")), ok),
    row("users page", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/users?q=a")), ok),
    row("users page: form", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/users/new")), ok),
    row("users page: make", "database limiter", Page, |w| Box::pin(user_by_form(w)), shows_secret),
    row("users page: select", "database limiter", Page, |w| Box::pin(select(w)), goes_to_users),
    row("users page: switch", "database limiter", Page, |w| Box::pin(switch(w)), goes_to_users),
];

const TOKENS: &str = "initial-access-tokens";

/// What makes one of this kind, and the member that is its id.
fn sample(world: &World, noun: &str) -> (Value, &'static str) {
    let name = world.new_name();
    match noun {
        "scopes" => (json!({ "name": name, "description": "See photos" }), "name"),
        "resources" => (json!({ "resource": format!("https://{name}.example/"), "name": name }), "id"),
        "clients" => {
            (json!({ "client_id": name, "client_name": name, "redirect_uris": ["https://app.example/"] }), "client_id")
        }
        "tools" => (tool(&name.replace('-', "_")), "id"),
        _ => (json!({ "name": name }), "id"),
    }
}

fn new<'a>(world: &World, noun: &str) -> Prepared<'a> {
    at_once(admin(Method::POST, noun, &sample(world, noun).0))
}

/// Makes one; its path below the admin API.
async fn made(world: &World, noun: &str) -> String {
    let (body, id) = sample(world, noun);
    format!("{noun}/{}", world.made(&format!("/admin/api/{noun}"), body, id).await)
}

/// This request, for one that was just made.
async fn ask(world: &World, method: Method, noun: &str) -> Ask {
    let path = made(world, noun).await;
    let change = if noun == "scopes" { json!({ "open": true }) } else { json!({ "name": world.new_name() }) };
    admin(method.clone(), &path, &if method == Method::PATCH { change } else { Value::Null })
}

async fn dependents(world: &World) -> Ask {
    admin(Method::GET, &format!("{}/dependents", made(world, "users").await), &Value::Null)
}

/// By the entity tag of what was just made.
async fn guarded(world: &World, method: Method) -> Ask {
    let path = made(world, "clients").await;
    let shown = world.server.as_admin(Ask::get(&format!("/admin/api/{path}"))).await;
    let change = json!({ "client_name": "Other" });
    admin(method, &path, &change).header("if-match", shown.assert_status(200).header("etag"))
}

/// The form of a page, filled in by the operator.
async fn by_form(world: &World, page: &str, to: &str, fields: &[(&str, &str)]) -> Ask {
    let mut browser = operator(&world.server).await;
    let page = browser.open(page).await;
    browser.dress(browser.filled_in(to, page.assert_status(200), fields))
}

async fn make_by_form(world: &World) -> Ask {
    let name = world.new_name();
    by_form(world, "/admin/new/scopes", "/admin/scopes", &[("name", &name), ("description", "See photos")]).await
}

async fn save(world: &World) -> Ask {
    let path = format!("/admin/{}", made(world, "scopes").await);
    by_form(world, &path, &path, &[("description", "See more"), ("claims", "email")]).await
}

async fn remove_by_form(world: &World) -> Ask {
    let path = format!("/admin/{}/remove", made(world, "scopes").await);
    by_form(world, &path, &path, &[]).await
}

async fn secret_by_form(world: &World) -> Ask {
    let path = format!("/admin/{}/secret", made(world, "clients").await);
    by_form(world, &path, &path, &[]).await
}

async fn user_by_form(world: &World) -> Ask {
    let tool = format!("tool.{TOOL}");
    by_form(world, "/users/new", "/users", &[("name", &world.new_name()), (&tool, "on")]).await
}

async fn select(world: &World) -> Ask {
    by_form(world, "/users", "/users/select", &[("id", &alice(world))]).await
}

async fn switch(world: &World) -> Ask {
    let alice = alice(world);
    let fields = [("user_id", alice.as_str()), ("tool", TOOL), ("switch", "on")];
    by_form(world, "/users", "/users/switch", &fields).await
}

fn alice(world: &World) -> String {
    world.server.database.peek("SELECT id FROM users WHERE name = 'alice'")[0]["id"].as_str().expect("an id").to_owned()
}

fn is_there(reply: &Reply) -> bool {
    reply.status == 201 && !reply.header("etag").is_empty()
}

fn is_gone(reply: &Reply) -> bool {
    reply.status == 204
}

fn shows_secret(reply: &Reply) -> bool {
    ok(reply) && reply.body.contains("id=\"shown-2\"") && reply.element("shown-2").len() == 43
}

fn goes_to_users(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").starts_with("/users")
}
