//! A request to another host than the issuer's.

use crate::support::request::Ask;
use crate::support::server::Server;

fn at(path: &str, host: &str) -> Ask {
    Ask::get(path).header("host", host)
}

#[tokio::test]
async fn another_host_gets_a_page_that_names_the_setting_and_nothing_else_answers() {
    let server = Server::deployed();
    for host in ["auth.example:8443", "evil.example", "auth.example.evil.example", "localhost:8787", "127.0.0.1", ""] {
        for path in ["/", "/oauth/authorize", "/login", "/nowhere", "/.well-known/oauth-authorization-server"] {
            let page = server.send(at(path, host).accepts_html()).await;
            page.assert_error_page(421, "misdirected_request");
            assert!(page.body.contains("OAUTH_ISSUER_URL"));
            let json = server.send(at(path, host)).await;
            json.assert_error(421, "misdirected_request");
            assert!(json.text("error_description").contains("OAUTH_ISSUER_URL"));
        }
    }
    assert!(server.hops.take().is_empty());
}

#[tokio::test]
async fn the_issuers_host_is_answered_whatever_its_case_and_health_at_any() {
    let server = Server::deployed();
    for host in ["auth.example", "AUTH.example"] {
        assert_eq!(server.send(at("/", host)).await.status, 200);
    }
    assert_eq!(server.send(at("/healthz", "10.0.0.7:8080")).await.status, 200);
}

#[tokio::test]
async fn in_development_any_loopback_host_will_do_and_no_other() {
    let server = Server::new();
    for host in ["localhost:8787", "127.0.0.1:9", "[::1]:8787", "localhost", "[::1]"] {
        assert_eq!(server.send(at("/", host)).await.status, 200, "{host}");
    }
    for host in ["192.168.0.7:8787", "localhost.evil.example", "rebound.example:8787"] {
        server.send(at("/", host)).await.assert_error(421, "misdirected_request");
    }
    let production_at_home = Server::with(&[("ENABLE_DEV_ENDPOINTS", "false")]);
    production_at_home.send(at("/", "127.0.0.1:8787")).await.assert_error(421, "misdirected_request");
}
