//! No kind of token is taken for another, and no forged one for ours, at any endpoint that takes a token (RFC 8725 2.8, 3.11).

use ostiary::service::back_channel;
use serde_json::json;

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::forge::Jwt;
use crate::support::forgeries;
use crate::support::request::Ask;
use crate::support::server::Server;

const BACK_CHANNEL: &str = "https://server.example/backchannel_logout";
const ME: &str = "/api/oauth/clients/me";

/// One of each kind of token that the server makes, for demo-server, of alice. Those of this grant are alive.
struct Kinds {
    access_token: String,
    refresh_token: String,
    id_token: String,
    userinfo: String,
    logout_token: String,
    code: String,
}

async fn tokens(server: &Server) -> crate::support::reply::Reply {
    let asked = [("scope", "openid email read:tools")];
    let reply = flow::authorize(&mut Browser::new(server), &SERVER, &asked).await;
    server.send(SERVER.redeem(&reply.location_parameter("code").expect("a code"))).await
}

/// What a client is sent when somebody signs out.
async fn logout_token(server: &Server) -> String {
    server.http.answer(BACK_CHANNEL, 200, "", b"");
    let mut browser = Browser::new(server);
    flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let account = browser.open("/account").await;
    browser.submit("/logout", &account, &[]).await;
    for notice in server.logouts.take() {
        back_channel::deliver(&server.app, &notice).await;
    }
    let (_, form) = server.http.take_posted().remove(0);
    form.strip_prefix("logout_token=").expect("a logout token").to_owned()
}

async fn kinds(server: &Server) -> Kinds {
    let settings = json!({ "backchannel_logout_uri": BACK_CHANNEL, "userinfo_signed_response_alg": "ES256" });
    edit_client(server, SERVER.id, settings).await;
    let logout_token = logout_token(server).await;
    let tokens = tokens(server).await;
    let access_token = tokens.text("access_token");
    let userinfo = server.send(Ask::get("/oauth/userinfo").bearer(&access_token)).await.body;
    Kinds {
        access_token,
        refresh_token: tokens.text("refresh_token"),
        id_token: tokens.text("id_token"),
        userinfo,
        logout_token,
        code: flow::code(server, &SERVER).await,
    }
}

#[tokio::test]
async fn nothing_but_an_access_token_of_ours_opens_what_access_tokens_open() {
    let server = Server::seeded().await;
    let kinds = kinds(&server).await;
    let mut wrong = forgeries::of(&server, &kinds.access_token).await;
    wrong.extend([
        ("an ID token", kinds.id_token.clone()),
        ("a logout token", kinds.logout_token),
        ("a UserInfo answer", kinds.userinfo),
        ("a refresh token", kinds.refresh_token),
        ("a code", kinds.code),
    ]);
    let dressed_up = Jwt::of(&kinds.id_token).header("typ", json!("at+jwt")).signed(&server).await;
    wrong.push(("an ID token that calls itself an access token", dressed_up));
    for (why, token) in wrong {
        for ask in [
            Ask::get("/oauth/userinfo").bearer(&token),
            Ask::post("/oauth/userinfo", &[("access_token", &token)]),
            Ask::get(ME).bearer(&token),
        ] {
            let reply = server.send(ask).await;
            assert_eq!(reply.status, 401, "{why}: {}", reply.body);
            reply.assert_says(401, "invalid_token", "the access token is not valid here, expired or revoked");
        }
    }
    for path in ["/oauth/userinfo", ME] {
        server.send(Ask::get(path).bearer(&kinds.access_token)).await.assert_status(200);
    }
}

#[tokio::test]
async fn introspection_knows_access_and_refresh_tokens_only() {
    let server = Server::seeded().await;
    let kinds = kinds(&server).await;
    let mut wrong = forgeries::of(&server, &kinds.access_token).await;
    wrong.extend([
        ("an ID token", kinds.id_token),
        ("a logout token", kinds.logout_token),
        ("a UserInfo answer", kinds.userinfo),
        ("a code", kinds.code),
    ]);
    for (why, token) in wrong {
        let reply = server.send(SERVER.introspect(&token)).await;
        assert_eq!(reply.assert_status(200).json(), json!({ "active": false }), "{why}");
    }
    for token in [kinds.access_token, kinds.refresh_token] {
        assert!(flow::is_active(&server, &token).await);
    }
}

