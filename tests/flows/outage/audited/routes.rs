//! Every route of the router that changes something has its request here.

use super::Asked;
use crate::support::router_table::{fits, methods, paths};
use crate::support::server::Server;

/// The same as `/oauth/…` (C1).
const ALIASES: [&str; 7] =
    ["/authorize", "/token", "/revoke", "/register", "/register/{id}", "/introspect", "/userinfo"];
/// Development only: seeds, and a client that shows what it got.
const DEVELOPMENT: &str = "/dev/";

/// The methods other than those that change nothing, as the server itself says. `…/{more}` takes any, of which
/// POST is what changes something.
async fn changing(server: &Server, pattern: &str) -> Vec<String> {
    if pattern == "/admin/api/{noun}/{id}/{more}" {
        return vec!["POST".to_owned()];
    }
    let allowed = methods(server, pattern).await;
    assert!(!allowed.is_empty(), "{pattern} does not say what may be asked of it");
    allowed.into_iter().filter(|method| !matches!(method.as_str(), "GET" | "OPTIONS")).collect()
}

pub async fn assert_covered(asked: &Asked) {
    let server = Server::with(&[("ADMIN_TOKEN", "")]);
    let (mut changing_routes, mut missing) = (0, Vec::new());
    for pattern in paths() {
        if ALIASES.contains(&pattern) || pattern.starts_with(DEVELOPMENT) {
            continue;
        }
        for method in changing(&server, pattern).await {
            changing_routes += 1;
            let is_asked = asked.iter().any(|(of, path)| *of == method && fits(pattern, path));
            if !is_asked {
                missing.push(format!("{method} {pattern}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "these have no request here: add one to more.rs, and its row to expected.rs: {missing:?}"
    );
    assert!(changing_routes > 50, "{changing_routes}");
}
