//! Clients that describe themselves and prove who they are by keys of their own: there is no other proof for them.

use serde_json::json;

use super::{APP, alice, asked, document, document_with, is_kept, kept, server_with};
use crate::support::browser::Browser;
use crate::support::client_key::{ClientKey, ES256, NEXT, set};
use crate::support::flow::{VERIFIER, authorize};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const URI: &str = "https://app.example/jwks.json";

fn publish(server: &Server, keys: &[ClientKey]) {
    server.http.answer_json(URI, None, &set(keys));
}

/// A code from alice, redeemed by an assertion.
async fn redeemed(server: &Server, browser: &mut Browser<'_>, key: &ClientKey) -> Reply {
    let answer = authorize(browser, &APP, &[]).await;
    let code = answer.location_parameter("code").expect("a code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", APP.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    server.send(key.ask(server, APP.id, "/oauth/token", &form)).await
}

fn refresh(server: &Server, key: &ClientKey, tokens: &Reply) -> Ask {
    let token = tokens.text("refresh_token");
    key.ask(server, APP.id, "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", &token)])
}

#[tokio::test]
async fn a_document_may_hold_keys_and_then_nothing_less_will_do() {
    let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[ES256]) });
    let server = server_with(&document_with(&keys)).await;
    let mut browser = alice(&server).await;
    let tokens = redeemed(&server, &mut browser, &ES256).await;
    tokens.assert_status(200);
    let shown = kept(&server).await.expect("the client");
    assert_eq!((&shown["token_endpoint_auth_method"], &shown["jwks"]), (&json!("private_key_jwt"), &set(&[ES256])));
    assert_eq!(shown["public"], false);

    server.send(APP.refresh(&tokens.text("refresh_token"))).await.assert_error(401, "invalid_client");
    server.send(refresh(&server, &NEXT, &tokens)).await.assert_error(401, "invalid_client");
    server.send(refresh(&server, &ES256, &tokens)).await.assert_status(200);
    assert_eq!(server.http.take_asked(), [APP.id], "the token endpoint knows the row only");
}

#[tokio::test]
async fn a_document_may_say_where_its_keys_are_and_they_may_change_without_it() {
    let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": URI });
    let server = server_with(&document_with(&keys)).await;
    publish(&server, &[ES256]);
    let mut browser = alice(&server).await;
    let first = redeemed(&server, &mut browser, &ES256).await;
    first.assert_status(200);
    publish(&server, &[NEXT]);
    let second = server.send(refresh(&server, &NEXT, &first)).await;
    second.assert_status(200);
    assert_eq!(server.http.take_asked(), [APP.id, URI, URI]);

    // What was fetched stays when the document is read again, and goes when it names another address.
    server.advance(3601);
    assert!(asked(&mut browser, &[]).await.location_parameter("code").is_some());
    server.send(refresh(&server, &NEXT, &second)).await.assert_status(200);
    assert_eq!(server.http.take_asked(), [APP.id, URI]);
    let elsewhere = "https://app.example/other.json";
    server.http.answer_json(
        APP.id,
        None,
        &document_with(&json!({
            "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": elsewhere,
        })),
    );
    server.advance(3601);
    asked(&mut browser, &[]).await;
    let left =
        "SELECT jwks_uri, fetched_keys, fetched_keys_at, keys_asked_until FROM clients WHERE jwks_uri IS NOT NULL";
    let expected =
        json!({ "jwks_uri": elsewhere, "fetched_keys": null, "fetched_keys_at": null, "keys_asked_until": 0 });
    assert_eq!(server.database.peek(left), [expected]);
}

#[tokio::test]
async fn keys_that_prove_nothing_or_lie_where_nobody_may_ask_are_refused() {
    let mut private = ES256.jwk();
    private["d"] = json!("x");
    for (changed, why) in [
        (json!({}), "private_key_jwt needs jwks or jwks_uri"),
        (json!({ "jwks": set(&[ES256]), "jwks_uri": URI }), "either jwks or jwks_uri, not both"),
        (json!({ "jwks": { "keys": [private] } }), "jwks holds a private or symmetric key"),
        (json!({ "jwks": set(&[]) }), "jwks holds no key for signatures"),
        (json!({ "jwks_uri": "ftp://app.example/keys" }), "jwks_uri must be a public https"),
        (json!({ "jwks_uri": "https://10.0.0.1/" }), "jwks_uri must be a public https"),
        (
            json!({ "jwks_uri": URI, "token_endpoint_auth_signing_alg": "HS256" }),
            "token_endpoint_auth_signing_alg must be",
        ),
    ] {
        let mut document = document_with(&changed);
        document["token_endpoint_auth_method"] = json!("private_key_jwt");
        let server = server_with(&document).await;
        let page = asked(&mut alice(&server).await, &[]).await;
        page.assert_error_page(400, "invalid_client_metadata");
        assert!(page.body.contains(why), "{changed}: {}", page.body);
        assert!(!is_kept(&server).await, "{changed}");
    }
}

#[tokio::test]
async fn keys_in_the_document_of_a_client_without_proof_are_for_others_and_left_out() {
    let for_others = json!({
        "jwks": { "keys": [{ "kty": "oct", "k": "AAAA" }] }, "jwks_uri": "http://10.0.0.1/", "token_endpoint_auth_signing_alg": "ES512",
    });
    let server = server_with(&document_with(&for_others)).await;
    let mut browser = alice(&server).await;
    let answer = authorize(&mut browser, &APP, &[]).await;
    let code = answer.location_parameter("code").expect("a code");
    server.send(APP.redeem(&code)).await.assert_status(200);
    let shown = kept(&server).await.expect("the client");
    assert_eq!((&shown["public"], &shown["jwks"], &shown["jwks_uri"]), (&json!(true), &json!(null), &json!(null)));
}

#[tokio::test]
async fn a_client_that_begins_to_prove_itself_is_asked_about_again_and_its_id_alone_opens_nothing() {
    let server = server_with(&document()).await;
    let mut browser = alice(&server).await;
    let answer = authorize(&mut browser, &APP, &[]).await;
    let tokens = server.send(APP.redeem(&answer.location_parameter("code").expect("a code"))).await;
    let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[ES256]) });
    server.http.answer_json(APP.id, None, &document_with(&keys));
    server.advance(3601);
    assert!(asked(&mut browser, &[]).await.is_consent_page());
    server.send(APP.refresh(&tokens.text("refresh_token"))).await.assert_error(401, "invalid_client");
    redeemed(&server, &mut browser, &ES256).await.assert_status(200);

    // And back again.
    server.http.answer_json(APP.id, None, &document());
    server.advance(3601);
    assert!(asked(&mut browser, &[]).await.is_consent_page());
    redeemed(&server, &mut browser, &ES256).await.assert_error(401, "invalid_client");
}
