//! Each setting wrong in turn: a page that names it, a log line, and never the value of a secret.

use axum::body::to_bytes;
use ostiary::web::setting_error;
use serde_json::json;

use crate::support::{keys, log_lines, server};

/// A setting, a wrong value, and what must never be seen of it.
type Wrong = (&'static str, String, Option<&'static str>);

/// A value that must not be told.
const TOLD: &str = "hunter2secretvalue";

fn wrong() -> Vec<Wrong> {
    let plain = [
        ("OAUTH_ISSUER_URL", "not a url"),
        ("OAUTH_ISSUER_URL", "https://auth.example/path"),
        ("OAUTH_ISSUER_URL", "http://auth.example"),
        ("OAUTH_ENABLED", "yes"),
        ("OAUTH_VALID_SCOPES", "a \"quoted\""),
        ("OAUTH_DEFAULT_SCOPES", "unheard:of"),
        ("OAUTH_DEFAULT_SCOPES", "admin"),
        ("AUTH_CODE_TTL_SECONDS", "601"),
        ("AUTH_CODE_TTL_SECONDS", "0"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "-1"),
        ("REFRESH_TOKEN_TTL_DAYS", "30d"),
        ("REFRESH_RETRY_WINDOW_SECONDS", "1e3"),
        ("GRANT_TTL_DAYS", "99999999999999999999"),
        ("SESSION_TTL_HOURS", "169"),
        ("ENABLE_DEV_ENDPOINTS", "TRUE"),
        ("REQUIRE_PKCE", "never"),
        ("JURISDICTION", "moon"),
        ("CLOCK_OFFSET_SECONDS", "soon"),
        ("BRAND_NAME", "two\u{7}bells"),
        ("BRAND_LOGO_URL", "javascript:alert(1)"),
        ("BRAND_COLOR", "red"),
        ("TERMS_URL", "//evil.example"),
        ("LOG_LEVEL", "loud"),
        ("OAUTH_DEBUG", "1"),
    ];
    let mut all: Vec<Wrong> = plain.into_iter().map(|(name, value)| (name, value.to_owned(), None)).collect();
    let jwk_set = |member: &str| json!({ "keys": [{ "kty": "oct", "kid": "k", member: TOLD }] }).to_string();
    for name in ["SIGNING_KEYS", "SIGNING_KEYS_NEXT", "ENCRYPTION_KEYS", "ENCRYPTION_KEYS_NEXT"] {
        all.push((name, TOLD.to_owned(), Some(TOLD)));
        all.push((name, format!("{{\"keys\": [{{\"d\": \"{TOLD}\"]}}"), Some(TOLD)));
        all.push((name, "{\"keys\": []}".to_owned(), None));
        all.push((name, jwk_set("k"), Some(TOLD)));
        all.push((name, jwk_set("d"), Some(TOLD)));
    }
    all.push((
        "SIGNING_KEYS",
        json!({ "keys": [keys::signing_jwks()[1].1] }).to_string(),
        Some("HYpOZ2z7w_IT1awJWeSR"),
    ));
    for name in ["ADMIN_TOKEN", "SETUP_CODE"] {
        all.push((name, "short secret".to_owned(), Some("short secret")));
    }
    for missing in ["SIGNING_KEYS", "ENCRYPTION_KEYS"] {
        all.push((missing, String::new(), None));
    }
    all
}

#[tokio::test]
async fn a_wrong_setting_is_named_on_a_page_and_in_the_log_and_no_secret_is_shown() {
    for (name, value, secret) in wrong() {
        log_lines::capture();
        let mut settings = server::settings();
        settings.insert(name, value.clone());
        let Err(error) = server::read_settings(&settings) else { panic!("{name}={value:?} is taken") };
        assert_eq!(error.setting, name, "{value:?}");
        let response = setting_error(&error);
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a page");
        let page = String::from_utf8(body.to_vec()).expect("UTF-8");
        let log = log_lines::take().join("\n");
        for said in [&page, &log] {
            assert!(said.contains(name), "{name}: {said}");
            assert!(secret.is_none_or(|secret| !said.contains(secret)), "{name}: {said}");
        }
        assert!(log.starts_with("ERROR"));
    }
}

#[tokio::test]
async fn the_development_flag_with_any_other_issuer_stops_every_request() {
    let mut settings = server::settings();
    settings.insert("OAUTH_ISSUER_URL", "https://auth.example".to_owned());
    let error = server::read_settings(&settings).expect_err("refused");
    assert_eq!(error.setting, "ENABLE_DEV_ENDPOINTS");
    settings.insert("ENABLE_DEV_ENDPOINTS", "false".to_owned());
    settings.insert("CLOCK_OFFSET_SECONDS", "60".to_owned());
    let error = server::read_settings(&settings).expect_err("refused");
    assert_eq!(error.setting, "CLOCK_OFFSET_SECONDS");
}
