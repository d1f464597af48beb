//! The keys of clients at `/admin/api/clients`: what may be said of them, and how a client comes to them and loses them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, make_client};
use crate::support::client_key::{ALL, EDDSA, ES256, PS256, RS256, set};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const URI: &str = "https://app.example/jwks.json";

fn with(settings: Value) -> Value {
    let mut body = json!({
        "client_id": "app", "client_name": "App", "redirect_uris": ["https://app.example/cb"],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
    });
    let Value::Object(settings) = settings else { panic!("no object") };
    body.as_object_mut().expect("an object").extend(settings);
    body
}

async fn patch(server: &Server, settings: Value) -> Reply {
    server.as_admin(Ask::json(Method::PATCH, "/admin/api/clients/app", &settings)).await
}

#[tokio::test]
async fn a_client_with_keys_has_no_secret_and_gets_none() {
    let server = Server::deployed();
    let made =
        make_client(&server, with(json!({ "jwks": set(&ALL), "token_endpoint_auth_signing_alg": "PS256" }))).await;
    assert!(made.get("client_secret").is_none());
    assert_eq!((&made["public"], &made["token_endpoint_auth_method"]), (&json!(false), &json!("private_key_jwt")));
    assert_eq!((&made["jwks"], &made["jwks_uri"]), (&set(&ALL), &Value::Null));
    assert_eq!(made["token_endpoint_auth_signing_alg"], "PS256");
    let secret = server.as_admin(Ask::method(Method::POST, "/admin/api/clients/app/secret")).await;
    let why = "a client that proves itself by keys (private_key_jwt) has no secret";
    secret.assert_says(400, "invalid_request", why);
    let stored = server.database.peek("SELECT type, secret_hash FROM clients");
    assert_eq!(stored, [json!({ "type": "confidential", "secret_hash": null })]);
}

#[tokio::test]
async fn the_method_of_every_client_is_shown() {
    let server = Server::deployed();
    for (said, shown) in [
        (json!({}), "client_secret_basic"),
        (json!({ "token_endpoint_auth_method": "client_secret_post" }), "client_secret_basic"),
        (json!({ "public": true }), "none"),
        (json!({ "token_endpoint_auth_method": "none" }), "none"),
        (json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": URI }), "private_key_jwt"),
    ] {
        let mut body = said.clone();
        body["client_name"] = json!("App");
        body["redirect_uris"] = json!(["https://app.example/cb"]);
        let made = make_client(&server, body).await;
        assert_eq!(made["token_endpoint_auth_method"], shown, "{said}");
        assert_eq!(made["public"], shown == "none", "{said}");
        assert_eq!(made.get("client_secret").is_some(), shown == "client_secret_basic", "{said}");
    }
}

#[tokio::test]
async fn keys_that_no_assertion_could_be_verified_with_are_refused() {
    let server = Server::deployed();
    let keys = |keys: Value| json!({ "jwks": { "keys": keys } });
    let other = |name: &str, value: Value| {
        let mut jwk = ES256.jwk();
        jwk[name] = value;
        jwk
    };
    let secret = "jwks holds a private or symmetric key; send public keys only, and do not use that key again";
    let none = "jwks holds no key for signatures that is EC P-256, RSA of 2048 to 4096 bits or Ed25519";
    let speaks = "jwks, jwks_uri and token_endpoint_auth_signing_alg are for a client with token_endpoint_auth_method \
                  private_key_jwt";
    for (settings, why) in [
        (json!({}), "private_key_jwt needs jwks or jwks_uri"),
        (json!({ "jwks": set(&[ES256]), "jwks_uri": URI }), "either jwks or jwks_uri, not both"),
        (json!({ "jwks": {} }), "jwks must be a JWK Set of at most 16 keys"),
        (keys(json!(vec![ES256.jwk(); 17])), "jwks must be a JWK Set of at most 16 keys"),
        (keys(json!([])), none),
        (keys(json!([other("use", json!("enc"))])), none),
        (keys(json!([other("crv", json!("P-384"))])), none),
        (keys(json!([ES256.jwk(), other("d", json!("x"))])), secret),
        (keys(json!([ES256.jwk(), { "kty": "oct", "k": "AAAA" }])), secret),
        (
            json!({ "jwks": set(&[ES256, PS256]), "token_endpoint_auth_signing_alg": "RS256" }),
            "no key of jwks is for RS256 (token_endpoint_auth_signing_alg)",
        ),
        (json!({ "token_endpoint_auth_method": "client_secret_basic", "jwks": set(&[ES256]) }), speaks),
        (
            json!({ "token_endpoint_auth_method": "none", "jwks_uri": URI, "grant_types": ["authorization_code"] }),
            speaks,
        ),
        (json!({ "public": true, "jwks_uri": URI }), "the token_endpoint_auth_method of a public client is none"),
    ] {
        let made = server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &with(settings))).await;
        made.assert_says(400, "invalid_request", why);
    }
    for settings in [
        json!({ "jwks": "{}" }),
        json!({ "jwks": [] }),
        json!({ "jwks_uri": 7 }),
        json!({ "jwks": set(&[ES256]), "token_endpoint_auth_signing_alg": "none" }),
        json!({ "jwks": set(&[ES256]), "token_endpoint_auth_signing_alg": "HS256" }),
        json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        json!({ "token_endpoint_auth_method": "tls_client_auth" }),
        json!({ "jwks_uri": format!("https://app.example/{}", "x".repeat(2000)) }),
    ] {
        let made = server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &with(settings))).await;
        made.assert_error(400, "invalid_request");
    }
    assert!(server.database.peek("SELECT id FROM clients").is_empty());
}

