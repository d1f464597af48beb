//! Providers that lie: each ends on a page that says why, and nothing is stored.

use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::client_key::{ES256, NEXT, set};
use crate::support::forge::Jwt;
use crate::support::idp::{
    ISSUER, JWKS, METADATA, TOKEN, answer, answers, begin, claims, id_token, metadata, signed_in, stored, tokens, world,
};
use crate::support::server::Server;

/// A person who has come as far as the provider, and its nonce for them.
async fn at_the_provider(server: &Server) -> (Browser<'_>, crate::support::reply::Reply, String) {
    answers(server);
    let mut alice = signed_in(server, "alice").await;
    let begun = begin(&mut alice, "/connect/idp").await;
    let nonce = begun.location_parameter("nonce").expect("a nonce");
    (alice, begun, nonce)
}

async fn assert_refused(server: &Server, id_token: &str, why: &str) {
    let (mut alice, begun, nonce) = at_the_provider(server).await;
    server.http.answer_json(TOKEN, None, &tokens(&id_token.replace("NONCE", &nonce)));
    let page = alice.open(&answer(&begun, "")).await;
    page.assert_error_page(502, "bad_gateway");
    assert!(page.element("message-text").contains(why), "{why}: {}", page.element("message-text"));
    assert_eq!(stored(server), (0, 0), "{why}");
}

#[tokio::test]
async fn an_id_token_that_is_wrong_in_anything_links_nothing() {
    let server = world().await;
    for (member, value, why) in [
        ("iss", json!("https://evil.example"), "of another issuer"),
        ("aud", json!("another"), "for another client"),
        ("aud", json!(["us", "another"]), "for another client"),
        ("nonce", json!("another"), "for another request"),
        ("exp", json!(1), "is over"),
        ("sub", json!(""), "who it is about"),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"), "another access token"),
    ] {
        let (mut alice, begun, nonce) = at_the_provider(&server).await;
        let mut said = claims(&server, &nonce);
        said[member] = value;
        server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &said)));
        let page = alice.open(&answer(&begun, "")).await;
        page.assert_error_page(502, "bad_gateway");
        assert!(page.element("message-text").contains(why), "{why}: {}", page.element("message-text"));
        assert_eq!(stored(&server), (0, 0), "{why}");
    }
}

#[tokio::test]
async fn an_id_token_that_nobody_or_another_signed_links_nothing() {
    let server = world().await;
    let (mut alice, begun, nonce) = at_the_provider(&server).await;
    let of_another = id_token(NEXT, &claims(&server, &nonce));
    server.http.answer_json(TOKEN, None, &tokens(&of_another));
    let page = alice.open(&answer(&begun, "")).await;
    assert!(page.assert_error_page(502, "bad_gateway").body.contains("none of its keys signed"), "{}", page.body);
    let unsigned = Jwt { header: json!({ "alg": "none" }), claims: claims(&server, "NONCE") };
    assert_refused(&server, &unsigned.with_signature(b""), "is not signed").await;
    let hmac = Jwt { header: json!({ "alg": "HS256" }), claims: claims(&server, "NONCE") };
    assert_refused(&server, &hmac.with_signature(&[0; 32]), "is not signed").await;
    assert_refused(&server, "", "sent no ID token").await;
    assert_refused(&server, "e30", "no signed JWT").await;
}

#[tokio::test]
async fn an_answer_of_another_or_without_what_was_promised_links_nothing() {
    let server = world().await;
    let (mut alice, begun, _) = at_the_provider(&server).await;
    let page = alice.open(&answer(&begun, "&iss=https://evil.example")).await;
    assert!(page.assert_error_page(502, "bad_gateway").body.contains("another one answered"), "{}", page.body);
    let (mut alice, begun, _) = at_the_provider(&server).await;
    let mut promising = metadata();
    promising["authorization_response_iss_parameter_supported"] = json!(true);
    server.app.documents.clear();
    server.http.answer_json(METADATA, None, &promising);
    let page = alice.open(&answer(&begun, "")).await;
    assert!(page.assert_error_page(502, "bad_gateway").body.contains("did not say that the answer"), "{}", page.body);
    assert_eq!((stored(&server), ISSUER), ((0, 0), "https://idp.example"));
}