#[tokio::test]
async fn nothing_but_a_refresh_token_refreshes_and_nothing_but_a_code_is_exchanged_and_nothing_ends_by_trying() {
    let server = Server::seeded().await;
    let kinds = kinds(&server).await;
    for token in [&kinds.id_token, &kinds.access_token, &kinds.logout_token, &kinds.userinfo, &kinds.code] {
        server.send(SERVER.refresh(token)).await.assert_error(400, "invalid_grant");
    }
    for token in [&kinds.id_token, &kinds.access_token, &kinds.logout_token, &kinds.userinfo, &kinds.refresh_token] {
        server.send(SERVER.redeem(token)).await.assert_error(400, "invalid_grant");
    }
    for token in [&kinds.id_token, &kinds.logout_token, &kinds.userinfo, &kinds.code] {
        server.send(SERVER.revoke(token)).await.assert_status(200);
    }
    assert!(flow::is_active(&server, &kinds.access_token).await);
    server.send(SERVER.redeem(&kinds.code)).await.assert_status(200);
    server.send(SERVER.refresh(&kinds.refresh_token)).await.assert_status(200);
}

/// What is not an ID token, forged or of another kind.
async fn no_hints(server: &Server) -> (String, Vec<(&'static str, String)>) {
    let kinds = kinds(server).await;
    let mut wrong = forgeries::of_id_token(server, &kinds.id_token).await;
    let as_id_token = |token: &str| Jwt::of(token).header("typ", json!("JWT"));
    for (why, token) in [
        ("an access token that calls itself an ID token", as_id_token(&kinds.access_token)),
        ("a logout token that calls itself an ID token", as_id_token(&kinds.logout_token)),
    ] {
        wrong.push((why, token.signed(server).await));
    }
    wrong.extend([
        ("an access token", kinds.access_token),
        ("a logout token", kinds.logout_token),
        ("a UserInfo answer", kinds.userinfo),
        ("a refresh token", kinds.refresh_token),
        ("a code", kinds.code),
    ]);
    (kinds.id_token, wrong)
}

#[tokio::test]
async fn the_authorization_endpoint_takes_nothing_but_an_id_token_of_ours_as_a_hint() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let (good, wrong) = no_hints(&server).await;
    let asked = |hint: &str| SERVER.authorize_path(&[("scope", "openid"), ("prompt", "none"), ("id_token_hint", hint)]);
    for (why, hint) in wrong {
        let reply = browser.open(&asked(&hint)).await;
        assert_eq!(reply.location_parameter("error").as_deref(), Some("invalid_request"), "{why}");
        assert_eq!(reply.location_parameter("code"), None, "{why}");
    }
    assert!(browser.open(&asked(&good)).await.location_parameter("code").is_some());
}

#[tokio::test]
async fn the_logout_endpoint_takes_nothing_but_an_id_token_of_ours_as_a_hint() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let (good, wrong) = no_hints(&server).await;
    let asked = |hint: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token_hint", hint)
            .append_pair("post_logout_redirect_uri", "https://server.example/")
            .finish();
        format!("/oauth/logout?{query}")
    };
    for (why, hint) in wrong {
        let reply = browser.open(&asked(&hint)).await;
        assert!(reply.status == 200 && reply.body.contains("id=\"sign-out-form\""), "{why}: {}", reply.status);
        assert!(!reply.body.contains("client-name"), "{why}: nobody knows who asks");
        assert_eq!(browser.open("/account").await.status, 200, "{why}: still signed in");
    }
    assert_eq!(browser.open(&asked(&good)).await.header("location"), "https://server.example/");
}

/// RFC 8725 3.1: the key decides on the algorithm, for ID tokens by the RSA key as well.
#[tokio::test]
async fn an_rs256_id_token_is_a_hint_and_its_es256_twin_is_not() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "id_token_signed_response_alg": "RS256" })).await;
    let mut browser = Browser::new(&server);
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let code = reply.location_parameter("code").expect("a code");
    let good = server.send(SERVER.redeem(&code)).await.text("id_token");
    let rsa = crate::support::forge::rs256_kid();
    let es256_by_rsa = Jwt::of(&good).header("alg", json!("ES256")).signed_by(&server, &rsa).await;
    let rs256_by_ec = Jwt::of(&good).signed(&server).await;
    let hs256 = Jwt::of(&good).header("alg", json!("HS256")).signed_by(&server, &rsa).await;
    let asked = |hint: &str| SERVER.authorize_path(&[("scope", "openid"), ("prompt", "none"), ("id_token_hint", hint)]);
    for wrong in [es256_by_rsa, rs256_by_ec, hs256] {
        let reply = browser.open(&asked(&wrong)).await;
        reply.assert_error_redirect(SERVER.redirect_uri, "invalid_request");
    }
    assert!(browser.open(&asked(&good)).await.location_parameter("code").is_some());
}
