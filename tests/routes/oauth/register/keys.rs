//! Clients that register with keys of their own (RFC 7591 section 2: `jwks`, `jwks_uri`).

use axum::http::Method;
use serde_json::{Value, json};

use super::{CALLBACK, register, registered, text};
use crate::support::browser::Browser;
use crate::support::client_key::{ClientKey, EDDSA, ES256, NEXT, PS256, RS256, set};
use crate::support::flow::{CHALLENGE, VERIFIER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const URI: &str = "https://agent.example/jwks.json";

fn metadata(more: Value) -> Value {
    let mut all = json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "private_key_jwt" });
    let Value::Object(more) = more else { panic!("no object") };
    all.as_object_mut().expect("an object").extend(more);
    all
}

/// A code for the client from alice, and its exchange by an assertion that `key` signs.
async fn tokens(server: &Server, id: &str, key: &ClientKey) -> Reply {
    let query = format!(
        "/oauth/authorize?response_type=code&client_id={id}&redirect_uri={CALLBACK}&code_challenge={CHALLENGE}\
         &code_challenge_method=S256&scope=read:tools"
    );
    let mut browser = Browser::new(server);
    let page = browser.open(&query).await;
    let page = browser.sign_in_on(&page, "alice", "alice").await;
    let answer = browser.answer(&page, "approve").await;
    let code = answer.location_parameter("code").expect("a code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    server.send(key.ask(server, id, "/oauth/token", &form)).await
}

fn refresh(server: &Server, id: &str, key: &ClientKey, tokens: &Reply) -> Ask {
    let token = tokens.text("refresh_token");
    key.ask(server, id, "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", &token)])
}

#[tokio::test]
async fn a_client_registers_its_keys_gets_no_secret_and_signs_its_assertions() {
    let server = Server::seeded().await;
    for key in [ES256, RS256, PS256, EDDSA] {
        let said = metadata(json!({ "jwks": set(&[key]), "token_endpoint_auth_signing_alg": key.alg }));
        let client = registered(&server, said.clone()).await;
        for (name, value) in said.as_object().expect("an object") {
            assert_eq!(&client[name], value, "{name}");
        }
        assert!(client.get("client_secret").is_none() && client.get("client_secret_expires_at").is_none());
        tokens(&server, text(&client, "client_id"), &key).await.assert_status(200);
    }
}

#[tokio::test]
async fn keys_at_an_address_may_change_between_code_and_refresh() {
    let server = Server::seeded().await;
    let answer =
        |keys: &[ClientKey]| server.http.answer(URI, 200, "application/json", set(keys).to_string().as_bytes());
    answer(&[RS256]);
    let client = registered(&server, metadata(json!({ "jwks_uri": URI }))).await;
    assert_eq!(client["jwks_uri"], URI);
    let id = text(&client, "client_id");
    let first = tokens(&server, id, &RS256).await;
    first.assert_status(200);
    answer(&[NEXT]);
    let second = server.send(refresh(&server, id, &NEXT, &first)).await;
    second.assert_status(200);
    server.send(refresh(&server, id, &RS256, &second)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn keys_that_prove_nothing_are_refused_as_metadata() {
    let server = Server::seeded().await;
    let mut private = ES256.jwk();
    private["d"] = json!("x");
    for more in [
        json!({}),
        json!({ "jwks": set(&[ES256]), "jwks_uri": URI }),
        json!({ "jwks": set(&[]) }),
        json!({ "jwks": { "keys": [private] } }),
        json!({ "jwks": "{}" }),
        json!({ "jwks_uri": "https://10.0.0.1/" }),
        json!({ "jwks_uri": 7 }),
        json!({ "jwks": set(&[ES256]), "token_endpoint_auth_signing_alg": "RS256" }),
        json!({ "jwks": set(&[ES256]), "token_endpoint_auth_signing_alg": "HS256" }),
        json!({ "jwks": set(&[ES256]), "token_endpoint_auth_signing_alg": 7 }),
    ] {
        register(&server, &metadata(more)).await.assert_error(400, "invalid_client_metadata");
    }
    assert!(server.database.peek("SELECT id FROM clients WHERE registration_token_hash IS NOT NULL").is_empty());
}

#[tokio::test]
async fn keys_of_a_client_that_proves_itself_otherwise_are_given_back_and_open_nothing() {
    let server = Server::seeded().await;
    let mut encryption = RS256.jwk();
    encryption["use"] = json!("enc");
    let keys = json!({ "keys": [encryption, ES256.jwk()] });
    for method in ["none", "client_secret_basic"] {
        let said = json!({ "jwks": keys, "token_endpoint_auth_method": method });
        let client = registered(&server, metadata(said)).await;
        assert_eq!((&client["jwks"], &client["token_endpoint_auth_method"]), (&keys, &json!(method)));
        let id = text(&client, "client_id");
        tokens(&server, id, &ES256).await.assert_error(401, "invalid_client");
    }
    let mut private = ES256.jwk();
    private["d"] = json!("x");
    let said = json!({ "jwks": { "keys": [private] }, "token_endpoint_auth_method": "none" });
    register(&server, &metadata(said)).await.assert_error(400, "invalid_client_metadata");
}

#[tokio::test]
async fn a_client_changes_its_keys_and_not_its_kind_of_proof() {
    let server = Server::seeded().await;
    let client = registered(&server, metadata(json!({ "jwks": set(&[ES256]) }))).await;
    let id = text(&client, "client_id");
    let put = |more: Value| {
        let mut said = metadata(more);
        said["client_id"] = json!(id);
        let ask = Ask::json(Method::PUT, &format!("/oauth/register/{id}"), &said);
        ask.bearer(text(&client, "registration_access_token"))
    };
    let first = tokens(&server, id, &ES256).await;
    let updated = server.send(put(json!({ "jwks": set(&[NEXT]) }))).await.assert_status(200).json();
    assert_eq!((&updated["jwks"], updated.get("client_secret")), (&set(&[NEXT]), None));
    server.send(refresh(&server, id, &ES256, &first)).await.assert_error(401, "invalid_client");
    let second = server.send(refresh(&server, id, &NEXT, &first)).await;
    second.assert_status(200);

    for more in [
        json!({ "token_endpoint_auth_method": "none" }),
        json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        json!({}),
    ] {
        server.send(put(more)).await.assert_error(400, "invalid_client_metadata");
    }
    server.send(refresh(&server, id, &NEXT, &second)).await.assert_status(200);
}
