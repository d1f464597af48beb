//! Every route of the router that changes something has its request here.

use axum::http::Method;

use super::Asked;
use crate::support::request::Ask;
use crate::support::server::Server;

const ROUTER: &str = include_str!("../../../../src/web/router.rs");

/// The same as `/oauth/…` (C1).
const ALIASES: [&str; 7] =
    ["/authorize", "/token", "/revoke", "/register", "/register/{id}", "/introspect", "/userinfo"];
/// Development only: seeds, and a client that shows what it got.
const DEVELOPMENT: &str = "/dev/";

/// The paths of the table, as they are written there.
fn paths() -> Vec<&'static str> {
    let routes = ROUTER.split(".route(").skip(1);
    let paths: Vec<&str> = routes.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect();
    assert!(paths.len() > 90, "{paths:?}");
    paths
}

fn is_at(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(path).all(|(part, is)| part.starts_with('{') || *part == is)
}

/// The methods other than those that change nothing, as the server itself says (405, `Allow`). `…/{more}` takes any, of which
/// POST is what changes something.
async fn changing(server: &Server, pattern: &str) -> Vec<String> {
    if pattern == "/admin/api/{noun}/{id}/{more}" {
        return vec!["POST".to_owned()];
    }
    let path = pattern.replace("{noun}", "users").replace("{id}", "x").replace("{more}", "remove").replace('{', "");
    let reply = server.send(Ask::method(Method::TRACE, &path.replace('}', ""))).await;
    assert_eq!(reply.status, 405, "{pattern}: {}", reply.body);
    let allowed = reply.header("allow").split(',').map(|method| method.trim().to_owned());
    allowed.filter(|method| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS")).collect()
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
            let is_asked = asked.iter().any(|(of, path)| *of == method && is_at(pattern, path));
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
