//! The accounts at providers by which a person signs in.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::identity::Identity;
use crate::protocol::error::OAuthError;
use crate::service::account::sessions;
use crate::store::account_sessions::Others;
use crate::store::{identities, users};

/// All of a user's.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<Identity>, OAuthError> {
    Ok(identities::read_all(&app.database.run(identities::select_of_user(user_id)).await?)?)
}

/// One of a user's, and whether there is no other way in: no password, and no other account.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn find(app: &App, user_id: &str, id: &str) -> Result<Option<(Identity, bool)>, OAuthError> {
    let mut outcomes =
        app.database.batch(vec![identities::select_of_user(user_id), users::select(user_id)]).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (known, user) = (identities::read_all(&next())?, users::read(&next())?);
    let is_last = known.len() == 1 && user.is_some_and(|user| user.password_hash.is_none());
    Ok(known.into_iter().find(|identity| identity.id == id).map(|identity| (identity, is_last)))
}

/// Removes one of a user's: it signs them in no more, and whoever came by it is signed out, like everybody but the session of this
/// cookie. `false`: there was none.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn remove(
    app: &App,
    context: &Context,
    (user_id, cookie_hash): (&str, &str),
    id: &str,
) -> Result<bool, OAuthError> {
    let removed = identities::read_all(&app.database.run(identities::delete(user_id, id)).await?)?;
    // Also when it is gone: the request that removed it may have failed before anybody was signed out.
    sessions::end(app, context, Others { user_id, but: cookie_hash, sid: None }).await?;
    let Some(identity) = removed.into_iter().next() else { return Ok(false) };
    let event = Happening::done(EventKind::IdentityRemoved).by(user_id).to(user_id).at(&identity.provider_id, "");
    context.record(event.because(identity.provider_id));
    Ok(true)
}
