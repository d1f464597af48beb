//! What a hostile server may answer at a `jwks_uri`, and where none may be.

use axum::http::Method;
use serde_json::{Value, json};

use super::address::{URI, publish, with_address};
use super::{ID, assert_not_signed, by, make};
use crate::support::client_key::{ES256, NEXT, set};
use crate::support::fault::Fault;
use crate::support::request::Ask;
use crate::support::server::Server;

/// Answers that hold the right key, but not as they must.
fn unfit(keys: &Value) -> Vec<(u16, &'static str, Vec<u8>)> {
    let good = keys.to_string().into_bytes();
    let with = |name: &str, value: Value| {
        let mut changed = keys.clone();
        changed[name] = value;
        changed.to_string().into_bytes()
    };
    vec![
        (301, "application/json", good.clone()),
        (302, "application/json", good.clone()),
        (307, "application/json", good.clone()),
        (201, "application/json", good.clone()),
        (404, "application/json", good.clone()),
        (500, "application/json", good.clone()),
        (200, "text/html", good.clone()),
        (200, "text/plain", good.clone()),
        (200, "application/jwt", good.clone()),
        (200, "", good.clone()),
        (200, "application/json", with("padding", json!("x".repeat(64 * 1024)))),
        (200, "application/json", with("keys", json!(vec![keys["keys"][0].clone(); 17]))),
        (200, "application/json", with("keys", Value::Null)),
        (200, "application/json", b"[]".to_vec()),
        (200, "application/json", b"\xff".to_vec()),
        (200, "application/json", b"<html>".to_vec()),
        (200, "application/json", vec![b'['; 60_000]),
        (200, "application/json", format!("{{\"keys\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000)).into_bytes()),
        (200, "application/json", Vec::new()),
    ]
}

#[tokio::test]
async fn an_answer_that_is_not_as_it_must_be_gives_no_key() {
    for (status, content_type, body) in unfit(&set(&[ES256])) {
        let server = with_address(&[]).await;
        server.http.answer(URI, status, content_type, &body);
        assert_not_signed(&by(&server, &ES256).await);
        assert_eq!(server.http.take_asked(), [URI], "and no redirect is followed");
        publish(&server, &[ES256]);
        by(&server, &ES256).await.assert_status(200);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_as_it_must_be_takes_no_key_away() {
    for (status, content_type, body) in unfit(&set(&[NEXT])) {
        let server = with_address(&[ES256]).await;
        by(&server, &ES256).await.assert_status(200);
        server.http.answer(URI, status, content_type, &body);
        server.advance(600);
        by(&server, &ES256).await.assert_status(200);
        assert_not_signed(&by(&server, &NEXT).await);
    }
}

#[tokio::test]
async fn a_server_that_is_slow_or_gone_is_one_without_keys() {
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        let server = with_address(&[ES256]).await;
        server.http.fault.set(fault);
        assert_not_signed(&by(&server, &ES256).await);
    }
}

#[tokio::test]
async fn what_changes_between_two_fetches_is_what_was_fetched_last() {
    let server = with_address(&[ES256, NEXT]).await;
    by(&server, &ES256).await.assert_status(200);
    publish(&server, &[NEXT]);
    by(&server, &ES256).await.assert_status(200);
    server.advance(600);
    assert_not_signed(&by(&server, &ES256).await);
    publish(&server, &[ES256]);
    server.advance(60);
    by(&server, &ES256).await.assert_status(200);
    assert_not_signed(&by(&server, &NEXT).await);
}

#[tokio::test]
async fn no_address_of_a_private_network_or_of_ourselves_is_taken() {
    let server = Server::deployed();
    for uri in [
        "http://signer.example/jwks.json",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://auth.example/.well-known/jwks.json",
        "https://AUTH.example.:443/jwks.json",
        "https://user:secret@signer.example/",
        "data:application/json,{}",
        "/jwks.json",
        "",
    ] {
        let body = json!({
            "client_name": "Signer", "redirect_uris": ["https://signer.example/"], "jwks_uri": uri,
            "token_endpoint_auth_method": "private_key_jwt",
        });
        let made = server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &body)).await;
        made.assert_says(400, "invalid_request", "jwks_uri must be a public https:// URL of another server");
        let registered = server.send(Ask::json(Method::POST, "/oauth/register", &body)).await;
        let what = "jwks_uri must be a public https:// URL of another server";
        registered.assert_says(400, "invalid_client_metadata", what);
    }
    assert!(server.database.peek("SELECT id FROM clients").is_empty() && server.http.take_asked().is_empty());
}

#[tokio::test]
async fn an_address_that_became_ours_or_private_after_it_was_stored_is_not_asked() {
    let server = Server::deployed();
    make(&server, json!({ "jwks_uri": URI })).await;
    for uri in ["https://169.254.169.254/keys", "https://auth.example/.well-known/jwks.json"] {
        let sql = match uri {
            "https://169.254.169.254/keys" => {
                "UPDATE clients SET jwks_uri = 'https://169.254.169.254/keys' RETURNING id"
            }
            _ => "UPDATE clients SET jwks_uri = 'https://auth.example/.well-known/jwks.json' RETURNING id",
        };
        assert_eq!(server.database.peek(sql), [json!({ "id": ID })]);
        assert_not_signed(&by(&server.fresh_isolate(), &ES256).await);
        assert!(server.http.take_asked().is_empty(), "{uri}");
    }
}
