//! Every route of the router, with each of its methods, has a row in the matrix.

use std::collections::BTreeSet;

use axum::http::Method;

use super::world::World;
use super::{Request, rows};
use crate::support::request::Ask;

const ROUTER: &str = include_str!("../../../src/web/router.rs");

/// The routes as they stand in the router's table, without those of development, which are no endpoints of a deployment.
fn routes() -> Vec<&'static str> {
    let all = ROUTER.split(".route(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    all.filter(|path| !path.starts_with("/dev/")).collect()
}

/// What only a server without `ADMIN_TOKEN` does: tests/routes/admin_pages/{setup,token}.rs.
const ELSEWHERE: [&str; 3] = ["GET /setup", "POST /setup", "POST /admin/token"];

/// At the root lie other names of what lies below `/oauth`.
fn is_other_name(route: &str, all: &[&str]) -> bool {
    all.contains(&format!("/oauth{route}").as_str())
}

fn is_of(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    let fits = |(of_route, of_path): (&&str, &&str)| of_route == of_path || of_route.starts_with('{');
    route.len() == path.len() && route.iter().zip(&path).all(fits)
}

/// The route that answers this path: the one that names most of it.
fn route_of<'a>(path: &str, all: &[&'a str]) -> &'a str {
    let path = path.split('?').next().unwrap_or_default();
    let fitting = all.iter().filter(|route| is_of(route, path));
    fitting.min_by_key(|route| route.matches('{').count()).expect("a route answers it")
}

/// What the router says that may be asked of a route; for whatever else there is of a noun, what its rows ask.
async fn methods(world: &World, route: &str) -> Vec<String> {
    let path = route.replace(['{', '}'], "");
    let reply = world.server.send(Ask::method(Method::from_bytes(b"PROPFIND").expect("a method"), &path)).await;
    let allowed = reply.header("allow").to_owned();
    allowed.split(',').filter(|method| !method.is_empty() && *method != "HEAD").map(str::to_owned).collect()
}

async fn asked(world: &World, request: &Request) -> (Method, String) {
    let ask = (request.prepare)(world).await;
    (ask.method.clone(), ask.path.clone())
}

#[tokio::test]
async fn every_method_of_every_route_has_a_row() {
    let world = World::new().await;
    let all = routes();
    assert!(all.len() > 80, "{all:?}");
    let mut covered = BTreeSet::new();
    for request in rows() {
        let (method, path) = asked(&world, request).await;
        covered.insert(format!("{method} {}", route_of(&path, &all)));
    }
    let mut missing = Vec::new();
    for route in all.iter().filter(|route| !is_other_name(route, &all)) {
        for method in methods(&world, route).await {
            let pair = format!("{method} {route}");
            if !covered.contains(&pair) && !ELSEWHERE.contains(&pair.as_str()) {
                missing.push(pair);
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}
