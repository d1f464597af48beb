//! Requests that only show something, ask before something is done, or lead elsewhere.

use axum::http::Method;

use super::account::form;
use super::agents;
use super::broker;
use super::replies::{ok, tells_of_alice};
use super::requests::{Fails, Prepared, Request, at_once, row, signed_in, switching};
use super::world::World;
use crate::support::browser::Browser;
use crate::support::flow::SERVER;
use crate::support::reply::Reply;
use crate::support::request::Ask;

use Fails::{Client, Json, Page};

pub const REQUESTS: &[Request] = &[
    row("index", "", Page, |_| get("/"), ok),
    row("metadata: OpenID", "", Json, |_| get("/.well-known/openid-configuration"), ok),
    row("metadata: issuer as resource", "", Json, |_| get("/.well-known/oauth-protected-resource"), ok),
    row("metadata: API", "", Json, |_| get("/.well-known/oauth-protected-resource/api"), ok),
    row("metadata: MCP", "", Json, |_| get("/.well-known/oauth-protected-resource/mcp"), ok),
    row(
        "authorize: by form",
        "",
        Client,
        |_| at_once(by_form("/oauth/authorize")),
        |it| leads(it, "/oauth/authorize?"),
    ),
    row("client's logout: by form", "", Page, |_| at_once(by_form("/oauth/logout")), |it| leads(it, "/oauth/logout?")),
    row("userinfo: by form", "database grants", Json, |w| Box::pin(userinfo_by_form(w)), tells_of_alice),
    row("password link: done", "", Page, |_| get("/password/done"), ok),
    row("account page: password", "database limiter", Page, |w| of_alice(w, "/account/password"), ok),
    row("account page: sign out elsewhere?", "database limiter", Page, |w| of_alice(w, "/account/sessions/end"), ok),
    row("account page: remove an app?", "database grants limiter", Page, |w| of_alice(w, REMOVE_APP), ok),
    row("account page: disconnect?", "database limiter", Page, |w| Box::pin(disconnection(w)), ok),
    row("account page: remove an agent?", "database limiter", Page, |w| Box::pin(agents_removal(w)), ok),
    row("account page: new secret?", "database limiter", Page, |w| of_alice(w, "/account/client/secret"), ok),
    row(
        "account: link",
        "database limiter",
        Page,
        |w| Box::pin(link(w)),
        |it| leads(it, "https://idp.example/authorize?"),
    ),
    row("switches: groups", "database grants", Json, |w| Box::pin(groups(w)), ok),
    row("switches: group back", "database grants", Json, |w| Box::pin(group_back(w)), ok),
];

const REMOVE_APP: &str = "/account/apps/remove?client_id=demo-server";

fn get<'a>(path: &str) -> Prepared<'a> {
    at_once(Ask::get(path))
}

/// A form of another site, which comes without our cookies.
fn by_form(path: &str) -> Ask {
    Ask::post(path, &[("client_id", SERVER.id)])
}

fn leads(reply: &Reply, to: &str) -> bool {
    reply.status == 303 && reply.header("location").starts_with(to)
}

async fn userinfo_by_form(world: &World) -> Ask {
    let token = signed_in(world).await.1.text("access_token");
    Ask::post("/oauth/userinfo", &[("access_token", &token)])
}

fn of_alice<'a>(world: &World, path: &str) -> Prepared<'a> {
    at_once(world.alice().dress(Ask::get(path)))
}

async fn disconnection(world: &World) -> Ask {
    let id = broker::connected(world).await;
    world.alice().dress(Ask::get(&format!("/account/connections/remove?id={id}")))
}

async fn agents_removal(world: &World) -> Ask {
    agents::connected(world, "asked").await;
    world.alice().dress(Ask::get("/account/connections/agent?id=asked"))
}

/// Goes to the provider, whose account is to sign alice in. That asks for a sign-in that is not long ago.
async fn link(world: &World) -> Ask {
    let mut alice = Browser::new(&world.server);
    alice.sign_in("alice", "alice").await;
    form(&mut alice, "/account/connections", &[("provider", "idp")]).await
}

async fn groups(world: &World) -> Ask {
    Ask::get("/api/users/me/tool-groups").bearer(&switching(world).await)
}

async fn group_back(world: &World) -> Ask {
    Ask::method(Method::DELETE, "/api/users/me/tool-groups/all").bearer(&switching(world).await)
}
