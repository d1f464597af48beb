//! Reads single settings: text in, typed value out, and an error that names the setting.

use std::ops::RangeInclusive;

use super::ConfigError;

/// The operator's settings by name.
pub(super) struct Settings<F>(pub(super) F);

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    /// The setting's text; `None` when it is unset or empty, which mean the same. Space around it is not part of it:
    /// a secret that is piped in often ends in a newline.
    pub(super) fn text(&self, setting: &'static str) -> Option<String> {
        let text = (self.0)(setting)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A setting that one of two words sets.
    pub(super) fn flag(&self, setting: &'static str, default: bool) -> Result<bool, ConfigError> {
        self.choice(setting, default, &[("true", true), ("false", false)])
    }

    /// A setting that is one of a few words.
    pub(super) fn choice<T: Copy>(
        &self,
        setting: &'static str,
        default: T,
        words: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let Some(text) = self.text(setting) else { return Ok(default) };
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            ConfigError::new(setting, format!("must be {}", words.join(" or ")))
        })
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &self,
        setting: &'static str,
        default: i64,
        bounds: RangeInclusive<i64>,
    ) -> Result<i64, ConfigError> {
        let Some(text) = self.text(setting) else { return Ok(default) };
        text.parse().ok().filter(|number| bounds.contains(number)).ok_or_else(|| {
            let (least, most) = bounds.into_inner();
            ConfigError::new(setting, format!("must be a whole number from {least} to {most}"))
        })
    }
}
