//! The router's table, as it is written there: what it has every test of "every route" is held against.

use axum::http::Method;

use super::request::Ask;
use super::server::Server;

const ROUTER: &str = include_str!("../../src/web/router.rs");
/// Fewer would mean that the table is written in another way, and most of it not seen.
const LEAST: usize = 90;

/// Every path, with its parameters in braces.
pub fn paths() -> Vec<&'static str> {
    let routes = ROUTER.split(".route(").skip(1);
    let mut paths: Vec<&str> =
        routes.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect();
    paths.sort_unstable();
    assert!(paths.len() > LEAST, "{paths:?}");
    paths
}

/// Whether the route answers this path, as far as that can be said without the other routes.
pub fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(path).all(|(part, is)| part.starts_with('{') || *part == is)
}

/// A path that the route answers.
pub fn example(route: &str) -> String {
    let path = route.replace("{noun}", "users").replace("{more}", "remove");
    path.replace(['{', '}'], "")
}

/// The methods that the server itself names where it is asked for another (RFC 9110 section 15.5.6). None: any is taken.
pub async fn methods(server: &Server, route: &str) -> Vec<String> {
    let none = Method::from_bytes(b"PROPFIND").expect("a method");
    let reply = server.send(Ask::method(none, &example(route))).await;
    let allowed = reply.header("allow").split(',').map(str::trim);
    allowed.filter(|method| !method.is_empty() && *method != "HEAD").map(str::to_owned).collect()
}
