use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::protocol::digest::base64url;
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::private_jwk;
use crate::protocol::jose::private_jwk::tests::{p256_jwk, rsa_jwk};

const DAY: Duration = Duration::from_hours(24);

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

fn oct(kid: &str, byte: u8) -> Value {
    json!({ "kty": "oct", "kid": kid, "k": base64url(&[byte; 32]), "alg": "A256GCM", "use": "enc" })
}

/// What a laptop has: keys, and nothing else.
fn keys_only() -> BTreeMap<&'static str, String> {
    BTreeMap::from([("SIGNING_KEYS", set(&[p256_jwk(1)])), ("ENCRYPTION_KEYS", set(&[oct("a", 1)]))])
}

fn read_with(changes: &[(&'static str, &str)]) -> Result<Config, ConfigError> {
    let mut settings = keys_only();
    settings.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    Config::read(|name| settings.get(name).cloned())
}

/// The settings of `changes` are refused; the error names the last of them and mentions `reason`.
#[track_caller]
fn assert_refused(changes: &[(&'static str, &str)], reason: &str) {
    let error = read_with(changes).unwrap_err();
    assert_eq!(Some(error.setting), changes.last().map(|(name, _)| *name), "{error}");
    assert!(error.problem.contains(reason), "{error} should mention {reason}");
    assert_eq!(error.to_string(), format!("{}: {}", error.setting, error.problem));
}

#[test]
fn id_and_secret_of_our_client_at_a_provider_belong_together() {
    let both = [("GOOGLE_OAUTH_CLIENT_ID", "id"), ("GOOGLE_OAUTH_CLIENT_SECRET", "hush")];
    let config = read_with(&both).unwrap();
    assert_eq!(config.providers.keys().copied().collect::<Vec<_>>(), ["google"]);
    assert!(!format!("{config:?}").contains("hush"));
    assert_eq!(read_with(&both[..1]).unwrap_err().setting, "GOOGLE_OAUTH_CLIENT_SECRET");
    assert_eq!(read_with(&both[1..]).unwrap_err().setting, "GOOGLE_OAUTH_CLIENT_ID");
    for (setting, other) in [
        ("GITHUB_OAUTH_CLIENT_ID", "GITHUB_OAUTH_CLIENT_SECRET"),
        ("GITHUB_OAUTH_CLIENT_SECRET", "GITHUB_OAUTH_CLIENT_ID"),
    ] {
        let error = read_with(&[(setting, "two words"), (other, "fine")]).unwrap_err();
        assert_eq!(error.setting, setting);
        assert!(!error.problem.contains("two words"));
    }
}

#[test]
fn with_keys_alone_every_default_holds() {
    let config = read_with(&[]).unwrap();
    assert_eq!(config.issuer.as_str(), "http://localhost:8787");
    assert!(config.enabled && !config.development);
    assert!(config.valid_scopes.is_empty());
    assert_eq!(config.default_scopes.to_string(), "read:tools");
    assert_eq!(config.code_ttl, Duration::from_mins(1));
    assert_eq!(config.access_ttl, Duration::from_mins(30));
    assert_eq!(config.refresh_ttl, Duration::from_hours(30 * 24));
    assert_eq!(config.retry_window, Duration::from_mins(1));
    assert_eq!(config.grant_ttl, Duration::from_hours(180 * 24));
    assert_eq!((config.session.idle, config.session.absolute), (Duration::from_hours(12), Duration::from_hours(168)));
    assert_eq!(config.require_pkce, RequirePkce::Always);
    assert_eq!((config.unused_client_ttl, config.audit_retention), (90 * DAY, 90 * DAY));
    assert_eq!((config.tool_timeout, config.tool_max_bytes), (Duration::from_secs(30), 1_048_576));
    assert_eq!(config.agent_session_ttl, Duration::from_hours(1));
    assert!(config.admin_token.is_none() && config.jurisdiction.is_none());
    assert_eq!((config.clock_offset, config.log_level), (0, LevelFilter::Info));
    let brand = Brand { name: "Ostiary".into(), logo_url: None, color: "#0f6b66".into(), terms_url: None };
    assert_eq!(config.brand, brand);
}

#[test]
fn every_setting_is_read() {
    let config = read_with(&[
        ("OAUTH_ISSUER_URL", "http://127.0.0.1:9000"),
        ("OAUTH_ENABLED", "false"),
        ("OAUTH_VALID_SCOPES", "todo:read, todo:write\tread:tools"),
        ("OAUTH_DEFAULT_SCOPES", "todo:read,read:tools"),
        ("AUTH_CODE_TTL_SECONDS", "600"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "5"),
        ("REFRESH_TOKEN_TTL_DAYS", "1"),
        ("REFRESH_RETRY_WINDOW_SECONDS", "10"),
        ("GRANT_TTL_DAYS", "2"),
        ("SESSION_TTL_HOURS", "1"),
        ("AUDIT_RETENTION_DAYS", "400"),
        ("ENABLE_DEV_ENDPOINTS", "true"),
        ("REQUIRE_PKCE", "public"),
        ("ADMIN_TOKEN", "sixteen-letters-\n"),
        ("JURISDICTION", "eu"),
        ("CLOCK_OFFSET_SECONDS", "-5"),
        ("BRAND_NAME", "Ärger & Söhne"),
        ("BRAND_LOGO_URL", "/logo.svg"),
        ("BRAND_COLOR", "#AbCdEf"),
        ("TERMS_URL", "https://example.com/terms?v=1&lang=en"),
        ("LOG_LEVEL", "debug"),
        ("OAUTH_DEBUG", "true"),
    ])
    .unwrap();
    assert_eq!(config.issuer.host(), "127.0.0.1:9000");
    assert!(!config.enabled && config.development);
    assert_eq!(config.valid_scopes.to_string(), "todo:read todo:write read:tools");
    assert_eq!(config.default_scopes.to_string(), "todo:read read:tools");
    assert_eq!((config.code_ttl, config.access_ttl), (Duration::from_mins(10), Duration::from_mins(5)));
    assert_eq!((config.refresh_ttl, config.grant_ttl), (Duration::from_hours(24), Duration::from_hours(48)));
    assert_eq!((config.retry_window, config.session.idle), (Duration::from_secs(10), Duration::from_hours(1)));
    assert_eq!(config.audit_retention, 400 * DAY);
    assert_eq!(config.require_pkce, RequirePkce::Public);
    assert_eq!(config.admin_token.as_ref().unwrap().expose(), "sixteen-letters-");
    assert_eq!(config.jurisdiction, Some(Jurisdiction::Eu));
    assert_eq!((config.clock_offset, config.log_level), (-5, LevelFilter::Debug));
    assert_eq!(config.brand.name, "Ärger & Söhne");
    assert_eq!(config.brand.logo_url.as_deref(), Some("/logo.svg"));
    assert_eq!(config.brand.color, "#AbCdEf");
    assert_eq!(config.brand.terms_url.as_deref(), Some("https://example.com/terms?v=1&lang=en"));
}

#[test]
fn each_setting_wrong_in_turn_is_named_with_what_is_expected() {
    for (setting, values, reason) in [
        ("OAUTH_ISSUER_URL", &["http://auth.example.com", "https://auth.example.com/"][..], "must be"),
        ("OAUTH_ENABLED", &["yes", "TRUE", "0"], "true or false"),
        ("OAUTH_VALID_SCOPES", &["a\"b", "grün"], "character"),
        ("OAUTH_DEFAULT_SCOPES", &["read:tools admin"], "admin"),
        ("OAUTH_DEFAULT_SCOPES", &["todo:read"], "OAUTH_VALID_SCOPES"),
        ("OAUTH_DEFAULT_SCOPES", &[","], "at least one"),
        ("AUTH_CODE_TTL_SECONDS", &["0", "601", "-1", "1.5", "1m", "99999999999999999999"], "from 1 to 600"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", &["0", "1441", "half an hour"], "from 1 to 1440"),
        ("REFRESH_TOKEN_TTL_DAYS", &["0", "3651"], "from 1 to 3650"),
        ("REFRESH_RETRY_WINDOW_SECONDS", &["0", "3601"], "from 1 to 3600"),
        ("GRANT_TTL_DAYS", &["0", "3651"], "from 1 to 3650"),
        ("SESSION_TTL_HOURS", &["0", "169"], "from 1 to 168"),
        ("ENABLE_DEV_ENDPOINTS", &["1", "True"], "true or false"),
        ("REQUIRE_PKCE", &["never", "Always"], "always or public"),
        ("DYNAMIC_REGISTRATION", &["closed", "Open"], "open or token or off"),
        ("UNUSED_CLIENT_DAYS", &["0", "3651"], "from 1 to 3650"),
        ("TOOL_TIMEOUT_SECONDS", &["0", "301"], "from 1 to 300"),
        ("TOOL_MAX_BYTES", &["0", "8388609"], "from 1 to 8388608"),
        ("AGENT_SESSION_TTL", &["0", "604801", "1h"], "from 1 to 604800"),
        ("ADMIN_TOKEN", &["fifteen-letters", "with a space inside", "schlüssel-schlüssel"], "16"),
        ("JURISDICTION", &["us", "EU"], "eu or fedramp"),
        ("CLOCK_OFFSET_SECONDS", &["1", "-1"], "development"),
        ("CLOCK_OFFSET_SECONDS", &["now", "315360001"], "whole number"),
        ("BRAND_NAME", &["two\nlines", &"x".repeat(81)], "80"),
        (
            "BRAND_LOGO_URL",
            &["http://example.com/l.png", "//evil.example/l", "/\\evil", "javascript:x", "logo"],
            "https://",
        ),
        (
            "BRAND_LOGO_URL",
            &["https://example.com/\"x", "data:image/png;base64,AA", "https://u:p@example.com/"],
            "https://",
        ),
        ("BRAND_COLOR", &["red", "#fff", "#gggggg", "0f6b66"], "#rrggbb"),
        ("TERMS_URL", &["http://example.com/terms", "javascript:alert(1)"], "https://"),
        ("LOG_LEVEL", &["loud", "INFO"], "off or error or warn or info or debug or trace"),
        ("OAUTH_DEBUG", &["on"], "true or false"),
    ] {
        for value in values {
            assert_refused(&[(setting, value)], reason);
        }
    }
}

#[test]
fn an_empty_variable_is_an_unset_one() {
    let empty = |name: &str| keys_only().get(name).cloned().or(Some(" \n".to_owned()));
    assert_eq!(Config::read(empty).unwrap().issuer.as_str(), "http://localhost:8787");
}

#[test]
fn the_development_flag_stops_any_deployment_that_is_not_on_this_machine() {
    let public = ("OAUTH_ISSUER_URL", "https://auth.example.com");
    assert_refused(&[public, ("ENABLE_DEV_ENDPOINTS", "true")], "OAUTH_ISSUER_URL");
    assert!(!read_with(&[public]).unwrap().development);
    assert!(!read_with(&[("ENABLE_DEV_ENDPOINTS", "false")]).unwrap().development);
    assert!(read_with(&[("ENABLE_DEV_ENDPOINTS", "true")]).unwrap().development);
}

#[test]
fn missing_keys_say_how_to_make_them() {
    for setting in ["SIGNING_KEYS", "ENCRYPTION_KEYS"] {
        assert_refused(&[(setting, "")], "make keys");
        assert_refused(&[(setting, "")], &format!("wrangler secret put {setting}"));
    }
}

#[test]
fn the_keys_of_both_slots_stand_in_the_order_of_the_settings_and_know_their_slots() {
    let first = set(&[rsa_jwk(1, 2048), p256_jwk(1), p256_jwk(2)]);
    let next = set(&[p256_jwk(3), p256_jwk(1)]);
    let config = read_with(&[("SIGNING_KEYS", &first), ("SIGNING_KEYS_NEXT", &next)]).unwrap();
    let keys = config.signing_keys;
    let seeds = [1, 2, 3].map(|seed| private_jwk::read(&p256_jwk(seed)).unwrap().0.kid().to_owned());
    let (first, next) = ("SIGNING_KEYS", "SIGNING_KEYS_NEXT");
    let found: Vec<_> = keys.iter().map(|key| (key.slot, key.algorithm)).collect();
    let (es256, rs256) = (Algorithm::Es256, Algorithm::Rs256);
    let expected = [(first, rs256), (first, es256), (first, es256), (next, es256)];
    assert_eq!(found, expected, "a key in both slots is one key, in the first");
    let kids: Vec<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids[1..], seeds);
    for key in keys.iter() {
        assert_eq!(keys.find(&key.kid).unwrap().public, key.public);
        assert_eq!(key.public.kid(), key.kid);
        assert_eq!(key.algorithm, key.public.algorithm());
    }
    assert!(keys.has(es256) && keys.has(rs256));
    assert!(keys.find("other").is_none());
}

#[test]
fn a_signing_key_set_of_another_shape_is_refused() {
    let (ec, mut public) = (p256_jwk(1), p256_jwk(2));
    public.as_object_mut().unwrap().remove("d");
    for (text, reason) in [
        ("{", "line 1, column 1"),
        ("[]", "JWK Set"),
        (r#"{"keys":{}}"#, "JWK Set"),
        (r#"{"keys":[]}"#, "JWK Set"),
        (&set(&[ec.clone(), public]), "key 2 is wrong: this is a public key"),
        (&set(&[ec.clone(), ec.clone()]), "key 2 is wrong: it is there twice"),
        (&set(&[oct("a", 1)]), "key 1 is wrong: a symmetric key"),
    ] {
        assert_refused(&[("SIGNING_KEYS", text)], reason);
        assert_refused(&[("SIGNING_KEYS_NEXT", text)], reason);
    }
    assert_refused(&[("SIGNING_KEYS", &set(&[rsa_jwk(1, 2048)]))], "ES256");
    assert!(read_with(&[("SIGNING_KEYS_NEXT", &set(&[rsa_jwk(1, 2048)]))]).is_ok());
}

#[test]
fn the_first_encryption_key_seals_and_all_open() {
    let (first, next) = (set(&[oct("a", 1), oct("b", 2)]), set(&[oct("c", 3), oct("a", 1)]));
    let config = read_with(&[("ENCRYPTION_KEYS", &first), ("ENCRYPTION_KEYS_NEXT", &next)]).unwrap();
    let keys = config.encryption_keys;
    assert_eq!((keys.first().kid.as_str(), keys.first().key.expose()), ("a", &[1; 32]));
    assert_eq!(keys.find("b").unwrap().key.expose(), &[2; 32]);
    assert_eq!(keys.find("c").unwrap().key.expose(), &[3; 32]);
    assert!(keys.find("d").is_none());
}

#[test]
fn an_encryption_key_of_another_shape_is_refused() {
    let short = json!({ "kty": "oct", "kid": "a", "k": base64url(&[1; 31]) });
    let nameless = json!({ "kty": "oct", "k": base64url(&[1; 32]) });
    for (keys, reason) in [
        (vec![p256_jwk(1)], "kty is oct"),
        (vec![short], "256 bits"),
        (vec![nameless], "kid"),
        (vec![oct("with space", 1)], "kid"),
        (vec![oct("b", 1), oct("b", 2)], "key 2 is wrong: its kid is there twice"),
    ] {
        assert_refused(&[("ENCRYPTION_KEYS", &set(&keys))], reason);
        assert_refused(&[("ENCRYPTION_KEYS_NEXT", &set(&keys))], reason);
    }
    assert_refused(&[("ENCRYPTION_KEYS_NEXT", &set(&[oct("a", 2)]))], "another key");
}

#[test]
fn no_secret_is_ever_printed() {
    let config = read_with(&[("ADMIN_TOKEN", "hunter2-hunter2-hunter2")]).unwrap();
    let printed = format!("{config:?} {config:#?}");
    let private = p256_jwk(1)["d"].as_str().unwrap().to_owned();
    for secret in ["hunter2", private.as_str(), base64url(&[1; 32]).as_str(), "[1, 1, 1"] {
        assert!(!printed.contains(secret));
    }
    let error = read_with(&[("ADMIN_TOKEN", "hunter2 hunter2 hunter2")]).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    for setting in ["SIGNING_KEYS", "SIGNING_KEYS_NEXT", "ENCRYPTION_KEYS", "ENCRYPTION_KEYS_NEXT"] {
        for value in
            ["hunter2", "\"hunter2\"", r#"{"keys":"hunter2"}"#, r#"{"keys":[{"kty":"hunter2","d":"hunter2"}]}"#]
        {
            let error = read_with(&[(setting, value)]).unwrap_err();
            assert_eq!(error.setting, setting);
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}

const SETTINGS: [&str; 31] = [
    "OAUTH_ISSUER_URL",
    "OAUTH_ENABLED",
    "OAUTH_VALID_SCOPES",
    "OAUTH_DEFAULT_SCOPES",
    "AUTH_CODE_TTL_SECONDS",
    "ACCESS_TOKEN_EXPIRE_MINUTES",
    "REFRESH_TOKEN_TTL_DAYS",
    "REFRESH_RETRY_WINDOW_SECONDS",
    "GRANT_TTL_DAYS",
    "SESSION_TTL_HOURS",
    "ENABLE_DEV_ENDPOINTS",
    "REQUIRE_PKCE",
    "DYNAMIC_REGISTRATION",
    "UNUSED_CLIENT_DAYS",
    "AUDIT_RETENTION_DAYS",
    "TOOL_TIMEOUT_SECONDS",
    "TOOL_MAX_BYTES",
    "AGENT_SESSION_TTL",
    "SIGNING_KEYS",
    "SIGNING_KEYS_NEXT",
    "ENCRYPTION_KEYS",
    "ENCRYPTION_KEYS_NEXT",
    "ADMIN_TOKEN",
    "JURISDICTION",
    "CLOCK_OFFSET_SECONDS",
    "BRAND_NAME",
    "BRAND_LOGO_URL",
    "BRAND_COLOR",
    "TERMS_URL",
    "LOG_LEVEL",
    "OAUTH_DEBUG",
];

proptest! {
    #[test]
    fn no_text_in_any_setting_panics_and_an_error_names_that_setting(
        setting in proptest::sample::select(&SETTINGS[..]),
        value in prop_oneof![
            any::<String>(),
            "-?[0-9]{1,25}",
            "https?://[a-z0-9.\\[\\]:@/?#-]{0,20}",
            "/\\PC{0,4}",
            r#"\{"keys":\[\{"kty":"(EC|RSA|oct)","(n|x|k)":"[A-Za-z0-9_-]{0,5}"\}\]\}"#,
        ],
    ) {
        if let Err(error) = read_with(&[(setting, &value)]) {
            prop_assert_eq!(error.setting, setting);
        }
    }
}
