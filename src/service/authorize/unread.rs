//! A request of a client that describes itself, from a browser in which nobody is signed in: the client is not read yet, so
//! nothing can be said of it, and nothing to it.

use super::{AuthorizeError, SignInStep, Step, Visit, Waiting, need};
use crate::model::interaction::{Interaction, Purpose, Unread};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::interactions;

/// Longest such request. Sealed, it must still fit into an address line.
const LONGEST: usize = 4 * 1024;

/// The sign-in page, which says nothing of the client and leads back to the request.
pub(super) async fn sign_in_first(
    visit: Visit<'_>,
    parameters: &Parameters,
    began_at: Timestamp,
) -> Result<Step, AuthorizeError> {
    // A client that did not want the person to be asked cannot be told so: where it may be told is not known.
    if parameters.optional("prompt")?.is_some_and(|prompt| prompt.split(' ').any(|prompt| prompt == "none")) {
        return Err(need::login_required().into());
    }
    let encoded = parameters.encode();
    if encoded.len() > LONGEST {
        return Err(OAuthError::invalid_request("the request is over 4 KiB").into());
    }
    let username = parameters.optional("login_hint")?.unwrap_or_default().to_owned();
    let purpose = Purpose::Unread(Unread { parameters: encoded, signed_in: None });
    let interaction = interactions::seal(visit.app, &visit.visitor.browser, &Interaction { began_at, purpose }).await?;
    Ok(Step::SignIn(SignInStep::new(visit, interaction, Waiting::Unread, username).await))
}

/// What a person sees who does not want to sign in for it.
pub(super) fn cancelled() -> OAuthError {
    OAuthError::access_denied("you cancelled; the app was not told, because nothing is known of it yet")
}
