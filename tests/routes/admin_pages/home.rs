//! `/admin` and `/admin/settings`

use axum::http::Method;
use serde_json::json;

use crate::support::admin::{edit_user, operator, show};
use crate::support::keys;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

const STEPS: [&str; 3] = ["next-user", "next-administrator", "next-client"];

async fn steps(server: &Server) -> Vec<&'static str> {
    let page = operator(server).await.open("/admin").await;
    page.assert_status(200);
    STEPS.into_iter().filter(|step| page.body.contains(&format!("id=\"{step}\""))).collect()
}

#[tokio::test]
async fn the_overview_says_what_to_do_next_until_it_is_done() {
    let server = Server::new();
    assert_eq!(steps(&server).await, STEPS);
    let user = json!({ "name": "alice", "password": "a good password" });
    server.as_admin(Ask::json(Method::POST, "/admin/api/users", &user)).await.assert_status(201);
    assert_eq!(
        steps(&server).await,
        ["next-administrator", "next-client"],
        "a user's own client is none that people sign in to"
    );
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    assert_eq!(steps(&server).await, ["next-client"]);
    let client = json!({ "client_name": "App", "redirect_uris": ["https://app.example/cb"] });
    server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &client)).await.assert_status(201);
    assert!(steps(&server).await.is_empty());
    let home = operator(&server).await.open("/admin").await;
    assert!(!home.body.contains("id=\"next\""));
}

#[tokio::test]
async fn settings_are_those_that_the_admin_api_shows_and_no_secret_is_among_them() {
    let server = Server::with(&[("SETUP_CODE", "a-setup-code-of-the-tests"), ("BRAND_NAME", "Acme & <Sons>")]);
    let page = operator(&server).await.open("/admin/settings").await;
    let shown = show(&server, "/admin/api/settings").await;
    for (name, value) in shown["settings"].as_object().expect("settings") {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let expected = match text.as_str() {
            "null" | "" => "not set".to_owned(),
            text => format!("<code>{}</code>", text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;")),
        };
        assert!(page.body.contains(&format!("<dd id=\"{name}\">{expected}</dd>")), "{name}: {}", page.body);
    }
    assert_eq!(page.element("version"), env!("CARGO_PKG_VERSION"));
    assert!(page.body.contains("id=\"development\""));
    for secret in [ADMIN_TOKEN, "a-setup-code-of-the-tests", &keys::signing_keys(), &keys::encryption_keys()] {
        assert!(!page.body.contains(secret), "{secret}");
    }
}
