//! From the operator's text to [`Config`], setting by setting, with every default and bound.

use std::collections::BTreeMap;
use std::time::Duration;

use log::LevelFilter;

use super::settings::Settings;
use super::{
    Brand, Config, ConfigError, DynamicRegistration, EncryptionKeys, Issuer, Jurisdiction, RequirePkce, Secret,
    SigningKeys,
};
use crate::model::provider::PRESETS;
use crate::model::session::SessionLifetime;
use crate::model::tool;
use crate::protocol::scope::{self, ScopeSet};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
/// The absolute end of a session; `SESSION_TTL_HOURS` may come up to it.
const SESSION_IN_ALL: Duration = Duration::from_secs(7 * DAY);

impl Config {
    /// Reads every setting; `lookup` answers a variable's text. An empty variable is an unset one.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let settings = Settings(lookup);
        let issuer = settings.text("OAUTH_ISSUER_URL");
        let issuer = Issuer::parse(issuer.as_deref().unwrap_or("http://localhost:8787"))?;
        let development = development(&settings, &issuer)?;
        let valid_scopes = scopes(&settings, "OAUTH_VALID_SCOPES", "")?;
        let debug = settings.flag("OAUTH_DEBUG", false)?;
        Ok(Self {
            enabled: settings.flag("OAUTH_ENABLED", true)?,
            default_scopes: default_scopes(&settings, &valid_scopes)?,
            valid_scopes,
            code_ttl: seconds(&settings, "AUTH_CODE_TTL_SECONDS", 60, 600, 1)?,
            access_ttl: seconds(&settings, "ACCESS_TOKEN_EXPIRE_MINUTES", 30, 24 * 60, 60)?,
            refresh_ttl: seconds(&settings, "REFRESH_TOKEN_TTL_DAYS", 30, 3650, DAY)?,
            retry_window: seconds(&settings, "REFRESH_RETRY_WINDOW_SECONDS", 60, 3600, 1)?,
            grant_ttl: seconds(&settings, "GRANT_TTL_DAYS", 180, 3650, DAY)?,
            session: SessionLifetime {
                idle: seconds(&settings, "SESSION_TTL_HOURS", 12, 7 * 24, HOUR)?,
                absolute: SESSION_IN_ALL,
            },
            require_pkce: settings.choice(
                "REQUIRE_PKCE",
                RequirePkce::Always,
                &[("always", RequirePkce::Always), ("public", RequirePkce::Public)],
            )?,
            dynamic_registration: settings.choice(
                "DYNAMIC_REGISTRATION",
                DynamicRegistration::Open,
                &[
                    ("open", DynamicRegistration::Open),
                    ("token", DynamicRegistration::Token),
                    ("off", DynamicRegistration::Off),
                ],
            )?,
            unused_client_ttl: seconds(&settings, "UNUSED_CLIENT_DAYS", 90, 3650, DAY)?,
            audit_retention: seconds(&settings, "AUDIT_RETENTION_DAYS", 90, 3650, DAY)?,
            tool_timeout: seconds(&settings, "TOOL_TIMEOUT_SECONDS", 30, tool::MOST_SECONDS, 1)?,
            tool_max_bytes: tool_max_bytes(&settings)?,
            agent_session_ttl: seconds(&settings, "AGENT_SESSION_TTL", 3600, 7 * 24 * 3600, 1)?,
            signing_keys: SigningKeys::read(&settings)?,
            encryption_keys: EncryptionKeys::read(&settings)?,
            admin_token: token(&settings, "ADMIN_TOKEN")?,
            setup_code: token(&settings, "SETUP_CODE")?,
            providers: providers(&settings)?,
            clock_offset: clock_offset(&settings, development)?,
            brand: Brand::read(&settings)?,
            log_level: if debug { log_level(&settings)?.max(LevelFilter::Debug) } else { log_level(&settings)? },
            jurisdiction: settings.choice(
                "JURISDICTION",
                None,
                &[("eu", Some(Jurisdiction::Eu)), ("fedramp", Some(Jurisdiction::Fedramp))],
            )?,
            development,
            issuer,
        })
    }
}

/// Development is an issuer on this machine *and* the flag. The flag anywhere else would open a real deployment, so
/// it stops it.
fn development<F: Fn(&str) -> Option<String>>(settings: &Settings<F>, issuer: &Issuer) -> Result<bool, ConfigError> {
    const SETTING: &str = "ENABLE_DEV_ENDPOINTS";
    let wanted = settings.flag(SETTING, false)?;
    if wanted && !issuer.is_loopback() {
        return Err(ConfigError::new(
            SETTING,
            "may be true only when OAUTH_ISSUER_URL is on this machine (localhost): it opens the server to everybody",
        ));
    }
    Ok(wanted)
}

