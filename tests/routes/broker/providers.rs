use axum::http::Method;
use serde_json::{Value, json};

use crate::support::client_key::{ES256, set};
use crate::support::idp::{ISSUER, JWKS, METADATA, answers, make, metadata, settings, world};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/admin/api/providers";

async fn edit(server: &Server, id: &str, settings: Value) -> Reply {
    server.as_admin(Ask::json(Method::PATCH, &format!("{PATH}/{id}"), &settings)).await
}

async fn checked(server: &Server) -> String {
    let reply = server.as_admin(Ask::method(Method::POST, &format!("{PATH}/idp/check"))).await;
    reply.assert_status(200).text("result")
}

#[tokio::test]
async fn a_provider_is_shown_as_it_counts_and_its_secret_is_sealed_and_never_shown() {
    let server = Server::new();
    let made = make(&server, &settings()).await;
    assert_eq!(
        made,
        json!({
            "id": "idp", "name": "Example", "kind": "oidc", "flow": "authorization_code", "issuer": ISSUER, "client_id": "us",
            "client_authentication": "basic", "scopes": "openid email mail:read",
            "parameters": { "prompt": "consent" }, "pkce": true, "tolerates_reuse": false, "authorization_endpoint": null,
            "token_endpoint": null, "userinfo_endpoint": null, "revocation_endpoint": null, "jwks_uri": null,
            "subject_claim": "sub", "email_claim": "email", "name_claim": "name", "sign_in": false,
            "unknown_accounts": "never", "link_by_email": false, "sign_in_scopes": "openid profile email", "enabled": true,
            "has_secret": true, "redirect_uri": "http://localhost:8787/oauth/callback/idp",
            "created_at": made["created_at"], "updated_at": made["updated_at"],
        })
    );
    let rows = json!(server.database.peek("SELECT * FROM providers")).to_string();
    assert!(rows.contains("idp") && !rows.contains("idp-secret"), "{rows}");
    let changed = edit(&server, "idp", json!({ "parameters": { "a": "b" }, "enabled": false })).await.json();
    assert_eq!((&changed["parameters"], &changed["enabled"]), (&json!({ "a": "b" }), &json!(false)));
    assert_eq!((&changed["name"], &changed["has_secret"]), (&json!("Example"), &json!(true)));
    let cleared = edit(&server, "idp", json!({ "parameters": {}, "name": "" })).await.json();
    assert_eq!((&cleared["parameters"], &cleared["name"]), (&json!({}), &json!("idp")));
    server.as_admin(Ask::method(Method::DELETE, &format!("{PATH}/idp"))).await.assert_status(204);
    server.as_admin(Ask::get(&format!("{PATH}/idp"))).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn what_cannot_be_a_provider_is_refused_by_name() {
    let server = Server::deployed();
    for (member, wrong) in [
        ("id", json!("Two Words")),
        ("id", json!("")),
        ("issuer", json!("http://idp.example")),
        ("issuer", json!("https://10.0.0.1")),
        ("issuer", json!("https://auth.example")),
        ("issuer", json!("https://idp.example?x=1")),
        ("issuer", json!("")),
        ("kind", json!("saml")),
        ("token_endpoint", json!("https://localhost/token")),
        ("client_id", json!("")),
        ("client_secret", json!("two words")),
        ("client_authentication", json!("jwt")),
        ("scopes", json!("a\"b")),
        ("parameters", json!({ "state": "mine" })),
        ("parameters", json!({ "redirect_uri": "https://evil.example" })),
        ("parameters", json!({ "x": 1 })),
        ("name", json!("\u{7}")),
        ("unknown", json!(1)),
    ] {
        let mut body = settings();
        body[member] = wrong.clone();
        let reply = server.as_admin(Ask::json(Method::POST, PATH, &body)).await;
        assert_eq!(reply.status, 400, "{member} {wrong}: {}", reply.body);
        reply.assert_field(400, "invalid_request", member);
    }
    let mut bare = settings();
    bare["client_secret"] = Value::Null;
    server.as_admin(Ask::json(Method::POST, PATH, &bare)).await.assert_field(400, "invalid_request", "client_secret");
    let plain = json!({ "id": "p", "kind": "oauth", "client_id": "us", "client_secret": "s" });
    let reply = server.as_admin(Ask::json(Method::POST, PATH, &plain)).await;
    reply.assert_field(400, "invalid_request", "authorization_endpoint");
    assert_eq!(server.database.peek("SELECT * FROM providers").len(), 0);
    make(&server, &settings()).await;
    server.as_admin(Ask::json(Method::POST, PATH, &settings())).await.assert_field(409, "conflict", "id");
}

#[tokio::test]
async fn a_preset_is_there_while_its_secrets_are_set_and_what_an_administrator_says_counts_over_it() {
    let keys = [("GITHUB_OAUTH_CLIENT_ID", "gh"), ("GITHUB_OAUTH_CLIENT_SECRET", "gh-secret")];
    let server = Server::with(&keys);
    let list = server.as_admin(Ask::get(PATH)).await.json();
    assert_eq!(list["providers"].as_array().map(Vec::len), Some(1), "{list}");
    let github = &list["providers"][0];
    assert_eq!(
        (&github["id"], &github["client_id"], &github["has_secret"]),
        (&json!("github"), &json!("gh"), &json!(true))
    );
    assert_eq!((&github["scopes"], &github["created_at"]), (&json!("read:user repo"), &Value::Null));
    let remove = || server.as_admin(Ask::method(Method::DELETE, &format!("{PATH}/github")));
    remove().await.assert_error(409, "conflict");
    let said = edit(&server, "github", json!({ "scopes": "read:user", "enabled": false })).await.json();
    assert_eq!(
        (&said["scopes"], &said["enabled"], &said["name"]),
        (&json!("read:user"), &json!(false), &json!("GitHub"))
    );
    remove().await.assert_status(204);
    let again = server.as_admin(Ask::get(&format!("{PATH}/github"))).await.json();
    assert_eq!((&again["scopes"], &again["enabled"]), (&json!("read:user repo"), &json!(true)));
    server.redeployed(&[]).as_admin(Ask::get(&format!("{PATH}/github"))).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_check_says_in_words_what_is_wrong() {
    let server = world().await;
    assert_eq!(checked(&server).await, "Nothing is wrong.");
    let with = |member: &str, value: Value| {
        let mut metadata = metadata();
        metadata[member] = value;
        metadata
    };
    for (described, said) in [
        (with("issuer", json!("https://idp.example/")), "The provider Example describes itself as another issuer."),
        (with("token_endpoint", Value::Null), "The provider Example names no token_endpoint."),
        (with("jwks_uri", Value::Null), "The provider Example names no jwks_uri."),
        (
            with("token_endpoint", json!("https://10.0.0.1/")),
            "The provider Example has a token_endpoint that may not be asked.",
        ),
        (json!([]), "The provider Example does not describe itself in JSON."),
    ] {
        server.http.answer_json(METADATA, None, &described);
        assert_eq!(checked(&server).await, said);
    }
    answers(&server);
    server.http.answer_json(JWKS, None, &json!({ "keys": [] }));
    assert_eq!(checked(&server).await, "The provider Example has no key that signatures can be verified with.");
    server.http.answer_json(JWKS, None, &set(&[ES256]));
    server.http.never_answer(METADATA);
    assert_eq!(checked(&server).await, "The provider Example cannot be asked for its description.");
    server.http.answer(METADATA, 302, "application/json", b"{}");
    assert_eq!(checked(&server).await, "The provider Example cannot be asked for its description.");
    assert_eq!(server.database.peek("SELECT * FROM providers").len(), 1);
}