#[tokio::test]
async fn a_token_endpoint_that_fails_in_any_way_links_nothing_and_no_redirect_is_followed() {
    let server = world().await;
    let answers: [(u16, &str, Vec<u8>, &str); 8] = [
        (500, "application/json", b"{}".to_vec(), "status 500"),
        (429, "text/plain", b"slow down".to_vec(), "status 429"),
        (
            400,
            "application/json",
            br#"{"error":"invalid_grant","error_description":"<script>"}"#.to_vec(),
            "invalid_grant",
        ),
        (200, "application/json", br#"{"error":"bad_verification_code"}"#.to_vec(), "bad_verification_code"),
        (200, "text/html", b"<html>".to_vec(), "no form that is known"),
        (200, "application/json", br#"{"access_token":"a b","token_type":"bearer"}"#.to_vec(), "no form that is known"),
        (200, "application/json", br#"{"access_token":"a","token_type":"mac"}"#.to_vec(), "no form that is known"),
        (302, "application/json", br#"{"access_token":"a"}"#.to_vec(), "no form that is known"),
    ];
    for (status, content_type, body, why) in answers {
        let (mut alice, begun, _) = at_the_provider(&server).await;
        server.http.answer(TOKEN, status, content_type, &body);
        server.http.take_sent();
        let page = alice.open(&answer(&begun, "")).await;
        page.assert_error_page(502, "bad_gateway");
        assert!(page.element("message-text").contains(why), "{why}: {}", page.body);
        assert!(!page.body.contains("<script>"));
        assert_eq!((server.http.take_sent().len(), stored(&server)), (1, (0, 0)), "{why}");
    }
    let (mut alice, begun, _) = at_the_provider(&server).await;
    server.http.answer(TOKEN, 200, "application/json", &vec![b' '; 70_000]);
    alice.open(&answer(&begun, "")).await.assert_error_page(502, "bad_gateway");
    let (mut alice, begun, _) = at_the_provider(&server).await;
    server.http.never_answer(TOKEN);
    alice.open(&answer(&begun, "")).await.assert_error_page(502, "bad_gateway");
    assert_eq!(stored(&server), (0, 0));
}

#[tokio::test]
async fn keys_that_cannot_be_had_or_are_none_link_nothing() {
    let server = world().await;
    let documents: [Value; 3] = [json!({}), json!({ "keys": [] }), set(&[NEXT])];
    for keys in documents {
        let (mut alice, begun, nonce) = at_the_provider(&server).await;
        server.http.answer_json(JWKS, None, &keys);
        server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &claims(&server, &nonce))));
        alice.open(&answer(&begun, "")).await.assert_error_page(502, "bad_gateway");
        assert_eq!(stored(&server), (0, 0), "{keys}");
    }
}

#[tokio::test]
async fn a_no_at_the_provider_is_told_in_our_words() {
    let server = world().await;
    for (error, status, code, why) in [
        ("access_denied", 403, "access_denied", "Access was not allowed at Example"),
        ("server_error", 502, "bad_gateway", "try again later"),
        ("invalid_scope", 502, "bad_gateway", "refused the request"),
    ] {
        let (mut alice, begun, _) = at_the_provider(&server).await;
        let state = begun.location_parameter("state").expect("a state");
        let told = format!("/oauth/callback/idp?error={error}&error_description=Call+0900&state={state}");
        let page = alice.open(&told).await;
        page.assert_error_page(status, code);
        assert!(page.body.contains(why) && !page.body.contains("0900"), "{}", page.body);
        assert_eq!(stored(&server), (0, 0));
    }
}
