//! What is not a document of the client: nothing of it is kept, and the person sees a page of ours.

use serde_json::{Value, json};

use super::{APP, alice, asked, document, document_with, is_kept, server_with};
use crate::support::fault::Fault;
use crate::support::flow::TestClient;
use crate::support::server::Server;

#[tokio::test]
async fn a_document_that_contradicts_itself_or_holds_a_secret_is_refused() {
    let cases = [
        (json!({ "client_id": null }), "its client_id is not the URL it lies at"),
        (json!({ "client_id": "https://app.example/oauth/client.json/" }), "its client_id is not"),
        (json!({ "client_id": "https://app.example:443/oauth/client.json" }), "its client_id is not"),
        (json!({ "client_id": 7 }), "its client_id is not"),
        (json!({ "client_secret": "hush" }), "it holds a client_secret"),
        (json!({ "client_secret_expires_at": 0 }), "it holds a client_secret"),
        (json!({ "token_endpoint_auth_method": "client_secret_basic" }), "needs a secret"),
        (json!({ "token_endpoint_auth_method": "client_secret_post" }), "needs a secret"),
        (json!({ "token_endpoint_auth_method": "client_secret_jwt" }), "needs a secret"),
        (json!({ "token_endpoint_auth_method": "tls_client_auth" }), "token_endpoint_auth_method must be"),
        (json!({ "token_endpoint_auth_method": ["none"] }), "token_endpoint_auth_method must be"),
        (json!({ "redirect_uris": null }), "redirect_uris must hold at least one"),
        (json!({ "redirect_uris": [] }), "redirect_uris must hold at least one"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "cannot be used"),
        (json!({ "redirect_uris": ["https://app.example/cb#a"] }), "cannot be used"),
        (json!({ "redirect_uris": "https://app.example/callback" }), "not of its type"),
        (json!({ "grant_types": ["client_credentials"] }), "grant_types"),
        (json!({ "response_types": ["token"] }), "response_types"),
        (json!({ "subject_type": "pairwise" }), "subject_type"),
        (json!({ "client_name": "a\u{202e}b" }), "a name has"),
        (json!({ "client_name": "" }), "a name has"),
        (json!({ "logo_uri": "javascript:alert(1)" }), "logo_uri"),
        (json!({ "backchannel_logout_uri": "https://10.0.0.1/" }), "backchannel_logout_uri"),
        (json!({ "client_name": "a".repeat(9000) }), "over 8 KiB"),
    ];
    for (changed, why) in cases {
        let server = server_with(&document_with(&changed)).await;
        let page = asked(&mut alice(&server).await, &[]).await;
        page.assert_error_page(400, "invalid_client_metadata");
        assert!(page.body.contains(why), "{changed}: {}", page.body);
        assert!(!is_kept(&server).await, "{changed}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_document_is_refused_and_not_remembered() {
    let good = document().to_string().into_bytes();
    let huge = [good.as_slice(), &vec![b' '; 70_000]].concat();
    let cases: [(u16, &str, &[u8]); 13] = [
        (200, "text/html", &good),
        (200, "", &good),
        (200, "text/json", &good),
        (200, "application/json", b""),
        (200, "application/json", b"[]"),
        (200, "application/json", b"\"text\""),
        (200, "application/json", b"{\"client_id\":"),
        (200, "application/json", b"\xff{}"),
        (200, "application/json", &huge),
        (302, "application/json", &good),
        (404, "application/json", &good),
        (206, "application/json", &good),
        (500, "application/json", b"{}"),
    ];
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    for (status, content_type, body) in cases {
        server.limiter.forget();
        server.http.answer(APP.id, status, content_type, body);
        let page = asked(&mut browser, &[]).await;
        page.assert_error_page(400, "invalid_client_metadata");
        assert!(page.body.contains("at app.example"), "{}", page.body);
        assert!(!is_kept(&server).await, "{status} {content_type}");
    }
    server.limiter.forget();
    server.http.answer_json(APP.id, None, &document());
    assert!(asked(&mut browser, &[]).await.is_consent_page(), "an error is not kept");
}

#[tokio::test]
async fn a_document_may_say_that_it_is_json_in_other_words() {
    for content_type in ["application/json; charset=utf-8", "Application/JSON", "application/oauth-client+json"] {
        let server = Server::seeded().await;
        server.http.answer(APP.id, 200, content_type, document().to_string().as_bytes());
        assert!(asked(&mut alice(&server).await, &[]).await.is_consent_page(), "{content_type}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_said_so() {
    let server = server_with(&document()).await;
    let mut browser = alice(&server).await;
    server.http.fault.set(Fault::Fail);
    let page = asked(&mut browser, &[]).await;
    page.assert_error_page(400, "invalid_client_metadata");
    assert!(page.body.contains("the client metadata document at app.example could not be fetched"), "{}", page.body);
}

#[tokio::test]
async fn nothing_but_the_public_web_is_asked() {
    let server = Server::deployed();
    for id in [
        "http://app.example/client.json",
        "https://app.example",
        "https://app.example/client.json#fragment",
        "https://user@app.example/client.json",
        "https://app.example/a/../client.json",
        "https://app.example:443/client.json",
        "https://APP.example/client.json",
        "https://127.0.0.1/client.json",
        "https://localhost/client.json",
        "https://10.0.0.1/client.json",
        "https://0xa.0.0.1/client.json",
        "https://167772161/client.json",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/client.json",
        "https://[::ffff:10.0.0.1]/client.json",
        "https://metadata.google.internal/",
        "https://printer.local/client.json",
        "https://auth.example/client.json",
        "ftp://app.example/client.json",
        "file:///etc/passwd",
    ] {
        let user = json!({ "name": format!("user-{id}").chars().take(90).collect::<String>(), "password": "a password of hers" });
        let made =
            crate::support::admin::make_user(&server, user["name"].as_str().unwrap(), "a password of hers").await;
        let mut browser = crate::support::browser::Browser::new(&server);
        browser.sign_in(made["name"].as_str().unwrap(), "a password of hers").await;
        let client = TestClient { id, ..APP };
        let page = browser.open(&client.authorize_path(&[])).await;
        page.assert_error_page(400, "invalid_client_metadata");
        assert!(server.http.take_asked().is_empty(), "{id}");
    }
}

#[tokio::test]
async fn one_host_and_one_person_are_looked_up_so_often_and_no_more() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let refused: Value = json!({});
    let ids: Vec<&'static str> =
        (0..25).map(|n| &*Box::leak(format!("https://app.example/{n}").into_boxed_str())).collect();
    for id in &ids {
        server.http.answer_json(id, None, &refused);
    }
    for id in &ids[..20] {
        let client = TestClient { id, ..APP };
        browser.open(&client.authorize_path(&[])).await.assert_error_page(400, "invalid_client_metadata");
    }
    let page = browser.open(&TestClient { id: ids[20], ..APP }.authorize_path(&[])).await;
    page.assert_error_page(429, "too_many_requests");
    assert_eq!(server.http.take_asked().len(), 20);
    let elsewhere = TestClient { id: "https://other.example/", ..APP };
    browser.open(&elsewhere.authorize_path(&[])).await.assert_error_page(429, "too_many_requests");
    let mut bob = crate::support::browser::Browser::new(&server);
    bob.sign_in("bob", "bob").await;
    bob.open(&TestClient { id: ids[21], ..APP }.authorize_path(&[])).await.assert_error_page(429, "too_many_requests");
    server.advance(60);
    browser.open(&elsewhere.authorize_path(&[])).await.assert_error_page(400, "invalid_client_metadata");
}
