//! What a client sends with a person who is to be signed out (OpenID Connect RP-Initiated Logout 2). `logout_hint` and
//! `ui_locales` are wishes that are left unmet.

use super::error::OAuthError;
use super::parameters::Parameters;

/// Longest `state` that is carried along, in bytes.
const LONGEST_STATE: usize = 4096;

/// A request of a client that a person be signed out. Nothing of it is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// An ID token that the client was given.
    pub id_token_hint: Option<String>,
    /// Which client asks.
    pub client_id: Option<String>,
    /// Where the person should go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// The client's own value, returned unchanged.
    pub state: Option<String>,
}

impl LogoutRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `invalid_request` for what is repeated, and for a `state` over 4 KiB.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        parameters.refuse_repeated(&[])?;
        let text = |name| Ok::<_, OAuthError>(parameters.optional(name)?.map(str::to_owned));
        let state = text("state")?;
        if state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
            return Err(OAuthError::invalid_request("state is longer than 4096 bytes"));
        }
        Ok(Self {
            id_token_hint: text("id_token_hint")?,
            client_id: text("client_id")?,
            post_logout_redirect_uri: text("post_logout_redirect_uri")?,
            state,
        })
    }
}
