//! The server that is given what is parsed.

use std::sync::OnceLock;

use ostiary::config::Config;

use crate::keys;

pub fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| {
        Config::read(|name| match name {
            "OAUTH_ISSUER_URL" => Some("https://auth.example".to_owned()),
            "SIGNING_KEYS" => Some(keys::signing_keys()),
            "ENCRYPTION_KEYS" => Some(keys::encryption_keys()),
            _ => None,
        })
        .expect("settings that are right")
    })
}
