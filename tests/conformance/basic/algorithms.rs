//! How ID tokens and UserInfo answers are signed. (Registration, which chooses RS256 by itself, is another matter: here an
//! administrator has said so.)

use axum::http::Method;
use serde_json::json;

use crate::relying_party::{Mode, RelyingParty};
use crate::support::admin::edit_client;
use crate::support::flow::SERVER;
use crate::support::forge::{Jwt, es256_kid, rs256_kid};
use crate::support::jwt::{jwks, verified};
use crate::support::request::Ask;
use crate::support::server::Server;

in_both_modes! {
    oidcc_idtoken_signature_is_es256_with_kid_unless_said_otherwise,
    oidcc_idtoken_rs256_is_signed_so_with_kid_at_the_code_and_at_each_refresh,
}

async fn oidcc_idtoken_signature_is_es256_with_kid_unless_said_otherwise(mode: Mode) {
    let server = Server::seeded().await;
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&[]).await;
    let header = Jwt::of(signed_in.token("id_token")).header;
    assert_eq!(header, json!({ "alg": "ES256", "kid": es256_kid(), "typ": "JWT" }));
}

async fn oidcc_idtoken_rs256_is_signed_so_with_kid_at_the_code_and_at_each_refresh(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    edit_client(&server, SERVER.id, json!({ "id_token_signed_response_alg": "RS256" })).await;
    let signed_in = suite.sign_in(&[]).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", signed_in.token("refresh_token"))];
    let refreshed = server.send(suite.post("/oauth/token", &form)).await;
    suite.check_tokens(&refreshed, None).await;
    for token in [signed_in.token("id_token"), &refreshed.text("id_token")] {
        assert_eq!(Jwt::of(token).header, json!({ "alg": "RS256", "kid": rs256_kid(), "typ": "JWT" }));
    }
    for token in [signed_in.token("access_token"), &refreshed.text("access_token")] {
        assert_eq!(Jwt::of(token).header["alg"], "ES256", "access tokens stay as they are");
    }
}

#[tokio::test]
async fn oidcc_idtoken_unsigned_is_not_listed_and_cannot_be_had() {
    let server = Server::seeded().await;
    let metadata = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    for list in ["id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported"] {
        assert_eq!(metadata[list], json!(["ES256", "RS256"]), "{list}");
    }
    for member in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
        let path = format!("/admin/api/clients/{}", SERVER.id);
        let unsigned = Ask::json(Method::PATCH, &path, &json!({ member: "none" }));
        server.as_admin(unsigned).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn oidcc_userinfo_rs256_answers_a_jwt_for_this_client() {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, Mode::Query).await;
    let plain = suite.sign_in(&[("scope", "openid email")]).await;
    for (algorithm, kid) in [("RS256", rs256_kid()), ("ES256", es256_kid())] {
        edit_client(&server, SERVER.id, json!({ "userinfo_signed_response_alg": algorithm })).await;
        let reply = server.send(Ask::get("/oauth/userinfo").bearer(plain.token("access_token"))).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/jwt"));
        let jwt = verified(&jwks(&server).await, &reply.body);
        assert_eq!((&jwt.header["alg"], &jwt.header["kid"]), (&json!(algorithm), &json!(kid)));
        let mut expected = plain.userinfo.clone();
        expected["iss"] = json!(server.issuer());
        expected["aud"] = json!(suite.client.id);
        assert_eq!(jwt.claims, expected, "Core 5.3.2");
    }
    edit_client(&server, SERVER.id, json!({ "userinfo_signed_response_alg": "" })).await;
    assert_eq!(suite.userinfo(plain.token("access_token")).await, plain.userinfo);
}
