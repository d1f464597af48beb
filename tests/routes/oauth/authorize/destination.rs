//! Where an answer may go: nowhere but to a registered redirect URI.

use serde_json::json;

use crate::support::admin::{edit_client, make_client};
use crate::support::browser::Browser;
use crate::support::flow::{SERVER, TestClient, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn open(server: &Server, path: &str) -> Reply {
    Browser::new(server).open(path).await
}

#[tokio::test]
async fn an_unknown_client_gets_a_page_of_ours_and_no_redirect() {
    let server = Server::seeded().await;
    for id in ["nobody", "DEMO-WEB", "demo-web ", "agent_user_x", "'; DROP TABLE clients; --", "<script>"] {
        let page = open(&server, &WEB.authorize_path(&[("client_id", id)])).await;
        page.assert_error_page(400, "invalid_request");
        assert!(!page.body.contains("<script>"), "{}", page.body);
    }
    open(&server, &WEB.authorize_path(&[("client_id", "")])).await.assert_error_page(400, "invalid_request");
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 4, "two demo clients and two user clients");
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_byte_for_byte_gets_a_page_and_no_redirect() {
    let server = Server::seeded().await;
    for uri in [
        "https://server.example/callback/",
        "https://server.example/callback?x",
        "https://server.example/Callback",
        "https://server.example/%63allback",
        "https://server.example:443/callback",
        "https://SERVER.example/callback",
        "https://server.example/a/../callback",
        "https://server.example/callback#x",
        "https://server.example.evil.example/callback",
        "https://server.example@evil.example/callback",
        "http://server.example/callback",
        "//server.example/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://evil.example",
    ] {
        let page = open(&server, &SERVER.authorize_path(&[("redirect_uri", uri)])).await;
        page.assert_error_page(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_loopback_redirect_uri_may_differ_in_port_only() {
    let server = Server::seeded().await;
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let id = format!("app-{}", host.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"));
        let registered = format!("http://{host}/cb");
        let settings =
            json!({ "client_id": id, "client_name": "App", "public": true, "redirect_uris": [registered.clone()] });
        make_client(&server, settings).await;
        let path = |uri: &str| WEB.authorize_path(&[("client_id", &id), ("redirect_uri", uri), ("scope", "")]);
        assert!(open(&server, &path(&format!("http://{host}:49152/cb"))).await.is_login_page());
        assert!(open(&server, &path(&registered)).await.is_login_page());
        for wrong in [
            format!("http://{host}:49152/other"),
            format!("https://{host}/cb"),
            format!("http://{host}.evil.example/cb"),
            format!("http://x@{host}/cb"),
        ] {
            open(&server, &path(&wrong)).await.assert_error_page(400, "invalid_request");
        }
    }
    let other_name = WEB.authorize_path(&[("redirect_uri", "http://127.0.0.1:3000/callback")]);
    open(&server, &other_name).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn a_client_with_one_redirect_uri_may_leave_it_out_and_one_with_several_may_not() {
    let server = Server::seeded().await;
    assert!(open(&server, &SERVER.authorize_path(&[("redirect_uri", "")])).await.is_login_page());
    let two = json!({ "redirect_uris": [SERVER.redirect_uri, "https://server.example/other"] });
    edit_client(&server, SERVER.id, two).await;
    open(&server, &SERVER.authorize_path(&[("redirect_uri", "")])).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn what_names_client_or_destination_twice_gets_a_page() {
    let server = Server::seeded().await;
    for twice in ["client_id=demo-web", "redirect_uri=http://localhost:3000/callback"] {
        let page = open(&server, &format!("{}&{twice}", WEB.authorize_path(&[]))).await;
        page.assert_error_page(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_client_that_is_switched_off_gets_a_page() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "disabled": true })).await;
    open(&server, &WEB.authorize_path(&[])).await.assert_error_page(400, "invalid_request");
    edit_client(&server, WEB.id, json!({ "disabled": false })).await;
    assert!(open(&server, &WEB.authorize_path(&[])).await.is_login_page());
}

#[tokio::test]
async fn only_redirect_uris_that_are_safe_can_be_registered() {
    let server = Server::new();
    for uri in [
        "https://*.example/cb",
        "https://client.example/cb#fragment",
        "https://user@client.example/cb",
        "http://client.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "localhost:8080/cb",
        "/callback",
        "urn:ietf:wg:oauth:2.0:oob",
    ] {
        let settings = json!({ "client_name": "App", "redirect_uris": [uri] });
        let ask = Ask::json(axum::http::Method::POST, "/admin/api/clients", &settings);
        server.as_admin(ask).await.assert_error(400, "invalid_request");
    }
    assert!(server.database.peek("SELECT id FROM clients").is_empty(), "nothing stored");
}

#[tokio::test]
async fn a_scheme_of_an_apps_own_is_answered_only_as_registered() {
    const APP: TestClient = TestClient { id: "phone", secret: None, redirect_uri: "com.example.app:/cb" };
    let server = Server::seeded().await;
    let settings = json!({ "client_id": APP.id, "client_name": "Phone", "public": true,
        "redirect_uris": [APP.redirect_uri], "scope": "read:tools" });
    make_client(&server, settings).await;
    let mut browser = Browser::new(&server);
    let reply = crate::support::flow::authorize(&mut browser, &APP, &[("scope", "read:tools")]).await;
    assert!(reply.header("location").starts_with("com.example.app:/cb?code="), "{}", reply.header("location"));
    for wrong in ["com.example.app:/other", "com.example.app://cb", "com.example.App:/cb"] {
        let path = APP.authorize_path(&[("redirect_uri", wrong)]);
        browser.open(&path).await.assert_error_page(400, "invalid_request");
    }
}
