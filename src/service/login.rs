//! Signing in: with name and password, or by an account at a provider.

use futures_util::join;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::identity::Identity;
use crate::model::interaction::Presence;
use crate::model::login_guard::{Knock, LoginAttempt};
use crate::model::password::MAX_LENGTH;
use crate::model::session::Session;
use crate::model::user::User;
use crate::ports::{Freshness, Statement};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::protocol::user_agent;
use crate::service::sessions::{SessionCookie, signed_in};
use crate::service::sign_out::sign_out;
use crate::service::throttle;
use crate::store::sessions::{Proof, SignedIn};
use crate::store::{account_sessions, identities, session_clients, sessions, users};

/// What came of an attempt.
#[derive(Debug)]
pub enum Login {
    /// Signed in; this is the new cookie's value.
    Done {
        /// 32 random bytes, base64url.
        cookie: String,
        /// Who, in which session.
        presence: Presence,
    },
    /// Name or password is wrong; which of them is not said.
    Refused,
    /// Too many failures before: come back later.
    Slowed {
        /// Seconds.
        retry_after: u64,
    },
}

/// Signs a person in. Three hops: who that may be, whether the password is theirs, the session. An unknown name
/// takes the same way as a known one, with a decoy.
///
/// # Errors
/// `temporarily_unavailable` when a store fails.
pub async fn sign_in(
    app: &App,
    context: &Context,
    name: &str,
    password: &str,
    before: Option<&SessionCookie>,
) -> Result<Login, OAuthError> {
    let name = name.trim();
    if password.len() > MAX_LENGTH || name.chars().count() > 100 {
        return Ok(Login::Refused);
    }
    // One address over many accounts is slowed here, approximately; guesses at one account by its guard, strictly.
    let looked_for = found(app, context, users::select_by_name(name), before);
    let (allowed, found) = join!(throttle::allows_sign_in(app, context), looked_for);
    let (user, session) = found?;
    if !allowed {
        return Ok(slowed(context, user, 60));
    }
    let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let knock = Knock { address: context.address(), held: throttle::is_held(app, context) };
    let verdict = app.login_guard.attempt(&account(name), knock, password, stored).await?;
    if verdict == LoginAttempt::Refused {
        throttle::count_wrong_password(app, context).await;
    }
    match (verdict, user) {
        (LoginAttempt::Slowed { retry_after }, user) => Ok(slowed(context, user, retry_after)),
        (LoginAttempt::Verified, Some(user)) if user.disabled_at.is_none() => {
            begin(app, context, user, (session, before), By::Password).await
        }
        (_, user) => Ok(refused(context, user)),
    }
}

fn refused(context: &Context, user: Option<User>) -> Login {
    note_refused(context, user, "name or password is wrong");
    Login::Refused
}

fn note_refused(context: &Context, user: Option<User>, why: &str) {
    let refused = Happening::refused(EventKind::SignIn, why);
    context.record(user.into_iter().fold(refused, |refused, user| refused.to(user.id)));
}

/// The guard's name for an account: one, however it is spelled, and by the same rule as the database tells users apart
/// (`NOCASE` folds ASCII only). Were it wider, the owner of one name could clear or slow another's guard.
pub(super) fn account(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn slowed(context: &Context, user: Option<User>, retry_after: u64) -> Login {
    note_refused(context, user, "too many attempts");
    Login::Slowed { retry_after }
}

async fn found(
    app: &App,
    context: &Context,
    user: Statement,
    before: Option<&SessionCookie>,
) -> Result<(Option<User>, Option<SignedIn>), OAuthError> {
    let session = before.map_or("", SessionCookie::hash);
    let statements = vec![user, sessions::select(session, Freshness::Primary)];
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let user = users::read(&outcomes.next().unwrap_or_default())?;
    let session = signed_in(app, context, &outcomes.next().unwrap_or_default())?;
    Ok((user, session))
}

/// By what somebody showed who they are.
#[derive(Clone, Copy)]
enum By<'a> {
    Password,
    /// An account at a provider, and when they signed in there.
    Identity(&'a Identity, Timestamp),
}

/// Signs a person in by an account at a provider, where they showed at `auth_time` that it is theirs. Slowed is nobody: there is
/// nothing to guess. Who is refused, the caller notes.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub(super) async fn by_identity(
    app: &App,
    context: &Context,
    (identity, auth_time): (&Identity, Timestamp),
    before: Option<&SessionCookie>,
) -> Result<Login, OAuthError> {
    let (user, session) = found(app, context, users::select(&identity.user_id), before).await?;
    match user {
        Some(user) if user.disabled_at.is_none() => {
            begin(app, context, user, (session, before), By::Identity(identity, auth_time)).await
        }
        _ => Ok(Login::Refused),
    }
}

