//! `/`, `/healthz`, and what is nowhere.

use serde_json::json;

use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_program_gets_json_and_a_person_a_page() {
    let server = Server::new();
    let reply = server.send(Ask::get("/")).await.json();
    let members: Vec<&str> = reply.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["docs", "issuer", "message", "version"]);
    assert_eq!(reply["issuer"], "http://localhost:8787");
    for accept in ["application/json", "application/json, text/html", "*/*"] {
        assert!(server.send(Ask::get("/").header("accept", accept)).await.header("content-type").contains("json"));
    }
    let page = server.send(Ask::get("/").accepts_html()).await;
    assert!(page.header("content-type").starts_with("text/html") && page.body.contains("http://localhost:8787"));
}

#[tokio::test]
async fn health_is_answered_and_asks_no_store() {
    let server = Server::new();
    assert_eq!(server.send(Ask::get("/healthz")).await.json(), json!({ "status": "ok" }));
    assert!(server.hops.take().is_empty());
}

#[tokio::test]
async fn what_is_nowhere_is_404_as_json_or_as_a_page() {
    let server = Server::new();
    for path in ["/nowhere", "/oauth", "/oauth/token/x", "/.env", "/mcp/x"] {
        server.send(Ask::get(path)).await.assert_says(404, "not_found", "there is nothing at this path");
        let page = server.send(Ask::get(path).accepts_html()).await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains("Page not found"));
    }
}
