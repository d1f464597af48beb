//! How the operator's pages look.

use super::ConfigError;
use super::settings::Settings;
use crate::protocol::uri;

/// The operator's name, logo, colour and terms, as the pages show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// `BRAND_NAME`.
    pub name: String,
    /// `BRAND_LOGO_URL`: an https URL, or a path of our own that begins with a slash. Holds no letter that would end
    /// an attribute.
    pub logo_url: Option<String>,
    /// `BRAND_COLOR`: `#rrggbb`.
    pub color: String,
    /// `TERMS_URL`: like the logo.
    pub terms_url: Option<String>,
}

const LONGEST_NAME: usize = 80;

impl Brand {
    pub(super) fn read<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<Self, ConfigError> {
        Ok(Self {
            name: name(settings)?,
            logo_url: link(settings, "BRAND_LOGO_URL")?,
            color: color(settings)?,
            terms_url: link(settings, "TERMS_URL")?,
        })
    }
}

fn name<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<String, ConfigError> {
    let name = settings.text("BRAND_NAME").unwrap_or_else(|| "Ostiary".to_owned());
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(ConfigError::new("BRAND_NAME", "must be at most 80 characters on one line"));
    }
    Ok(name)
}

fn color<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<String, ConfigError> {
    let color = settings.text("BRAND_COLOR").unwrap_or_else(|| "#0f6b66".to_owned());
    match color.strip_prefix('#') {
        Some(digits) if digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => Ok(color),
        _ => Err(ConfigError::new("BRAND_COLOR", "must be a colour written #rrggbb")),
    }
}

fn link<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
    setting: &'static str,
) -> Result<Option<String>, ConfigError> {
    let Some(text) = settings.text(setting) else { return Ok(None) };
    // `//host` and `/\host` leave our origin, so a path has something else after its first slash.
    let own_path = text.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    let plain = text.bytes().all(|letter| letter.is_ascii_graphic() && !b"\"'<>\\`;,".contains(&letter));
    let absolute = uri::parse(&text).is_some_and(|url| url.scheme() == "https" && url.username().is_empty());
    if plain && (own_path || absolute) {
        Ok(Some(text))
    } else {
        Err(ConfigError::new(setting, "must be an https:// URL, or a path of this server such as /logo.svg"))
    }
}
