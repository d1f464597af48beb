//! Every refusal of an assertion, and that none of them uses anything up.

use serde_json::{Value, json};

use super::{FOR_ITSELF, ID, assert_not_signed, by, make, with_assertion, with_keys};
use crate::support::admin::edit_client;
use crate::support::client_key::{EDDSA, ES256, NEXT, PS256, RS256, asserting, claims, set};
use crate::support::flow::SERVER;
use crate::support::forge::Jwt;
use crate::support::request::Ask;
use crate::support::server::Server;

/// What is wrong with an assertion, and the sentence on it.
fn wrong(server: &Server) -> Vec<(Jwt, &'static str)> {
    let now = server.app.ports.clock.now().seconds();
    let good = || claims(server, ID);
    let audience = "its aud must be our issuer or our token endpoint, and nobody else";
    vec![
        (good().claim("aud", json!("https://evil.example")), audience),
        (good().claim("aud", json!([server.issuer(), "https://evil.example"])), audience),
        (good().claim("aud", json!([])), audience),
        (good().claim("aud", json!(format!("{}/", server.issuer()))), audience),
        (good().claim("aud", Value::Null), "its aud is missing"),
        (good().claim("exp", json!(now - 300)), "it has expired (exp)"),
        (good().claim("exp", json!(now + 2 * 3600)), "its exp is more than an hour ahead"),
        (good().claim("exp", Value::Null), "its exp is missing"),
        (good().claim("nbf", json!(now + 61)), "it is not valid yet (nbf, iat)"),
        (good().claim("iat", json!(now + 61)), "it is not valid yet (nbf, iat)"),
        (good().claim("jti", Value::Null), "its jti is missing"),
        (good().claim("sub", Value::Null), "its sub is missing"),
        (good().claim("iss", Value::Null), "its iss and sub must both be the client_id"),
        (good().claim("iss", json!("demo-server")), "its iss and sub must both be the client_id"),
        (good().claim("sub", json!("demo-server")), "its iss and sub must both be the client_id"),
        (good().header("alg", json!("none")), "its alg is none of ES256, RS256, PS256 and EdDSA"),
        (good().header("alg", json!("HS256")), "its alg is none of ES256, RS256, PS256 and EdDSA"),
        (good().header("typ", json!("at+jwt")), "its typ is neither JWT nor client-authentication+jwt"),
        (good().header("crit", json!(["exp"])), "its header has crit, and no extension is known here"),
    ]
}

#[tokio::test]
async fn what_an_assertion_says_wrongly_is_told_though_its_signature_is_right() {
    let server = with_keys(&[ES256]).await;
    for (jwt, why) in wrong(&server) {
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            let form = [FOR_ITSELF, &[("token", "any")]].concat();
            let reply = server.send(asserting(path, &form, &ES256.signed(&jwt))).await;
            reply.assert_says(401, "invalid_client", &format!("the client assertion is not good: {why}"));
        }
    }
    assert!(server.database.peek("SELECT * FROM used_assertions").is_empty());
}

#[tokio::test]
async fn a_signature_that_the_clients_keys_did_not_make_is_refused() {
    let server = with_keys(&[ES256]).await;
    let good = ES256.assertion(&server, ID);
    let (input, _) = good.rsplit_once('.').expect("dots");
    let named = claims(&server, ID).header("alg", json!("ES256")).header("kid", json!("es"));
    for forged in [
        NEXT.assertion(&server, ID),
        NEXT.signed(&claims(&server, ID).header("kid", json!("es"))),
        ES256.signed(&claims(&server, ID).header("kid", json!("unheard of"))),
        ES256.signed(&claims(&server, ID).header("kid", json!(""))),
        ES256.signed(&claims(&server, ID).header("alg", json!("EdDSA"))),
        ES256.signed(&claims(&server, ID).header("alg", json!("RS256"))),
        EDDSA.signed(&claims(&server, ID).header("kid", json!("es"))),
        RS256.signed(&claims(&server, ID).header("kid", json!("es"))),
        EDDSA.assertion(&server, ID),
        named.with_signature(&[0; 64]),
        named.with_signature(&[7; 63]),
        format!("{input}.{}", "A".repeat(86)),
        // Its own key, but a key of the header is nobody's (RFC 8725 section 3.10).
        NEXT.signed(&claims(&server, ID).header("jwk", NEXT.jwk())),
        NEXT.signed(&claims(&server, ID).header("jku", json!("https://evil.example/keys"))),
    ] {
        assert_not_signed(&with_assertion(&server, &forged).await);
    }
    assert!(server.http.take_asked().is_empty(), "nobody is asked for keys");
    with_assertion(&server, &good).await.assert_status(200);
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let server = with_keys(&[RS256, ES256]).await;
    for key in [RS256, ES256] {
        let hs256 = claims(&server, ID).header("alg", json!("HS256")).header("kid", json!(key.kid));
        let forged = hs256.with_hmac(key.jwk().to_string().as_bytes());
        let why = "the client assertion is not good: its alg is none of ES256, RS256, PS256 and EdDSA";
        with_assertion(&server, &forged).await.assert_says(401, "invalid_client", why);
        let disguised = claims(&server, ID).header("alg", json!(key.alg)).header("kid", json!(key.kid));
        assert_not_signed(&with_assertion(&server, &disguised.with_hmac(key.jwk().to_string().as_bytes())).await);
    }
}

