//! Every route of the router, with each of its methods, has a row in the matrix.

use std::collections::BTreeSet;

use axum::http::Method;

use super::world::World;
use super::{Request, rows};
use crate::support::router_table::{fits, methods, paths};

/// The routes, without those of development, which are no endpoints of a deployment.
fn routes() -> Vec<&'static str> {
    paths().into_iter().filter(|path| !path.starts_with("/dev/")).collect()
}

/// What only a server without `ADMIN_TOKEN` does: tests/routes/admin_pages/{setup,token}.rs.
const ELSEWHERE: [&str; 3] = ["GET /setup", "POST /setup", "POST /admin/token"];

/// At the root lie other names of what lies below `/oauth`.
fn is_other_name(route: &str, all: &[&str]) -> bool {
    all.contains(&format!("/oauth{route}").as_str())
}

/// The route that answers this path: the one that names most of it.
fn route_of<'a>(path: &str, all: &[&'a str]) -> &'a str {
    let path = path.split('?').next().unwrap_or_default();
    let fitting = all.iter().filter(|route| fits(route, path));
    fitting.min_by_key(|route| route.matches('{').count()).expect("a route answers it")
}

async fn asked(world: &World, request: &Request) -> (Method, String) {
    let ask = (request.prepare)(world).await;
    (ask.method.clone(), ask.path.clone())
}

#[tokio::test]
async fn every_method_of_every_route_has_a_row() {
    let world = World::new().await;
    let all = routes();
    let mut covered = BTreeSet::new();
    for request in rows() {
        let (method, path) = asked(&world, request).await;
        covered.insert(format!("{method} {}", route_of(&path, &all)));
    }
    let mut missing = Vec::new();
    for route in all.iter().filter(|route| !is_other_name(route, &all)) {
        for method in methods(&world.server, route).await {
            let pair = format!("{method} {route}");
            if !covered.contains(&pair) && !ELSEWHERE.contains(&pair.as_str()) {
                missing.push(pair);
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}
