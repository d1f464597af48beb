//! A sign-in as it should be, and the ways to ask for it.

use std::collections::HashMap;

use axum::http::Method;

use crate::relying_party::{Mode, RelyingParty};
use crate::support::flow::CHALLENGE;
use crate::support::request::Ask;
use crate::support::server::Server;

in_both_modes! {
    oidcc_server_a_sign_in_gives_a_code_an_id_token_and_userinfo,
    oidcc_response_type_missing_is_refused,
    oidcc_ensure_request_without_nonce_succeeds_for_code_flow_and_the_id_token_has_none,
    oidcc_alternate_happy_flow_takes_scopes_and_parameters_in_any_order,
    oidcc_ensure_registered_redirect_uri_shows_any_other_an_error_page,
    oidcc_ensure_post_request_succeeds_from_another_site,
    oidcc_server_client_secret_post,
    oidcc_ensure_request_with_valid_pkce_succeeds,
}

/// What an ID token says when nothing was asked for by name.
const ID_TOKEN: [&str; 12] =
    ["acr", "amr", "at_hash", "aud", "auth_time", "azp", "exp", "iat", "iss", "nonce", "sid", "sub"];

async fn oidcc_server_a_sign_in_gives_a_code_an_id_token_and_userinfo(mode: Mode) {
    let server = Server::seeded().await;
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&[]).await;
    assert!(signed_in.code.len() * 8 >= 128);
    assert!(entropy(&signed_in.code) >= 96.0, "{} bits", entropy(&signed_in.code));
    let names: Vec<&String> = signed_in.id_token.as_object().expect("an object").keys().collect();
    assert_eq!(names, ID_TOKEN, "nothing that was not asked for");
    assert_eq!(signed_in.userinfo.as_object().expect("an object").len(), 1, "sub and no more");
}

/// Shannon's, as the suite measures it.
#[expect(clippy::cast_precision_loss, reason = "lengths of codes")]
fn entropy(text: &str) -> f64 {
    let mut counts: HashMap<char, f64> = HashMap::new();
    text.chars().for_each(|letter| *counts.entry(letter).or_default() += 1.0);
    let length = text.chars().count() as f64;
    -counts.values().map(|count| count * (count / length).log2()).sum::<f64>()
}

async fn oidcc_response_type_missing_is_refused(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let reply = suite.ask(&[("response_type", "")]).await;
    suite.assert_refused(&reply, "invalid_request");
}

async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow_and_the_id_token_has_none(mode: Mode) {
    let server = Server::seeded().await;
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&[("nonce", "")]).await;
    assert!(signed_in.id_token.get("nonce").is_none());
}

async fn oidcc_alternate_happy_flow_takes_scopes_and_parameters_in_any_order(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let changed = [("scope", "email openid")];
    let mut parameters = suite.parameters(&changed);
    parameters.reverse();
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let page = suite.browser.open(&format!("/oauth/authorize?{query}")).await;
    let reply = suite.go_on(page).await;
    let signed_in = suite.finish(&reply, &changed).await;
    assert_eq!(signed_in.userinfo["email"], "alice@example.com");
    assert!(signed_in.id_token.get("email").is_none(), "claims of scopes are UserInfo's (Core 5.4)");
}

async fn oidcc_ensure_registered_redirect_uri_shows_any_other_an_error_page(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let registered = suite.client.redirect_uri.clone();
    for unregistered in ["https://evil.example/callback", &format!("{registered}/x"), &format!("{registered}?x=y")] {
        let reply = suite.ask(&[("redirect_uri", unregistered)]).await;
        reply.assert_error_page(400, "invalid_request");
        assert!(!reply.body.contains("id=\"form-post\""));
    }
}

/// The form of another site comes without our `Lax` cookies; the GET that follows it has them.
async fn oidcc_ensure_post_request_succeeds_from_another_site(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    suite.sign_in(&[]).await;
    let parameters = suite.parameters(&[]);
    let form: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let ask = Ask::post("/oauth/authorize", &form).header("origin", "https://server.example").accepts_html();
    let posted = server.send(ask).await;
    assert_eq!(posted.status, 303, "so that the browser goes on by GET");
    assert!(posted.headers.get("set-cookie").is_none(), "nothing takes the place of the cookies that did not come");
    let reply = suite.browser.send(Ask::method(Method::GET, posted.header("location"))).await;
    suite.finish(&reply, &[]).await;
}

async fn oidcc_server_client_secret_post(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let page = suite.ask(&[]).await;
    let reply = suite.go_on(page).await;
    let code = suite.answer(&reply)["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &suite.client.redirect_uri),
        ("client_id", &suite.client.id),
        ("client_secret", &suite.client.secret),
    ];
    let tokens = server.send(Ask::post("/oauth/token", &form)).await;
    let id_token = suite.check_tokens(&tokens, Some(crate::relying_party::NONCE)).await;
    assert_eq!(suite.userinfo(&tokens.text("access_token")).await["sub"], id_token["sub"]);
}

async fn oidcc_ensure_request_with_valid_pkce_succeeds(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    suite.sign_in(&pkce).await;
    let reply = suite.ask(&pkce).await;
    let code = suite.answer(&reply)["code"].clone();
    server.send(suite.redeem(&code, None)).await.assert_error(400, "invalid_grant");
}
