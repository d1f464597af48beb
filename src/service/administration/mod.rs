//! Administrators. By access token: a person whose role is admin now, by a client that the operator marked; by the admin token
//! ([`token`]); in a browser ([`sessions`]).

pub mod sessions;
pub mod token;

use futures_util::join;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::grant::commands::{Presented, Reply};
use crate::model::user::Role;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ADMIN;
use crate::service::bearer::{self, Audience, not_good};
use crate::service::resources::ADMIN_API;
use crate::service::signing_keys::stands;
use crate::service::throttle;
use crate::service::tokens::grant_of;
use crate::store::{clients, grants};

/// Who did it, in events, when it was whoever has the admin token.
pub const OPERATOR: &str = "admin";

/// Notes that somebody was not let in; by an access token whose signature is good, also whom it speaks for.
pub async fn note_refused(app: &App, context: &Context, token: Option<&str>, error: &OAuthError) {
    let refused = Happening::refused(EventKind::AdminRefused, error.description.clone());
    let refused = match token.and_then(|token| app.verified.get(token, context.now())) {
        Some(known) => refused.by(&known.sub).client(&known.client_id),
        None => refused,
    };
    throttle::note_refusal(app, context, refused).await;
}

/// Admits an access token to the admin API, and answers which user acts. Nothing that was read before may confirm here: the
/// primary is asked beside the grant's object, so whoever lost the role is out at once, in every isolate.
///
/// # Errors
/// As [`bearer::admit`]; `access_denied` (403) when the token acts for no user, or for one who is no administrator.
pub async fn admit(app: &App, context: &Context, token: &str) -> Result<String, OAuthError> {
    let resource = app.config.issuer.url(ADMIN_API.path);
    let claims = bearer::admit(app, context, token, Audience::Resource(&resource), &[ADMIN]).await?;
    // Whatever else the person agreed to: an API of others that was handed such a token must not administer with it.
    if !claims.aud.iter().all(|audience| audience == resource || audience == app.config.issuer.as_str()) {
        return Err(not_good());
    }
    let (Some((grant_id, id)), None) = (grant_of(app, &claims.jti), &claims.gty) else {
        return Err(OAuthError::access_denied("the access token acts for no administrator"));
    };
    let presented = Presented::Access { id, expires_at: claims.exp };
    let statements = vec![grants::select_standing(grant_id), clients::select(&claims.client_id)];
    let (reply, outcomes, stands) = join!(
        app.grants.status(grant_id, presented),
        app.database.batch(statements),
        stands(app, context.now(), &claims.kid)
    );
    let mut outcomes = outcomes?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (standing, client) = (grants::read_standing(&next())?, clients::read(&next())?);
    let alive = matches!(reply?, Reply::Active(_)) && stands?;
    let (status, role) = standing.filter(|(status, _)| alive && status.is_live()).ok_or_else(not_good)?;
    if role != Role::Admin || !client.is_some_and(|client| client.may_have(ADMIN)) {
        return Err(OAuthError::access_denied("the access token acts for no administrator").detail(status.username));
    }
    Ok(claims.sub.clone())
}
