//! Sealing and opening the interaction, bound to one browser.

use crate::app::{App, Context};
use crate::model::interaction::Interaction;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::json::from_stored;

/// A browser, known by a random cookie that is set once and kept.
#[derive(Clone, Debug)]
pub struct Browser {
    cookie: String,
}

/// Why a sealed interaction was not opened.
#[derive(Debug)]
pub enum Unopened {
    /// The person took too long, or it was altered, or belongs to another browser: they are told to begin again.
    Over,
    /// It could not be looked at.
    Failed(OAuthError),
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

    /// By what it is remembered where something is bound to it.
    #[must_use]
    pub fn hash(&self) -> String {
        sha256_base64url(&self.cookie)
    }

    fn context(&self) -> String {
        format!("interaction:{}", self.hash())
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
/// See [`Unopened`].
pub async fn open(app: &App, context: &Context, browser: &Browser, sealed: &str) -> Result<Interaction, Unopened> {
    let opened = app.opened(sealed, &browser.context()).await;
    let text = opened.map_err(|error| Unopened::Failed(error.into()))?.ok_or(Unopened::Over)?;
    // What we sealed ourselves but cannot read was sealed by an older version: for the person it is simply over.
    let interaction: Interaction = from_stored(&text).map_err(|_| Unopened::Over)?;
    if interaction.is_over(context.now()) { Err(Unopened::Over) } else { Ok(interaction) }
}
