//! The client that acts for a person, as that person looks after it. Its id is made of theirs, so there is no other that they
//! could reach.

use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::user::user_client_id;
use crate::ports::Freshness;
use crate::protocol::error::OAuthError;
use crate::service::clients::{self, ClientSettings};
use crate::store;

/// So many redirect URIs it may have.
pub const MOST_REDIRECT_URIS: usize = 20;

/// The client of a user.
///
/// # Errors
/// `not_found` for a user who has none.
pub async fn find(app: &App, user_id: &str) -> Result<Client, OAuthError> {
    let found = store::clients::lookup(&*app.database, &user_client_id(user_id), Freshness::Primary).await?;
    found.ok_or_else(|| OAuthError::not_found("you have no client of your own"))
}

/// Replaces where it may be answered.
///
/// # Errors
/// `invalid_request` for a URI that cannot be, for none, and for too many.
pub async fn set_redirect_uris(
    app: &App,
    context: &Context,
    user_id: &str,
    uris: Vec<String>,
) -> Result<(), OAuthError> {
    if uris.len() > MOST_REDIRECT_URIS {
        return Err(OAuthError::invalid_request(format!("at most {MOST_REDIRECT_URIS} redirect URIs")));
    }
    let settings = ClientSettings { redirect_uris: Some(uris), ..ClientSettings::default() };
    clients::edit(app, context, user_id, &user_client_id(user_id), settings).await?;
    Ok(())
}

/// Replaces its secret and answers the new one, this once. The one before is worth nothing from now on.
///
/// # Errors
/// `not_found` for a user who has none.
pub async fn new_secret(app: &App, context: &Context, user_id: &str) -> Result<String, OAuthError> {
    clients::replace_secret(app, context, user_id, &user_client_id(user_id)).await
}