/// The cookie is always a new one. Signing in again as the same user keeps the session's `sid` and its absolute end; as
/// another user, it signs the first one out.
async fn begin(
    app: &App,
    context: &Context,
    user: User,
    (earlier, before): (Option<SignedIn>, Option<&SessionCookie>),
    by: By<'_>,
) -> Result<Login, OAuthError> {
    let now = context.now().floor_to_second();
    let is_other = earlier.as_ref().is_some_and(|earlier| earlier.session.user_id != user.id);
    if let Some(cookie) = before.filter(|_| is_other) {
        sign_out(app, context, cookie).await?;
    }
    let same = earlier.map(|earlier| earlier.session).filter(|session| session.user_id == user.id);
    let session = Session {
        sid: same.as_ref().map_or_else(|| app.random_text::<16>(), |session| session.sid.clone()),
        user_id: user.id.clone(),
        auth_time: if let By::Identity(_, auth_time) = by { auth_time } else { now },
        created_at: same.as_ref().map_or(now, |session| session.created_at),
        last_seen_at: now,
        provider_id: if let By::Identity(identity, _) = by { Some(identity.provider_id.clone()) } else { None },
    };
    let cookie = app.random_text::<32>();
    let mut statements = before.map(|old| taking_the_place_of(old, same.is_some())).unwrap_or_default();
    let proof = match by {
        By::Password => Proof::Password(user.password_hash.as_deref().unwrap_or_default()),
        By::Identity(identity, _) => {
            statements.push(identities::note_use(&identity.id, now));
            Proof::Identity(&identity.id)
        }
    };
    let cookie_hash = SessionCookie::new(&cookie);
    statements.push(sessions::insert(cookie_hash.hash(), &session, proof));
    statements.push(describe(context, cookie_hash.hash()));
    let begun = app.database.batch(statements).await?.last().is_some_and(|outcome| outcome.changes == 1);
    if !begun {
        return Ok(if matches!(by, By::Password) { refused(context, Some(user)) } else { Login::Refused });
    }
    let done = Happening::done(EventKind::SignIn).by(user.id.clone()).to(user.id);
    context.record(session.provider_id.iter().fold(done, |done, provider| done.because(format!("by {provider}"))));
    Ok(Login::Done { cookie, presence: Presence { user_id: session.user_id, sid: session.sid } })
}

/// Notes from where a session was begun, by the statement before this one in the batch.
pub(super) fn describe(context: &Context, cookie_hash: &str) -> Statement {
    let whence = context.whence();
    let device = whence.user_agent.as_deref().and_then(user_agent::in_words);
    account_sessions::describe(cookie_hash, device.as_deref(), whence.place.as_deref())
}

/// The new session takes the place of the old one. Where it goes on under its name, it keeps the clients that were told of it;
/// those of one that is over will never be told.
fn taking_the_place_of(old: &SessionCookie, goes_on: bool) -> Vec<Statement> {
    let forget = (!goes_on).then(|| session_clients::delete(old.hash()));
    forget.into_iter().chain([sessions::delete(old.hash())]).collect()
}
