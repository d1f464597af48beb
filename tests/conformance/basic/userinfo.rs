//! The three ways to bring a token to UserInfo.

use serde_json::Value;

use crate::relying_party::{Mode, RelyingParty};
use crate::support::request::Ask;
use crate::support::server::Server;

in_both_modes! {
    oidcc_userinfo_get_tells_of_the_same_person_in_claims_of_their_types,
    oidcc_userinfo_post_header,
    oidcc_userinfo_post_body,
}

const ALL: [(&str, &str); 1] = [("scope", "openid profile email address phone")];

async fn oidcc_userinfo_get_tells_of_the_same_person_in_claims_of_their_types(mode: Mode) {
    let server = Server::seeded().await;
    let claims = RelyingParty::new(&server, mode).await.sign_in(&ALL).await.userinfo;
    for (name, value) in claims.as_object().expect("an object") {
        match name.as_str() {
            "email_verified" | "phone_number_verified" => assert!(value.is_boolean(), "{name}"),
            "updated_at" => assert!(value.is_number(), "{name}"),
            "address" => {
                let members = value.as_object().expect("an address is an object");
                assert!(!members.is_empty() && members.values().all(Value::is_string));
            }
            _ => assert!(value.as_str().is_some_and(|text| !text.is_empty()), "{name}: {value}"),
        }
    }
    assert_eq!(claims["updated_at"], 1_800_000_000, "in seconds");
}

async fn oidcc_userinfo_post_header(mode: Mode) {
    let server = Server::seeded().await;
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&ALL).await;
    let token = signed_in.token("access_token");
    for ask in [
        Ask::method(axum::http::Method::POST, "/oauth/userinfo").bearer(token),
        Ask::post("/oauth/userinfo", &[]).bearer(token),
    ] {
        assert_eq!(server.send(ask).await.assert_status(200).json(), signed_in.userinfo);
    }
}

async fn oidcc_userinfo_post_body(mode: Mode) {
    let server = Server::seeded().await;
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&ALL).await;
    let form = [("access_token", signed_in.token("access_token"))];
    let reply = server.send(Ask::post("/oauth/userinfo", &form)).await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.assert_status(200).json(), signed_in.userinfo);
}
