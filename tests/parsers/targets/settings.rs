//! The operator's settings, `NAME=value`, one a line; what is not there is what the tests have.

use std::collections::HashMap;

use ostiary::config::{Config, Issuer};
use ostiary::protocol::scope::ADMIN;

use super::repeats;
use crate::keys;

pub const SEEDS: &[&[u8]] = &[
    b"OAUTH_ISSUER_URL=https://auth.example.com\nOAUTH_DEFAULT_SCOPES=read:tools, x\nOAUTH_VALID_SCOPES=x y",
    b"OAUTH_ISSUER_URL=http://localhost:8787\nENABLE_DEV_ENDPOINTS=true\nCLOCK_OFFSET_SECONDS=-315360000\nLOG_LEVEL=off",
    b"AUTH_CODE_TTL_SECONDS=600\nACCESS_TOKEN_EXPIRE_MINUTES=1440\nREFRESH_TOKEN_TTL_DAYS=3650\nGRANT_TTL_DAYS=1",
    b"REFRESH_RETRY_WINDOW_SECONDS=0\nSESSION_TTL_HOURS=169\nREQUIRE_PKCE=public\nJURISDICTION=eu\nOAUTH_ENABLED=maybe",
    b"SETUP_CODE=fedcba9876543210\nBRAND_NAME=A\nBRAND_LOGO_URL=/logo.svg\nBRAND_COLOR=#0f6b66\nTERMS_URL=https://a.example/terms\nADMIN_TOKEN=0123456789abcdef",
    b"ENCRYPTION_KEYS={\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
    b"ENCRYPTION_KEYS_NEXT={\"keys\":[{\"kty\":\"oct\",\"kid\":\"test-1\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
    b"SIGNING_KEYS_NEXT={\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"x\",\"y\":\"y\",\"d\":\"d\"}]}",
];

/// Settings that no error may repeat.
const SECRETS: [&str; 6] =
    ["ADMIN_TOKEN", "SETUP_CODE", "SIGNING_KEYS", "SIGNING_KEYS_NEXT", "ENCRYPTION_KEYS", "ENCRYPTION_KEYS_NEXT"];

const DAY: u64 = 24 * 60 * 60;

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut settings: HashMap<&str, String> =
        [("SIGNING_KEYS", keys::signing_keys()), ("ENCRYPTION_KEYS", keys::encryption_keys())].into();
    settings.extend(text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name, value.to_owned())));
    match Config::read(|name| settings.get(name).cloned()) {
        Ok(config) => assert_bounds(&config),
        Err(error) => {
            let (said, of) = (error.to_string(), error.setting);
            assert!(!error.problem.is_empty() && said.starts_with(of), "{said}");
            let secret = settings.get(of).filter(|_| SECRETS.contains(&of));
            let told = secret.is_some_and(|secret| repeats(&said, secret));
            assert!(!told, "a secret is told: {said}");
        }
    }
}

fn assert_bounds(config: &Config) {
    let issuer = &config.issuer;
    assert_eq!(Issuer::parse(issuer.as_str()).ok().as_ref(), Some(issuer));
    assert!(issuer.is_https() || issuer.is_loopback());
    assert_eq!(issuer.as_str(), format!("http{}://{}", if issuer.is_https() { "s" } else { "" }, issuer.host()));
    assert!(!issuer.host().contains(['/', '@', '?', '#', ' ']), "{issuer}");
    assert!(!config.development || issuer.is_loopback(), "development on the internet");
    assert!(config.clock_offset == 0 || config.development);
    assert!(!config.default_scopes.is_empty() && !config.default_scopes.contains(ADMIN));
    for (lifetime, most) in [
        (config.code_ttl, 600),
        (config.access_ttl, DAY),
        (config.refresh_ttl, 3650 * DAY),
        (config.retry_window, 3600),
        (config.grant_ttl, 3650 * DAY),
        (config.session.idle, config.session.absolute.as_secs()),
    ] {
        assert!((1..=most).contains(&lifetime.as_secs()), "{lifetime:?} {most}");
    }
    let kids: Vec<&str> = config.signing_keys.iter().map(|key| key.kid.as_str()).collect();
    assert!(kids.iter().enumerate().all(|(at, kid)| !kids[..at].contains(kid)), "{kids:?}");
    for key in config.signing_keys.iter() {
        assert_eq!(key.public.kid(), key.kid, "one name, inside and outside");
        assert!(serde_json::to_value(&key.public).expect("JSON").get("d").is_none(), "a private member is published");
    }
    let token = config.admin_token.as_ref().map(|token| token.expose().as_str());
    assert!(
        token.is_none_or(
            |token| (16..=512).contains(&token.len()) && !format!("{:?}", config.admin_token).contains(token)
        )
    );
    for link in [&config.brand.logo_url, &config.brand.terms_url].into_iter().flatten() {
        assert!(link.starts_with('/') || link.to_ascii_lowercase().starts_with("https:"), "{link}");
        assert!(!link.starts_with("//") && !link.contains(['"', '\'', '<', '>', '\\', ';', ',', ' ']), "{link}");
    }
}
