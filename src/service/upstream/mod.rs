//! We as a client of other providers.

mod authorization;
pub mod connections;
pub mod discovery;
pub mod identities;
pub mod identity;
pub mod keep;
pub mod link;
pub mod renew;
mod server_wide;
pub mod sign_in;
pub mod tokens;

use crate::app::App;
use crate::model::provider::Provider;
use crate::protocol::error::{ErrorCode, OAuthError};

/// What is said to whoever comes back from a provider after their session has ended.
pub const NOT_SIGNED_IN: &str = "you are not signed in any more, so nothing is linked; sign in and begin again";

/// Where the provider of this id sends people back to: each has an address of its own, so that an answer of one is never taken
/// for that of another (RFC 9700 section 4.4).
#[must_use]
pub fn redirect_uri(app: &App, provider_id: &str) -> String {
    app.config.issuer.url(&format!("/oauth/callback/{provider_id}"))
}

/// Something that the provider should not have done, in words for a person and for the log.
fn fault(provider: &Provider, problem: &str) -> OAuthError {
    OAuthError::new(ErrorCode::BadGateway, format!("the provider {} {problem}", provider.name()))
}
