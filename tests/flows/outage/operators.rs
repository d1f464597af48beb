//! What operators look at and look after, beside the things that `nouns.rs` has.

use axum::http::Method;
use serde_json::Value;

use super::admin_pages;
use super::replies::{is_done, ok};
use super::requests::{Fails, Request, admin, at_once, row};
use super::world::World;
use crate::support::admin::{old_key, operator};
use crate::support::forge::es256_kid;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::ADMIN_TOKEN;

use Fails::{Json, Page};

pub const REQUESTS: &[Request] = &[
    row("metrics", "audit_database", Json, |_| at_once(Ask::get("/metrics").bearer(ADMIN_TOKEN)), has_counters),
    row("audit", "audit_database", Json, |_| at_once(admin(Method::GET, "audit", &Value::Null)), ok),
    row("settings", "", Json, |_| at_once(admin(Method::GET, "settings", &Value::Null)), ok),
    row("reseal", "database", Json, |_| at_once(admin(Method::POST, "encryption-keys/reseal", &Value::Null)), ok),
    row("admin: token", "database limiter", Page, |w| Box::pin(admin_pages::page(w, "/admin/token")), ok),
    row("signing keys page: promotion?", "database limiter", Page, |w| Box::pin(question(w, "promote")), ok),
    row("signing keys page: promote", "database limiter", Page, |w| Box::pin(promote(w)), is_done),
    row("signing keys page: retirement?", "database limiter", Page, |w| Box::pin(question(w, "retire")), ok),
    row("signing keys page: retire", "database limiter", Page, |w| Box::pin(retire(w)), is_done),
];

fn has_counters(reply: &Reply) -> bool {
    ok(reply) && reply.body.contains("# TYPE ostiary_events_total counter")
}

async fn question(world: &World, what: &str) -> Ask {
    admin_pages::page(world, &format!("/admin/keys/{what}?kid={}", es256_kid())).await
}

async fn confirmed(world: &World, what: &str, kid: &str) -> Ask {
    let mut browser = operator(&world.server).await;
    let question = browser.open(&format!("/admin/keys/{what}?kid={kid}")).await;
    browser.dress(browser.filled_in(&format!("/admin/keys/{what}"), question.assert_status(200), &[("kid", kid)]))
}

/// The one that signs: it goes on, chosen.
async fn promote(world: &World) -> Ask {
    confirmed(world, "promote", &es256_kid()).await
}

async fn retire(world: &World) -> Ask {
    let kid = world.new_name();
    old_key(&world.server, &kid).await;
    confirmed(world, "retire", &kid).await
}
