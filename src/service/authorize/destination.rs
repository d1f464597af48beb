//! Where an answer of the authorization endpoint may be sent: only after client and redirect URI are proven.

use crate::model::client::Client;
use crate::protocol::authorize::{self, AuthorizationResponse, Delivery, ResponseMode};
use crate::protocol::error::OAuthError;
use crate::protocol::redirect_uri;
use crate::service::interactions::Unopened;

/// A redirect URI proven to be the client's. Only [`Destination::prove`] makes one, so an open redirect cannot be
/// written.
#[derive(Clone, Debug)]
pub struct Destination {
    redirect_uri: String,
    response_mode: ResponseMode,
    state: Option<String>,
}

/// What went wrong at the authorization endpoint, and where it is said.
#[derive(Debug)]
pub enum AuthorizeError {
    /// On a page of ours: client or redirect URI is not proven (RFC 6749 4.1.2.1).
    Page(OAuthError),
    /// On a page of ours that says that this took too long: the interaction cannot be opened.
    Over,
    /// To the client.
    Redirect(Box<Destination>, OAuthError),
}

impl Destination {
    /// Proves that `requested` is one of the client's redirect URIs; a client with exactly one may leave it out
    /// (RFC 6749 3.1.2.3).
    ///
    /// # Errors
    /// `invalid_request`, to be shown on a page of ours.
    pub fn prove(
        client: &Client,
        requested: Option<&str>,
        response_mode: ResponseMode,
        state: Option<&str>,
    ) -> Result<Self, OAuthError> {
        let redirect_uri = match (requested, client.redirect_uris.as_slice()) {
            (Some(requested), registered) => registered
                .iter()
                .any(|registered| redirect_uri::matches(registered, requested))
                .then(|| requested.to_owned())
                .ok_or_else(|| OAuthError::invalid_request("redirect_uri is not one the client registered"))?,
            (None, [only]) => only.clone(),
            (None, _) => return Err(OAuthError::invalid_request("redirect_uri is missing")),
        };
        // What no browser can post to is answered in the query, even that it cannot be posted to.
        let response_mode = if redirect_uri::is_web(&redirect_uri) { response_mode } else { ResponseMode::Query };
        Ok(Self { redirect_uri, response_mode, state: state.map(str::to_owned) })
    }

    /// The proven redirect URI.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// An answer on its way there.
    #[must_use]
    pub fn deliver(&self, issuer: &str, response: AuthorizationResponse<'_>) -> Delivery {
        authorize::response(&self.redirect_uri, self.response_mode, issuer, self.state.as_deref(), response)
    }

    /// Refuses towards this destination.
    #[must_use]
    pub fn refuse(&self, error: OAuthError) -> AuthorizeError {
        AuthorizeError::Redirect(Box::new(self.clone()), error)
    }
}

impl From<OAuthError> for AuthorizeError {
    fn from(error: OAuthError) -> Self {
        Self::Page(error)
    }
}

impl From<Unopened> for AuthorizeError {
    fn from(unopened: Unopened) -> Self {
        match unopened {
            Unopened::Over => Self::Over,
            Unopened::Failed(error) => Self::Page(error),
        }
    }
}
