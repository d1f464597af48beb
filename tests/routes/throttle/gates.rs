//! Every request of a network counts, at the group of routes that it came to.

use axum::http::Method;
use ostiary::model::network::WORKERS;
use ostiary::ports::Limit;

use super::{ELSEWHERE, HERE, from};
use crate::support::fault::Fault;
use crate::support::flow::SERVER;
use crate::support::log_lines;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::router_table;
use crate::support::server::{ADMIN_TOKEN, Server};

/// What costs less than a limit would: see src/web/gate.rs. `/dev/…` exists on the operator's own machine only.
const UNGATED: [&str; 12] = [
    "/",
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/api",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/openid-configuration",
    "/brand.css",
    "/dev/client",
    "/dev/pkce",
    "/dev/seed",
    "/healthz",
];

fn is_page(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first {
        "admin" => !path.starts_with("/admin/api"),
        "oauth" => ["/oauth/authorize", "/oauth/logout", "/oauth/callback"].iter().any(|page| path.starts_with(page)),
        _ => ["authorize", "consent", "connect", "login", "logout", "password", "account", "users", "setup"]
            .contains(&first),
    }
}

async fn refused(server: &Server, path: &str) -> Option<Reply> {
    let path = router_table::example(path);
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let reply = server.send(from(HERE, Ask::method(method, &path))).await;
        if reply.status == 429 {
            return Some(reply);
        }
    }
    None
}

#[tokio::test]
async fn every_route_but_those_that_cost_nothing_refuses_a_network_that_came_too_often_in_its_own_form() {
    let server = Server::seeded().await;
    for limit in [Limit::Pages, Limit::Programs, Limit::Outbound] {
        server.limiter.set(limit, 0);
    }
    let mut ungated = Vec::new();
    for path in router_table::paths() {
        let Some(reply) = refused(&server, path).await else {
            ungated.push(path);
            continue;
        };
        assert_eq!(reply.header("retry-after"), "60", "{path}");
        if is_page(path) {
            reply.assert_error_page(429, "too_many_requests");
        } else {
            let said = "too many requests came from this network; try again in a minute";
            reply.assert_says(429, "too_many_requests", said);
            assert_eq!(reply.is_problem(), path.starts_with("/admin/api"), "{path}");
        }
    }
    assert_eq!(ungated, UNGATED);
}

#[tokio::test]
async fn the_page_says_what_happened_how_long_to_wait_and_what_to_do_if_it_was_somebody_else() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Pages, 0);
    let page = server.send(from(HERE, Ask::get("/login"))).await;
    assert_eq!(page.element("message-title"), "Too many requests");
    for part in ["Wait a minute, then load this page again", "somebody else in the same network"] {
        assert!(page.element("message-text").contains(part), "{}", page.element("message-text"));
    }
}

#[tokio::test]
async fn a_network_is_refused_beyond_the_limit_at_this_group_of_routes_and_until_the_minute_is_over() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Programs, 2);
    let token = |address| from(address, SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]));
    let alias = from(HERE, SERVER.ask("/token", &[("grant_type", "client_credentials")]));
    server.send(token(HERE)).await.assert_status(200);
    server.send(alias).await.assert_status(200);
    server.send(token(HERE)).await.assert_error(429, "too_many_requests");
    server.send(token(ELSEWHERE)).await.assert_status(200);
    server.send(from(HERE, SERVER.introspect("x"))).await.assert_status(200);
    server.send(from(HERE, Ask::get("/login"))).await.assert_status(200);
    server.advance(60);
    server.send(token(HERE)).await.assert_status(200);
}

#[tokio::test]
async fn who_is_refused_costs_no_store_a_call() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Programs, 0);
    server.hops.take();
    let admin = Ask::get("/admin/api/users").header("x-admin-token", ADMIN_TOKEN);
    server.send(from(HERE, admin)).await.assert_error(429, "too_many_requests");
    assert!(server.hops.take().is_empty());
}

#[tokio::test]
async fn what_comes_from_the_machine_itself_is_not_counted() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Pages, 0);
    for address in ["127.0.0.1", "::1", ""] {
        server.send(from(address, Ask::get("/login"))).await.assert_status(200);
    }
    server.send(Ask::get("/login")).await.assert_status(200);
    assert!(server.limiter.counted(Limit::Pages).is_empty());
    server.send(from("2001:db8:1:2::9", Ask::get("/login"))).await.assert_error_page(429, "too_many_requests");
    assert_eq!(server.limiter.counted(Limit::Pages), ["sign-in 2001:db8:1:2::"]);
}

#[tokio::test]
async fn of_the_one_address_that_all_workers_have_each_zone_is_counted_by_itself_and_nobody_else_may_name_one() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Programs, 1);
    let of = |address, zone| from(address, SERVER.introspect("x")).header("cf-worker", zone);
    server.send(of(WORKERS, "one.example")).await.assert_status(200);
    server.send(of(WORKERS, "one.example")).await.assert_error(429, "too_many_requests");
    server.send(of(WORKERS, "two.example")).await.assert_status(200);
    server.send(of(HERE, "one.example")).await.assert_status(200);
    server.send(of(HERE, "three.example")).await.assert_error(429, "too_many_requests");
}

#[tokio::test]
async fn a_limit_that_fails_refuses_nobody_and_says_so() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Programs, 0);
    server.limiter.fault.set(Fault::Fail);
    log_lines::capture();
    server.send(from(HERE, SERVER.introspect("x"))).await.assert_status(200);
    let lines = log_lines::take();
    assert!(lines.iter().any(|line| line.starts_with("WARN") && line.contains("\"limiter_failed\"")), "{lines:?}");
}

#[tokio::test]
async fn a_program_in_a_browser_of_any_origin_may_read_how_long_to_wait() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Programs, 0);
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/oauth/register", "/mcp"] {
        let ask = Ask::method(Method::POST, path).header("origin", "https://app.example");
        let reply = server.send(from(HERE, ask)).await;
        reply.assert_error(429, "too_many_requests");
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert!(reply.header("access-control-expose-headers").contains("retry-after"), "{path}");
    }
}