#[tokio::test]
async fn keys_replace_keys_and_another_edit_leaves_them() {
    let server = Server::deployed();
    make_client(&server, with(json!({ "jwks": set(&[ES256]), "token_endpoint_auth_signing_alg": "ES256" }))).await;
    let at = edit_client(&server, "app", json!({ "jwks_uri": URI })).await;
    assert_eq!((&at["jwks"], &at["jwks_uri"]), (&Value::Null, &json!(URI)));
    assert_eq!(at["token_endpoint_auth_signing_alg"], "ES256", "it was not named");
    let why = "no key of jwks is for ES256 (token_endpoint_auth_signing_alg)";
    patch(&server, json!({ "jwks": set(&[EDDSA]) })).await.assert_says(400, "invalid_request", why);
    let changed = json!({ "jwks": set(&[EDDSA]), "token_endpoint_auth_signing_alg": "Ed25519" });
    let changed = edit_client(&server, "app", changed).await;
    assert_eq!((&changed["jwks"], &changed["jwks_uri"]), (&set(&[EDDSA]), &Value::Null));
    assert_eq!(changed["token_endpoint_auth_signing_alg"], "EdDSA", "the same algorithm by its older name");
    let why = "no key of jwks is for RS256 (token_endpoint_auth_signing_alg)";
    patch(&server, json!({ "token_endpoint_auth_signing_alg": "RS256" })).await.assert_says(
        400,
        "invalid_request",
        why,
    );
    let mut renamed = changed;
    renamed["client_name"] = json!("Renamed");
    assert_eq!(edit_client(&server, "app", json!({ "client_name": "Renamed" })).await, renamed);
    let reasons = server.events.take();
    assert!(reasons.iter().any(|event| event.reason.as_deref() == Some("jwks token_endpoint_auth_signing_alg")));
}

#[tokio::test]
async fn a_secret_gives_way_to_keys_and_keys_to_a_new_secret() {
    let server = Server::deployed();
    let made = make_client(&server, with(json!({ "token_endpoint_auth_method": "client_secret_basic" }))).await;
    let secret = made["client_secret"].as_str().expect("a secret");
    let by_secret = |secret: &str| {
        let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]);
        ask.basic("app", secret)
    };
    let by_key = || RS256.ask(&server, "app", "/oauth/token", &[("grant_type", "client_credentials")]);
    server.send(by_secret(secret)).await.assert_status(200);
    server.send(by_key()).await.assert_error(401, "invalid_client");

    let to_keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[RS256]) });
    edit_client(&server, "app", to_keys).await;
    server.send(by_secret(secret)).await.assert_error(401, "invalid_client");
    server.send(by_key()).await.assert_status(200);

    let shown = edit_client(&server, "app", json!({ "token_endpoint_auth_method": "client_secret_basic" })).await;
    assert_eq!((&shown["token_endpoint_auth_method"], &shown["jwks"]), (&json!("client_secret_basic"), &Value::Null));
    server.send(by_key()).await.assert_error(401, "invalid_client");
    server.send(by_secret(secret)).await.assert_error(401, "invalid_client");
    let new = server.as_admin(Ask::method(Method::POST, "/admin/api/clients/app/secret")).await.text("client_secret");
    server.send(by_secret(&new)).await.assert_status(200);
}

#[tokio::test]
async fn a_client_stays_public_or_confidential() {
    let server = Server::deployed();
    make_client(&server, with(json!({ "jwks": set(&[ES256]) }))).await;
    let why = "a client cannot change between being public and being confidential";
    patch(&server, json!({ "token_endpoint_auth_method": "none" })).await.assert_says(400, "invalid_request", why);
    let public =
        json!({ "client_id": "public", "client_name": "P", "public": true, "redirect_uris": ["https://p.example/"] });
    make_client(&server, public).await;
    for settings in [
        json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[ES256]) }),
        json!({ "jwks": set(&[ES256]) }),
    ] {
        let ask = Ask::json(Method::PATCH, "/admin/api/clients/public", &settings);
        server.as_admin(ask).await.assert_error(400, "invalid_request");
    }
    edit_client(&server, "public", json!({ "token_endpoint_auth_method": "none" })).await;
}
