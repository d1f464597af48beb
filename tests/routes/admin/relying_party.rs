//! What OpenID Connect adds to `/admin/api/clients`: algorithms, and where people and logout tokens go.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, make_client};
use crate::support::request::Ask;
use crate::support::server::Server;

const APP: &str = "/admin/api/clients/app";

async fn with_app(server: Server) -> Server {
    let body = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    make_client(&server, body).await;
    server
}

async fn assert_refused(server: &Server, settings: &Value) {
    let reply = server.as_admin(Ask::json(Method::PATCH, APP, settings)).await;
    assert_eq!(reply.status, 400, "{settings}: {}", reply.body);
    reply.assert_error(400, "invalid_request");
    let mut body = settings.clone();
    body["client_name"] = json!("Other");
    body["redirect_uris"] = json!(["https://b.example/cb"]);
    server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &body)).await.assert_error(400, "invalid_request");
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 1, "nothing stored");
}

#[tokio::test]
async fn a_client_is_told_by_es256_in_json_and_nothing_of_sign_outs_unless_said_otherwise() {
    let server = with_app(Server::deployed()).await;
    let shown = edit_client(&server, "app", json!({})).await;
    assert_eq!(shown["id_token_signed_response_alg"], "ES256");
    assert_eq!(shown["userinfo_signed_response_alg"], Value::Null);
    assert_eq!(shown["post_logout_redirect_uris"], json!([]));
    assert_eq!(shown["backchannel_logout_uri"], Value::Null);
}

#[tokio::test]
async fn what_is_said_is_kept_until_it_is_said_otherwise() {
    let server = with_app(Server::deployed()).await;
    let settings = json!({
        "id_token_signed_response_alg": "RS256", "userinfo_signed_response_alg": "ES256",
        "post_logout_redirect_uris": ["https://a.example/bye", "com.example.app:/bye"],
        "backchannel_logout_uri": "https://a.example/out?tenant=1",
    });
    edit_client(&server, "app", settings.clone()).await;
    let mut expected = edit_client(&server, "app", json!({ "client_name": "Renamed" })).await;
    for (member, value) in settings.as_object().expect("an object") {
        assert_eq!(expected[member], *value, "{member}");
    }
    let taken_away = json!({
        "userinfo_signed_response_alg": "", "backchannel_logout_uri": "", "post_logout_redirect_uris": [],
    });
    expected["userinfo_signed_response_alg"] = Value::Null;
    expected["backchannel_logout_uri"] = Value::Null;
    expected["post_logout_redirect_uris"] = json!([]);
    assert_eq!(edit_client(&server, "app", taken_away).await, expected);
    let events = server.events.take();
    let last = events.last().and_then(|event| event.reason.as_deref());
    assert_eq!(last, Some("userinfo_signed_response_alg post_logout_redirect_uris backchannel_logout_uri"));
}

#[tokio::test]
async fn an_algorithm_that_is_none_of_ours_is_refused() {
    let server = with_app(Server::deployed()).await;
    for algorithm in ["none", "HS256", "PS256", "es256", "RS256 ", "ES384"] {
        for member in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
            assert_refused(&server, &json!({ member: algorithm })).await;
        }
    }
    assert_refused(&server, &json!({ "id_token_signed_response_alg": "" })).await;
}

#[tokio::test]
async fn an_algorithm_without_a_key_is_refused() {
    let (_, es256) = crate::support::keys::signing_jwks().remove(0);
    let keys = json!({ "keys": [es256] }).to_string();
    let server = with_app(Server::with(&[("SIGNING_KEYS", keys.as_str())])).await;
    for member in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
        assert_refused(&server, &json!({ member: "RS256" })).await;
        edit_client(&server, "app", json!({ member: "ES256" })).await;
    }
    let reply =
        server.as_admin(Ask::json(Method::PATCH, APP, &json!({ "id_token_signed_response_alg": "RS256" }))).await;
    reply.assert_says(400, "invalid_request", "this server has no key for RS256");
}

#[tokio::test]
async fn a_logout_token_goes_to_a_public_https_address_only() {
    let server = with_app(Server::deployed()).await;
    for uri in [
        "http://a.example/out",
        "https://a.example/out#x",
        "https://127.0.0.1/out",
        "https://localhost/out",
        "https://10.0.0.1/out",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/out",
        "https://0x7f000001/out",
        "https://intranet/out",
        "https://printer.local/out",
        "https://user:secret@a.example/out",
        "/out",
        "file:///etc/passwd",
        "com.example.app:/out",
    ] {
        assert_refused(&server, &json!({ "backchannel_logout_uri": uri })).await;
    }
    assert_refused(&server, &json!({ "backchannel_logout_uri": format!("https://a.example/{}", "x".repeat(2000)) }))
        .await;
    let development = with_app(Server::new()).await;
    let local = json!({ "backchannel_logout_uri": "http://localhost:3000/out" });
    let shown = edit_client(&development, "app", local).await;
    assert_eq!(shown["backchannel_logout_uri"], "http://localhost:3000/out", "in development, on this machine");
}

#[tokio::test]
async fn people_are_sent_on_to_what_a_redirect_uri_could_be() {
    let server = with_app(Server::deployed()).await;
    for uri in ["javascript:alert(1)", "data:text/html,x", "https://a.example/#x", "/bye", "https://*.example/", ""] {
        assert_refused(&server, &json!({ "post_logout_redirect_uris": [uri] })).await;
    }
    assert_refused(&server, &json!({ "post_logout_redirect_uris": "https://a.example/" })).await;
}
