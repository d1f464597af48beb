//! Request objects are refused, never ignored: what they say may differ from what stands beside them (Core 6.1).

use serde_json::json;

use crate::relying_party::{Mode, RelyingParty, STATE};
use crate::support::forge::Jwt;
use crate::support::server::Server;

in_both_modes! {
    oidcc_unsigned_request_object_is_rejected_as_unsupported,
    oidcc_request_uri_unsigned_is_rejected_as_unsupported,
    oidcc_ensure_request_object_with_redirect_uri_shows_an_error_page,
}

fn object(suite: &RelyingParty<'_>) -> String {
    let claims = json!({
        "iss": suite.client.id, "aud": suite.server.issuer(), "response_type": "code", "client_id": suite.client.id,
        "redirect_uri": suite.client.redirect_uri, "scope": "openid", "state": STATE,
    });
    Jwt { header: json!({ "alg": "none" }), claims }.with_signature(&[])
}

async fn oidcc_unsigned_request_object_is_rejected_as_unsupported(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let object = object(&suite);
    let reply = suite.ask(&[("request", &object), ("state", "")]).await;
    let refusal = suite.refusal(&reply);
    assert_eq!(refusal["error"], "request_not_supported");
    assert!(!refusal.contains_key("state"), "the state is inside of what was not read");
    let reply = suite.ask(&[("request", &object)]).await;
    suite.assert_refused(&reply, "request_not_supported");
}

async fn oidcc_request_uri_unsigned_is_rejected_as_unsupported(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let reply = suite.ask(&[("request_uri", "https://server.example/request.jwt#hash")]).await;
    suite.assert_refused(&reply, "request_uri_not_supported");
    assert!(server.http.take_asked().is_empty(), "nor is it fetched");
}

async fn oidcc_ensure_request_object_with_redirect_uri_shows_an_error_page(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let object = object(&suite);
    let reply = suite.ask(&[("request", &object), ("redirect_uri", "https://evil.example/callback")]).await;
    reply.assert_error_page(400, "invalid_request");
    assert!(!reply.body.contains("id=\"form-post\""));
}
