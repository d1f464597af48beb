//! Who administers in this browser: the operator, who gave the admin token, or a user whose role is admin. For an hour at most,
//! and no longer than that on which it rests: the token, or the user's role and their own session. That is asked of the primary
//! at every request, so nobody stays who may no more.

use std::time::Duration;

use futures_util::join;

use super::OPERATOR;
use super::token::{expected_hash, is_of_hash, of_secret};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::user::Role;
use crate::ports::Statement;
use crate::protocol::digest::{equal_in_constant_time, sha256_base64url};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::sessions::{self, SessionCookie};
use crate::service::throttle;
use crate::store::admin_sessions;
use crate::store::sessions::SignedIn;

/// So long a session lasts, used or not.
pub const LIFETIME: Duration = Duration::from_hours(1);

/// The cookie of a session: 32 random bytes, of which only the hash is stored.
#[derive(Clone)]
pub struct AdminCookie {
    value: String,
    hash: String,
}

impl AdminCookie {
    /// The cookie with this value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self { hash: sha256_base64url(&value), value }
    }

    /// Its value, for the browser alone.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Under what the session is stored.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What every form of the session's pages carries.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        sha256_base64url(&format!("admin-csrf:{}", self.value))
    }

    /// That the session rests on the admin token with this hash. Without the cookie it cannot be tried out: an operator's own
    /// `ADMIN_TOKEN` may be no more than sixteen letters.
    #[must_use]
    pub fn proof_of(&self, token_hash: &str) -> String {
        sha256_base64url(&format!("admin-token:{}:{token_hash}", self.value))
    }
}

/// Somebody who administers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Who, in events: [`OPERATOR`], or the user's id.
    pub actor: String,
    /// What they are shown as.
    pub name: String,
}

/// Who administers with `cookie`, if anybody.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn find(app: &App, context: &Context, cookie: &AdminCookie) -> Result<Option<Acting>, OAuthError> {
    let Some(found) = admin_sessions::find(&*app.database, cookie.hash(), context.now()).await? else {
        return Ok(None);
    };
    if let Some(actor) = found.user_id {
        return Ok(found.username.map(|name| Acting { actor, name }));
    }
    let (proof, token) = (found.token_proof.unwrap_or_default(), of_secret(app).or(found.token_hash));
    let rests = |token: String| equal_in_constant_time(proof.as_bytes(), cookie.proof_of(&token).as_bytes());
    Ok(token.is_some_and(rests).then(|| Acting { actor: OPERATOR.to_owned(), name: "the operator".to_owned() }))
}

/// What came of an attempt.
pub enum Entry {
    /// Signed in, with this cookie.
    Done(AdminCookie),
    /// It is not the token, or not an administrator who has just signed in.
    Refused,
    /// Too many attempts.
    Slowed,
}

/// Signs the operator in.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn by_token(
    app: &App,
    context: &Context,
    presented: &str,
    before: Option<&AdminCookie>,
) -> Result<Entry, OAuthError> {
    let (allowed, expected) = join!(throttle::allows_admin_attempt(app, context), expected_hash(app));
    if !allowed {
        return Ok(Entry::Slowed);
    }
    let expected = expected?.filter(|expected| is_of_hash(presented.trim(), expected));
    let Some(token_hash) = expected else { return refused(app, context, None, "this is not the admin token").await };
    begin(app, context, OPERATOR, before, |cookie, now, until| {
        admin_sessions::insert_operator(cookie.hash(), &cookie.proof_of(&token_hash), now, until)
    })
    .await
}

/// What the person who is signed in here may do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Go on as an administrator.
    Continue,
    /// The same, after giving the password again: that was too long ago.
    SignInAgain,
    /// Nothing: they are no administrator.
    Nothing,
}

/// What this person may do.
#[must_use]
pub fn offer(person: &SignedIn, now: Timestamp) -> Offer {
    if person.role != Role::Admin {
        Offer::Nothing
    } else if person.session.is_fresh(now) {
        Offer::Continue
    } else {
        Offer::SignInAgain
    }
}

/// Signs in whoever is signed in with `session`, if they are an administrator and gave their password a moment ago.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn by_session(
    app: &App,
    context: &Context,
    session: &SessionCookie,
    before: Option<&AdminCookie>,
) -> Result<Entry, OAuthError> {
    let person = sessions::find_surely(app, context, session).await?;
    match person {
        Some(person) if offer(&person, context.now()) == Offer::Continue => {
            begin(app, context, &person.session.user_id, before, |cookie, now, until| {
                admin_sessions::insert_user(cookie.hash(), &person.session.sid, now, until)
            })
            .await
        }
        person => {
            let user_id = person.as_ref().map(|person| person.session.user_id.as_str());
            refused(app, context, user_id, "no administrator has just signed in").await
        }
    }
}

/// The new session takes the place of the one before it in this browser.
async fn begin(
    app: &App,
    context: &Context,
    actor: &str,
    before: Option<&AdminCookie>,
    insert: impl FnOnce(&AdminCookie, Timestamp, Timestamp) -> Statement,
) -> Result<Entry, OAuthError> {
    let (cookie, now) = (AdminCookie::new(app.random_text::<32>()), context.now().floor_to_second());
    let mut statements: Vec<Statement> = before.map(|old| admin_sessions::delete(old.hash())).into_iter().collect();
    statements.push(insert(&cookie, now, now + LIFETIME));
    let outcomes = app.database.batch(statements).await?;
    if outcomes.last().is_none_or(|outcome| outcome.changes == 0) {
        return refused(app, context, Some(actor), "the administrator or their session went at the same time").await;
    }
    context.record(Happening::done(EventKind::AdminSignIn).by(actor));
    Ok(Entry::Done(cookie))
}

async fn refused(app: &App, context: &Context, actor: Option<&str>, why: &str) -> Result<Entry, OAuthError> {
    let refused = Happening::refused(EventKind::AdminSignIn, why);
    throttle::note_refusal(app, context, actor.into_iter().fold(refused, Happening::by)).await;
    Ok(Entry::Refused)
}

/// Ends a session.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn end(app: &App, context: &Context, actor: &str, cookie: &AdminCookie) -> Result<(), OAuthError> {
    app.database.run(admin_sessions::delete(cookie.hash())).await?;
    context.record(Happening::done(EventKind::AdminSignOut).by(actor));
    Ok(())
}