/// A lifetime of at least 1 of the setting's `unit` (in seconds).
fn seconds<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
    setting: &'static str,
    default: i64,
    most: i64,
    unit: u64,
) -> Result<Duration, ConfigError> {
    let number = settings.number(setting, default, 1..=most)?;
    Ok(Duration::from_secs(number.unsigned_abs().saturating_mul(unit)))
}

fn tool_max_bytes<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<usize, ConfigError> {
    let number = settings.number("TOOL_MAX_BYTES", 1024 * 1024, 1..=tool::MOST_BYTES)?;
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

/// Scopes separated by commas or space.
fn scopes<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
    setting: &'static str,
    default: &str,
) -> Result<ScopeSet, ConfigError> {
    let text = settings.text(setting).unwrap_or_else(|| default.to_owned());
    let words: Vec<&str> = text.split(|c: char| c == ',' || c.is_whitespace()).collect();
    ScopeSet::parse(&words.join(" ")).map_err(|error| ConfigError::new(setting, error.description.as_str()))
}

fn default_scopes<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
    valid: &ScopeSet,
) -> Result<ScopeSet, ConfigError> {
    const SETTING: &str = "OAUTH_DEFAULT_SCOPES";
    let default = scopes(settings, SETTING, "read:tools")?;
    if default.contains(scope::ADMIN) {
        return Err(ConfigError::new(SETTING, "may not hold admin: it is never given without being asked for"));
    }
    let known = scope::BUILT_IN.iter().map(|scope| scope.name).collect::<ScopeSet>().union(valid);
    match default.first_not_in(&known) {
        Some(unknown) => Err(ConfigError::new(SETTING, format!("holds {unknown}, which OAUTH_VALID_SCOPES lacks"))),
        None if default.is_empty() => Err(ConfigError::new(SETTING, "must name at least one scope")),
        None => Ok(default),
    }
}

/// Long enough not to be guessed, and such that it can be sent in a header.
fn token<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
    setting: &'static str,
) -> Result<Option<Secret<String>>, ConfigError> {
    let Some(token) = settings.text(setting) else { return Ok(None) };
    if (16..=512).contains(&token.len()) && token.bytes().all(|letter| letter.is_ascii_graphic()) {
        Ok(Some(Secret::new(token)))
    } else {
        Err(ConfigError::new(
            setting,
            "must be 16 to 512 letters, digits and signs without spaces; `make keys` prints one",
        ))
    }
}

/// Id and secret of a client belong together.
fn providers<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
) -> Result<BTreeMap<&'static str, (String, Secret<String>)>, ConfigError> {
    let plain = |text: &String| text.len() <= 2048 && text.bytes().all(|letter| letter.is_ascii_graphic());
    let mut all = BTreeMap::new();
    for preset in &PRESETS {
        let [named_id, named_secret] = preset.named;
        match (settings.text(named_id), settings.text(named_secret)) {
            (None, None) => {}
            (Some(id), Some(secret)) if plain(&id) && plain(&secret) => {
                all.insert(preset.id, (id, Secret::new(secret)));
            }
            (Some(_), None) => return Err(ConfigError::new(named_secret, format!("must be set beside {named_id}"))),
            (None, Some(_)) => return Err(ConfigError::new(named_id, format!("must be set beside {named_secret}"))),
            (Some(id), Some(_)) => {
                let setting = if plain(&id) { named_secret } else { named_id };
                return Err(ConfigError::new(setting, "must be up to 2048 letters, digits and signs without spaces"));
            }
        }
    }
    Ok(all)
}

fn clock_offset<F: Fn(&str) -> Option<String>>(settings: &Settings<F>, development: bool) -> Result<i64, ConfigError> {
    const SETTING: &str = "CLOCK_OFFSET_SECONDS";
    /// Ten years.
    const MOST: i64 = 315_360_000;
    let offset = settings.number(SETTING, 0, -MOST..=MOST)?;
    if offset != 0 && !development {
        return Err(ConfigError::new(SETTING, "may be set only in development (ENABLE_DEV_ENDPOINTS)"));
    }
    Ok(offset)
}

fn log_level<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<LevelFilter, ConfigError> {
    let words = ["off", "error", "warn", "info", "debug", "trace"];
    let levels = LevelFilter::iter();
    let choices: Vec<(&str, LevelFilter)> = words.into_iter().zip(levels).collect();
    settings.choice("LOG_LEVEL", LevelFilter::Info, &choices)
}
