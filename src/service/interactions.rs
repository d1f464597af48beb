//! Sealing and opening the interaction, bound to one browser.

use crate::app::{App, Context};
use crate::model::interaction::Interaction;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;

/// A browser, known by a random cookie that is set once and kept.
#[derive(Clone, Debug)]
pub struct Browser {
    cookie: String,
}

/// What became of a sealed interaction.
#[derive(Debug)]
pub enum Opened {
    /// It is good.
    Good(Box<Interaction>),
    /// It was good once; the person took too long.
    Over,
    /// It was altered, or belongs to another browser.
    Foreign,
}

impl Browser {
    /// The browser that holds this cookie.
    #[must_use]
    pub const fn new(cookie: String) -> Self {
        Self { cookie }
    }

    /// What every form of ours carries, so that no other site can send it for the person.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        sha256_base64url(&format!("csrf:{}", self.cookie))
    }

    fn context(&self) -> String {
        format!("interaction:{}", sha256_base64url(&self.cookie))
    }
}

/// Seals an interaction for `browser`.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used.
pub async fn seal(app: &App, browser: &Browser, interaction: &Interaction) -> Result<String, OAuthError> {
    let bytes = serde_json::to_vec(interaction)
        .map_err(|error| OAuthError::server_error("the request cannot be kept").source(error))?;
    Ok(app.sealer.seal(&bytes, &browser.context()).await?)
}

/// Opens what [`seal`] made for the same browser.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used.
pub async fn open(app: &App, context: &Context, browser: &Browser, sealed: &str) -> Result<Opened, OAuthError> {
    let Some(bytes) = app.sealer.open(sealed, &browser.context()).await? else { return Ok(Opened::Foreign) };
    // What we sealed ourselves but cannot read was sealed by an older version: for the person it is simply over.
    let Ok(interaction) = serde_json::from_slice::<Interaction>(&bytes) else { return Ok(Opened::Over) };
    if interaction.is_over(context.now()) {
        return Ok(Opened::Over);
    }
    Ok(Opened::Good(Box::new(interaction)))
}
