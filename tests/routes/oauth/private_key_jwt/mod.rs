//! Clients that prove who they are by assertions signed with keys of their own (`private_key_jwt`; RFC 7523, OpenID Connect
//! Core 9).

mod address;
mod hostile;
mod once;
mod refused;

use serde_json::{Value, json};

use crate::support::admin::make_client;
use crate::support::browser::Browser;
use crate::support::client_key::{ALL, ClientKey, ES256, asserting, claims, set};
use crate::support::flow::{self, TestClient, VERIFIER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

pub const ID: &str = "signer";
pub const APP: TestClient = TestClient { id: ID, secret: None, redirect_uri: "https://signer.example/callback" };
pub const FOR_ITSELF: &[(&str, &str)] = &[("grant_type", "client_credentials")];
/// Said when the assertion is good, as far as it says itself, and no key of a client made its signature.
pub const NOT_SIGNED: &str = "client authentication failed: the client assertion is not signed by a key of a client that is \
                              registered for private_key_jwt";

/// A client with what else `settings` say, that may do all there is.
pub async fn make(server: &Server, settings: Value) -> Value {
    let mut body = json!({
        "client_id": ID, "client_name": "Signer", "redirect_uris": [APP.redirect_uri],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "read:tools call:tools", "token_endpoint_auth_method": "private_key_jwt",
    });
    body.as_object_mut().expect("an object").extend(settings.as_object().expect("an object").clone());
    make_client(server, body).await
}

/// A server with a client that has these keys.
pub async fn with_keys(keys: &[ClientKey]) -> Server {
    let server = Server::seeded().await;
    make(&server, json!({ "jwks": set(keys) })).await;
    server
}

/// The client asks for a token of its own, by an assertion that it signs with `key`.
pub async fn by(server: &Server, key: &ClientKey) -> Reply {
    server.send(key.ask(server, ID, "/oauth/token", FOR_ITSELF)).await
}

/// The same, by this assertion.
pub async fn with_assertion(server: &Server, assertion: &str) -> Reply {
    server.send(asserting("/oauth/token", FOR_ITSELF, assertion)).await
}

#[track_caller]
pub fn assert_not_signed(reply: &Reply) {
    reply.assert_says(401, "invalid_client", NOT_SIGNED);
}

#[tokio::test]
async fn each_algorithm_proves_the_client_that_has_the_key() {
    let server = with_keys(&ALL).await;
    for key in ALL {
        let reply = by(&server, &key).await;
        assert_eq!(reply.status, 200, "{}: {}", key.alg, reply.body);
        assert!(flow::is_active(&server, &reply.text("access_token")).await);
        // Without a name, whichever key of its kind has made it.
        let nameless = claims(&server, ID).header("alg", json!(key.alg));
        with_assertion(&server, &key.signed_as_it_is(&nameless)).await.assert_status(200);
    }
    let ed25519 = claims(&server, ID).header("alg", json!("Ed25519"));
    with_assertion(&server, &ALL[3].signed(&ed25519)).await.assert_status(200);
}

#[tokio::test]
async fn the_whole_flow_goes_by_assertions() {
    let server = with_keys(&[ES256]).await;
    let answer = flow::authorize(&mut Browser::new(&server), &APP, &[]).await;
    let code = answer.location_parameter("code").expect("a code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", APP.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let ask = |path: &str, form: &[(&str, &str)]| ES256.ask(&server, ID, path, form);
    let tokens = server.send(ask("/oauth/token", &form)).await;
    let refresh_token = tokens.assert_status(200).text("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh_token)];
    let tokens = server.send(ask("/oauth/token", &form)).await;
    let (access_token, refresh_token) = (tokens.assert_status(200).text("access_token"), tokens.text("refresh_token"));

    for token in [&access_token, &refresh_token] {
        let told = server.send(ask("/oauth/introspect", &[("token", token)])).await;
        assert_eq!((told.json()["active"].clone(), told.json()["client_id"].clone()), (json!(true), json!(ID)));
    }
    server.send(ask("/oauth/revoke", &[("token", &refresh_token)])).await.assert_status(200);
    assert!(!flow::is_active(&server, &access_token).await, "the grant is over");
}

#[tokio::test]
async fn the_client_id_may_be_sent_too_and_must_then_be_the_same() {
    let server = with_keys(&[ES256]).await;
    let with_id = |id: &str| {
        let form = [("grant_type", "client_credentials"), ("client_id", id)];
        asserting("/oauth/token", &form, &ES256.assertion(&server, ID))
    };
    server.send(with_id(ID)).await.assert_status(200);
    let refused = server.send(with_id("demo-web")).await;
    refused.assert_says(401, "invalid_client", "the client assertion is not good: client_id is not its sub");
}

#[tokio::test]
async fn the_audience_is_the_issuer_or_the_token_endpoint_at_every_endpoint() {
    let server = with_keys(&[ES256]).await;
    let token = by(&server, &ES256).await.text("access_token");
    let endpoint = format!("{}/oauth/token", server.issuer());
    for audience in [json!(server.issuer()), json!(endpoint), json!([server.issuer(), endpoint])] {
        for (path, form) in [
            ("/oauth/token", FOR_ITSELF[0]),
            ("/token", FOR_ITSELF[0]),
            ("/oauth/introspect", ("token", &*token)),
            ("/oauth/revoke", ("token", "nothing")),
        ] {
            let assertion = ES256.signed(&claims(&server, ID).claim("aud", audience.clone()));
            server.send(asserting(path, &[form], &assertion)).await.assert_status(200);
        }
    }
}

#[tokio::test]
async fn an_assertion_is_not_logged_nor_stored_nor_told_of() {
    let server = with_keys(&[ES256]).await;
    let assertion = ES256.assertion(&server, ID);
    with_assertion(&server, &assertion).await.assert_status(200);
    with_assertion(&server, &assertion).await.assert_error(401, "invalid_client");
    let jti = crate::support::forge::Jwt::of(&assertion).claims["jti"].as_str().expect("a jti").to_owned();
    let signature = assertion.rsplit_once('.').expect("dots").1;
    let stored = json!(server.database.peek("SELECT * FROM used_assertions")).to_string();
    let told = format!("{:?}", server.events.take());
    for said in [stored, told] {
        assert!(!said.contains(&jti) && !said.contains(signature), "{said}");
    }
}

#[tokio::test]
async fn a_request_that_only_looks_like_one_by_assertion_is_refused() {
    let server = with_keys(&[ES256]).await;
    let assertion = ES256.assertion(&server, ID);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let ask = |form: &[(&str, &str)]| Ask::post("/oauth/token", &[FOR_ITSELF, form].concat());
    for form in [
        &[("client_assertion", &*assertion)][..],
        &[("client_assertion_type", kind)],
        &[("client_assertion", ""), ("client_assertion_type", kind)],
        &[
            ("client_assertion", &assertion),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
        ],
    ] {
        server.send(ask(form)).await.assert_error(401, "invalid_client");
    }
    let twice = [("client_assertion", &*assertion), ("client_assertion", &assertion), ("client_assertion_type", kind)];
    server.send(ask(&twice)).await.assert_error(400, "invalid_request");
    with_assertion(&server, &assertion).await.assert_status(200);
}
