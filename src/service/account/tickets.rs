//! Links by which a person sets a first or a new password (`/password/{ticket}`), each good once and for a day. The link is
//! the right: whoever holds it needs no other, so it is shown to the administrator who made it and nowhere else, and kept as
//! a hash.

use std::time::Duration;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::password;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::sign_out::{end_dead_sessions, end_objects, tell_of_dead};
use crate::store::grants;
use crate::store::passwords::{self, Holder};

/// So long a link is good.
pub const LIFETIME: Duration = Duration::from_hours(24);

/// A link, as it is shown once.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Where the person sets the password.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Makes a link for a user; one made before is worth nothing from now on.
///
/// # Errors
/// `not_found` when there is no such user, or the account is switched off.
pub async fn issue(app: &App, context: &Context, actor: &str, user_id: &str) -> Result<Ticket, OAuthError> {
    let ticket = app.random_text::<32>();
    let now = context.now().floor_to_second();
    let expires_at = now + LIFETIME;
    let kept = app.database.run(passwords::issue_ticket(user_id, &sha256_base64url(&ticket), now, expires_at)).await?;
    if kept.changes == 0 {
        return Err(OAuthError::not_found("there is no user of this id who is not switched off"));
    }
    context.record(Happening::done(EventKind::PasswordLinkCreated).by(actor).to(user_id));
    Ok(Ticket { url: app.config.issuer.url(&format!("/password/{ticket}")), expires_at })
}

/// Whom a link is for. Looking does not use it up.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn holder(app: &App, context: &Context, ticket: &str) -> Result<Option<Holder>, OAuthError> {
    Ok(passwords::holder(&*app.database, &sha256_base64url(ticket), context.now()).await?)
}

/// Sets the password of whom the link is for, and uses the link up. All that the user had begun is dead. `false`: the link
/// is over, be it since a moment ago.
///
/// # Errors
/// `invalid_request` for a password that cannot be.
pub async fn redeem(app: &App, context: &Context, ticket: &str, new: &str) -> Result<bool, OAuthError> {
    password::check_new(new)?;
    let Some(Holder { id, .. }) = holder(app, context, ticket).await? else { return Ok(false) };
    let password_hash = app.login_guard.hash(&id, new).await?;
    let (ticket_hash, now) = (sha256_base64url(ticket), context.now());
    let mut statements = vec![
        passwords::set_by_ticket(&ticket_hash, &password_hash, now),
        passwords::delete_ticket(&ticket_hash),
        grants::end_dead(&id, now),
    ];
    statements.extend(end_dead_sessions(&id));
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (set, _, ended, dead) = (next(), next(), next(), next());
    if set.changes == 0 {
        return Ok(false);
    }
    tell_of_dead(app, context, &id, &dead)?;
    app.forget_standings();
    end_objects(app, context, &grants::read_ended(&ended)?, "with a new password").await;
    context.record(Happening::done(EventKind::UserUpdated).by(id.clone()).to(id).because("password, by a link"));
    Ok(true)
}
