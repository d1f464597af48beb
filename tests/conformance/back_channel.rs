//! Back-Channel Logout: what a relying party hears when a session ends.

use ostiary::service::back_channel::{Verdict, deliver};
use serde_json::{Value, json};

use crate::relying_party::{Mode, RelyingParty, STATE, SignedIn};
use crate::support::admin::edit_client;
use crate::support::flow::SERVER;
use crate::support::forge::Jwt;
use crate::support::jwt::{jwks, verified};
use crate::support::request::Ask;
use crate::support::server::Server;

const BACK_CHANNEL: &str = "https://server.example/backchannel_logout";
const AFTERWARDS: &str = "https://server.example/";

#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let document = Server::deployed().send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert_eq!(document["backchannel_logout_supported"], true);
    assert_eq!(document["backchannel_logout_session_supported"], true);
    assert_eq!(document["end_session_endpoint"], "https://auth.example/oauth/logout");
}

#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout_posts_a_logout_token_and_then_redirects() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = with_back_channel(&server, json!({})).await;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token_hint", signed_in.token("id_token"))
        .append_pair("post_logout_redirect_uri", AFTERWARDS)
        .append_pair("state", STATE)
        .finish();
    let reply = suite.browser.open(&format!("/oauth/logout?{query}")).await;
    assert_eq!((reply.status.as_u16(), reply.location_parameter("state").as_deref()), (303, Some(STATE)));
    assert_eq!(reply.location().query_pairs().count(), 1);

    let token = logout_token(&server).await;
    check(&server, &token, &signed_in).await;
    let silent = suite.ask(&[("prompt", "none")]).await;
    suite.assert_refused(&silent, "login_required");
}

#[tokio::test]
async fn oidcc_backchannel_logout_token_is_signed_as_the_clients_id_tokens_are() {
    let server = Server::seeded().await;
    for algorithm in ["RS256", "ES256"] {
        let settings = json!({ "id_token_signed_response_alg": algorithm });
        let (mut suite, signed_in) = with_back_channel(&server, settings).await;
        let account = suite.browser.open("/account").await;
        suite.browser.submit("/logout", &account, &[]).await;
        let token = logout_token(&server).await;
        assert_eq!(Jwt::of(&token).header["alg"], algorithm);
        check(&server, &token, &signed_in).await;
    }
}

async fn with_back_channel(server: &Server, mut settings: Value) -> (RelyingParty<'_>, SignedIn) {
    let mut suite = RelyingParty::new(server, Mode::Query).await;
    settings["backchannel_logout_uri"] = json!(BACK_CHANNEL);
    edit_client(server, SERVER.id, settings).await;
    server.http.answer(BACK_CHANNEL, 200, "", b"");
    let signed_in = suite.sign_in(&[]).await;
    assert!(server.logouts.take().is_empty());
    (suite, signed_in)
}

/// The only token of the only notice, as the relying party is sent it.
async fn logout_token(server: &Server) -> String {
    let notices = server.logouts.take();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(deliver(&server.app, &notices[0]).await, Verdict::Done);
    let posted = server.http.take_posted();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].0, BACK_CHANNEL);
    let form: Vec<(String, String)> = url::form_urlencoded::parse(posted[0].1.as_bytes()).into_owned().collect();
    assert_eq!((form.len(), form[0].0.as_str()), (1, "logout_token"), "and no other parameter");
    form[0].1.clone()
}

/// Back-Channel Logout 2.4 and 2.6.
async fn check(server: &Server, token: &str, signed_in: &SignedIn) {
    let jwt = verified(&jwks(server).await, token);
    assert_eq!(jwt.header["typ"], "logout+jwt");
    let claims = &jwt.claims;
    let names: Vec<&String> = claims.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], "never a nonce");
    for same in ["iss", "aud", "sub", "sid"] {
        assert_eq!(claims[same], signed_in.id_token[same], "{same}");
    }
    assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(1_800_000_000), Some(1_800_000_120)));
    assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() >= 20));
}
