//! A person changes their password: the one before is asked for and checked by the login guard, as at a sign-in. All that was
//! begun with it ends; the session it is done in is made anew, under another name, and goes on.

use futures_util::join;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::login_guard::{Knock, LoginAttempt};
use crate::model::password::{self, MAX_LENGTH};
use crate::model::session::Session;
use crate::model::user::User;
use crate::ports::Outcome;
use crate::protocol::error::OAuthError;
use crate::service::login::{account, describe};
use crate::service::sessions::SessionCookie;
use crate::service::sign_out::{end_dead_sessions, end_objects, tell_of_dead};
use crate::service::throttle;
use crate::store::sessions::Proof;
use crate::store::{grants, passwords, sessions, users};

/// What came of it.
#[derive(Debug)]
pub enum Change {
    /// It is changed; this is the cookie of the session that goes on.
    Done {
        /// 32 random bytes, base64url.
        cookie: String,
    },
    /// The password before was not the right one.
    Refused,
    /// Too many failures before: come back later.
    Slowed {
        /// Seconds.
        retry_after: u64,
    },
}

/// Changes the password of a user who is signed in.
///
/// # Errors
/// `invalid_request` for a new password that cannot be, `temporarily_unavailable` when a store fails.
pub async fn change(
    app: &App,
    context: &Context,
    user_id: &str,
    current: &str,
    new: &str,
) -> Result<Change, OAuthError> {
    password::check_new(new)?;
    let (allowed, found) = join!(throttle::allows_sign_in(app, context), app.database.run(users::select(user_id)));
    if !allowed {
        return Ok(slowed(context, user_id, 60));
    }
    let user = users::read(&found?)?.filter(|user| user.disabled_at.is_none());
    let Some((user, checked)) = user.and_then(|mut user| user.password_hash.take().map(|hash| (user, hash))) else {
        return Ok(refused(context, user_id));
    };
    if current.len() > MAX_LENGTH {
        return Ok(refused(context, user_id));
    }
    // Whoever is signed in may be told to wait for what they did themselves, not for what others did around them.
    let knock = Knock { address: context.address(), held: false };
    let verdict = app.login_guard.attempt(&account(&user.name), knock, current, Some(&checked)).await?;
    match verdict {
        LoginAttempt::Verified => replace(app, context, user, &checked, new).await,
        LoginAttempt::Refused => Ok(refused(context, user_id)),
        LoginAttempt::Slowed { retry_after } => Ok(slowed(context, user_id, retry_after)),
    }
}

fn refused(context: &Context, user_id: &str) -> Change {
    context.record(Happening::refused(EventKind::UserUpdated, "the password before is wrong").by(user_id).to(user_id));
    Change::Refused
}

fn slowed(context: &Context, user_id: &str, retry_after: u64) -> Change {
    context.record(Happening::refused(EventKind::UserUpdated, "too many attempts").by(user_id).to(user_id));
    Change::Slowed { retry_after }
}

/// One batch: the new password, the end of all that was begun before, and the session that goes on. It is written only while
/// the new password stands, so of two changes at the same time one is refused as a whole.
async fn replace(app: &App, context: &Context, user: User, checked: &str, new: &str) -> Result<Change, OAuthError> {
    let password_hash = app.login_guard.hash(&user.id, new).await?;
    let now = context.now().floor_to_second();
    let cookie = app.random_text::<32>();
    let cookie_hash = SessionCookie::new(&cookie);
    let session = Session {
        sid: app.random_text::<16>(),
        user_id: user.id.clone(),
        auth_time: now,
        created_at: now,
        last_seen_at: now,
        provider_id: None,
    };
    let mut statements = vec![
        passwords::change(&user.id, checked, &password_hash, context.now()),
        sessions::insert(cookie_hash.hash(), &session, Proof::Password(&password_hash)),
        describe(context, cookie_hash.hash()),
        grants::end_dead(&user.id, context.now()),
    ];
    statements.extend(end_dead_sessions(&user.id));
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (changed, _, _, ended, dead) = (next(), next(), next(), next(), next());
    if changed.changes == 0 {
        return Ok(refused(context, &user.id));
    }
    end_the_rest(app, context, &user.id, &ended, &dead).await?;
    let done = Happening::done(EventKind::UserUpdated).by(user.id.clone()).to(user.id);
    context.record(done.because("password"));
    Ok(Change::Done { cookie })
}

async fn end_the_rest(
    app: &App,
    context: &Context,
    user_id: &str,
    grants_ended: &Outcome,
    dead_sessions: &Outcome,
) -> Result<(), OAuthError> {
    tell_of_dead(app, context, user_id, dead_sessions)?;
    app.forget_standings();
    end_objects(app, context, &grants::read_ended(grants_ended)?, "with a new password").await;
    Ok(())
}
