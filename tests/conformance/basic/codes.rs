//! Codes and refresh tokens are good once, and for their own client.

use crate::relying_party::{Mode, RelyingParty};
use crate::support::request::Ask;
use crate::support::server::Server;

in_both_modes! {
    oidcc_codereuse_at_once_is_invalid_grant,
    oidcc_codereuse_30seconds_is_invalid_grant_and_ends_the_access_token,
    oidcc_refresh_token_is_exchanged_by_its_own_client,
    oidcc_refresh_token_of_another_client_is_invalid_grant,
}

async fn oidcc_codereuse_at_once_is_invalid_grant(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let signed_in = suite.sign_in(&[]).await;
    server.send(suite.redeem(&signed_in.code, None)).await.assert_error(400, "invalid_grant");
}

async fn oidcc_codereuse_30seconds_is_invalid_grant_and_ends_the_access_token(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let signed_in = suite.sign_in(&[]).await;
    server.advance(30);
    server.send(suite.redeem(&signed_in.code, None)).await.assert_error(400, "invalid_grant");
    let userinfo = Ask::get("/oauth/userinfo").bearer(signed_in.token("access_token"));
    server.send(userinfo).await.assert_error(401, "invalid_token");
}

const OFFLINE: [(&str, &str); 2] = [("scope", "openid offline_access"), ("prompt", "consent")];

async fn oidcc_refresh_token_is_exchanged_by_its_own_client(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let metadata = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert!(
        metadata["grant_types_supported"].as_array().is_some_and(|grants| grants.contains(&"refresh_token".into()))
    );
    suite.sign_in(&OFFLINE).await;
    assert!(suite.ask(&OFFLINE).await.is_consent_page(), "prompt=consent asks though it is remembered");

    let first = suite.sign_in(&OFFLINE).await;
    assert!(first.token("refresh_token").len() * 6 >= 128);
    server.advance(5);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", first.token("refresh_token")),
        ("scope", "openid offline_access"),
    ];
    let refreshed = server.send(suite.post("/oauth/token", &form)).await;
    let id_token = suite.check_tokens(&refreshed, None).await;
    for same in ["iss", "sub", "aud", "auth_time", "azp", "sid"] {
        assert_eq!(id_token[same], first.id_token[same], "{same} (Core 12.2)");
    }
    assert_eq!(id_token["iat"].as_i64(), first.id_token["iat"].as_i64().map(|iat| iat + 5), "later");
    assert_ne!(refreshed.text("refresh_token"), first.token("refresh_token"));
    assert_eq!(suite.userinfo(&refreshed.text("access_token")).await["sub"], first.id_token["sub"]);
}

async fn oidcc_refresh_token_of_another_client_is_invalid_grant(mode: Mode) {
    let server = Server::seeded().await;
    let suite = RelyingParty::new(&server, mode).await;
    let mut second = RelyingParty::second(&server, mode).await;
    let theirs = second.sign_in(&OFFLINE).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", theirs.token("refresh_token"))];
    server.send(suite.post("/oauth/token", &form)).await.assert_error(400, "invalid_grant");
    let own = server.send(second.post("/oauth/token", &form)).await;
    second.check_tokens(&own, None).await;
}