#[tokio::test]
async fn a_key_is_used_with_its_own_algorithm_only_and_a_client_with_its_own() {
    let server = with_keys(&[PS256]).await;
    // The key says PS256; the very same numbers sign RS256.
    assert_not_signed(&by(&server, &RS256).await);
    assert_not_signed(&with_assertion(&server, &RS256.signed(&claims(&server, ID).header("kid", json!("ps")))).await);
    by(&server, &PS256).await.assert_status(200);

    edit_client(&server, ID, json!({ "jwks": set(&[PS256, ES256]) })).await;
    by(&server, &ES256).await.assert_status(200);
    edit_client(&server, ID, json!({ "token_endpoint_auth_signing_alg": "PS256" })).await;
    assert_not_signed(&by(&server, &ES256).await);
    by(&server, &PS256).await.assert_status(200);
}

#[tokio::test]
async fn nothing_tells_an_unknown_client_from_one_that_is_known() {
    let server = with_keys(&[ES256]).await;
    let strangers = |id: &str| NEXT.ask(&server, id, "/oauth/token", FOR_ITSELF);
    for isolate in [&server, &server.fresh_isolate().knowing_its_keys().await] {
        // Of another method, of none, unknown, and with other keys.
        for id in ["demo-server", "demo-web", "nobody", ID] {
            server.hops.take();
            assert_not_signed(&isolate.send(strangers(id)).await);
            assert_eq!(server.hops.take(), ["database"], "{id}");
        }
    }
}

#[tokio::test]
async fn a_client_with_keys_has_no_other_way_in_and_one_with_a_secret_not_this_one() {
    let server = with_keys(&[ES256]).await;
    let by_body = [FOR_ITSELF, &[("client_id", ID), ("client_secret", "anything")]].concat();
    for ask in [
        Ask::post("/oauth/token", FOR_ITSELF).basic(ID, ""),
        Ask::post("/oauth/token", FOR_ITSELF).basic(ID, "anything"),
        Ask::post("/oauth/token", &by_body),
    ] {
        server.send(ask).await.assert_says(401, "invalid_client", "client authentication failed");
    }
    let by_id = [FOR_ITSELF, &[("client_id", ID)]].concat();
    server.send(Ask::post("/oauth/token", &by_id)).await.assert_error(401, "invalid_client");
    assert_not_signed(&server.send(ES256.ask(&server, SERVER.id, "/oauth/token", FOR_ITSELF)).await);
    // Nor both at once.
    let both = ES256.ask(&server, ID, "/oauth/token", FOR_ITSELF).basic("demo-server", "demo-server-secret");
    server.send(both).await.assert_error(400, "invalid_request");
    let form = [FOR_ITSELF, &[("client_id", "demo-server"), ("client_secret", "demo-server-secret")]].concat();
    let both = asserting("/oauth/token", &form, &ES256.assertion(&server, "demo-server"));
    server.send(both).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn a_client_that_is_switched_off_is_refused() {
    let server = with_keys(&[ES256]).await;
    by(&server, &ES256).await.assert_status(200);
    edit_client(&server, ID, json!({ "disabled": true })).await;
    assert_not_signed(&by(&server, &ES256).await);
}

#[tokio::test]
async fn an_assertion_of_one_client_is_none_of_another_with_the_same_key() {
    let server = with_keys(&[ES256]).await;
    make(&server, json!({ "client_id": "twin", "jwks": set(&[ES256]) })).await;
    let token = by(&server, &ES256).await.text("access_token");
    let twins = server.send(ES256.ask(&server, "twin", "/oauth/token", FOR_ITSELF)).await;
    assert_ne!(Jwt::of(&token).claims["client_id"], Jwt::of(&twins.text("access_token")).claims["client_id"]);
    // The same jti is another one's.
    let mine = claims(&server, ID);
    let theirs = claims(&server, "twin").claim("jti", mine.claims["jti"].clone());
    with_assertion(&server, &ES256.signed(&mine)).await.assert_status(200);
    with_assertion(&server, &ES256.signed(&theirs)).await.assert_status(200);
}

#[tokio::test]
async fn keys_that_were_replaced_are_dead_at_once_here_and_elsewhere_within_half_a_minute() {
    let server = with_keys(&[ES256]).await;
    let elsewhere = server.fresh_isolate();
    by(&elsewhere, &ES256).await.assert_status(200);
    edit_client(&server, ID, json!({ "jwks": set(&[NEXT]) })).await;
    assert_not_signed(&by(&server, &ES256).await);
    for isolate in [&server, &elsewhere] {
        by(isolate, &NEXT).await.assert_status(200);
    }
    server.advance(31);
    assert_not_signed(&by(&elsewhere, &ES256).await);
}
