//! `/admin/api/settings`

use serde_json::{Value, json};

use crate::support::admin::show;
use crate::support::keys;
use crate::support::server::{ADMIN_TOKEN, Server};

#[tokio::test]
async fn settings_are_shown_as_they_were_understood() {
    let server = Server::with(&[
        ("OAUTH_VALID_SCOPES", "photos:read, photos:write"),
        ("AUTH_CODE_TTL_SECONDS", "45"),
        ("DYNAMIC_REGISTRATION", "token"),
        ("BRAND_NAME", "Acme"),
        ("GRANT_TTL_DAYS", "7"),
        ("SESSION_TTL_HOURS", "3"),
        ("GOOGLE_OAUTH_CLIENT_ID", "id"),
        ("GOOGLE_OAUTH_CLIENT_SECRET", "secret"),
    ]);
    let shown = show(&server, "/admin/api/settings").await;
    assert_eq!((&shown["version"], &shown["development"]), (&json!(env!("CARGO_PKG_VERSION")), &json!(true)));
    let expected = json!({
        "OAUTH_ISSUER_URL": "http://localhost:8787", "OAUTH_ENABLED": true,
        "OAUTH_VALID_SCOPES": "photos:read photos:write", "OAUTH_DEFAULT_SCOPES": "read:tools",
        "AUTH_CODE_TTL_SECONDS": 45, "ACCESS_TOKEN_EXPIRE_MINUTES": 30, "REFRESH_TOKEN_TTL_DAYS": 30,
        "REFRESH_RETRY_WINDOW_SECONDS": 60, "GRANT_TTL_DAYS": 7, "SESSION_TTL_HOURS": 3, "REQUIRE_PKCE": "always",
        "DYNAMIC_REGISTRATION": "token", "UNUSED_CLIENT_DAYS": 90, "AUDIT_RETENTION_DAYS": 90, "TOOL_TIMEOUT_SECONDS": 30, "TOOL_MAX_BYTES": 1_048_576,
        "AGENT_SESSION_TTL": 3600, "ADMIN_TOKEN": "set", "SETUP_CODE": "not set", "JURISDICTION": null,
        "BRAND_NAME": "Acme", "BRAND_LOGO_URL": null, "BRAND_COLOR": "#0f6b66", "TERMS_URL": null,
        "LOG_LEVEL": "info", "CLOCK_OFFSET_SECONDS": 0,
        "GITHUB_OAUTH_CLIENT_ID": "not set", "GITHUB_OAUTH_CLIENT_SECRET": "not set",
        "GOOGLE_OAUTH_CLIENT_ID": "set", "GOOGLE_OAUTH_CLIENT_SECRET": "set",
        "MICROSOFT_OAUTH_CLIENT_ID": "not set", "MICROSOFT_OAUTH_CLIENT_SECRET": "not set",
    });
    assert_eq!(shown["settings"], expected);
}

#[tokio::test]
async fn no_secret_is_shown() {
    let server = Server::new();
    let private = |text: &str| {
        let set: Value = serde_json::from_str(text).expect("a JWK Set");
        let keys = set["keys"].as_array().expect("keys").clone();
        let members =
            keys.into_iter().flat_map(|key| ["d", "k", "p", "q", "dp", "dq", "qi"].map(|name| key[name].clone()));
        members.filter_map(|value| value.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let mut secrets = private(&keys::signing_keys());
    secrets.extend(private(&keys::encryption_keys()));
    assert!(secrets.len() >= 4);
    secrets.push(ADMIN_TOKEN.to_owned());
    for path in ["/admin/api/settings", "/admin/api/keys"] {
        let shown = show(&server, path).await.to_string();
        assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}
