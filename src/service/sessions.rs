//! Who is signed in in this browser.

use crate::app::{App, Context};
use crate::model::session::Session;
use crate::ports::{Freshness, Outcome, Statement};
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::service::errors::log_failure;
use crate::store::sessions::{self, SignedIn};

/// The value of a session cookie: 32 random bytes, of which only the hash is stored.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    hash: String,
}

impl SessionCookie {
    /// The cookie with this value.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self { hash: sha256_base64url(value) }
    }

    /// Under what the session is stored.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// Reads the answer to [`sessions::select`]: the person, if the session still stands.
///
/// # Errors
/// When the row cannot be understood.
pub fn signed_in(app: &App, context: &Context, outcome: &Outcome) -> Result<Option<SignedIn>, OAuthError> {
    let found = sessions::read(outcome)?;
    Ok(found.filter(|found| {
        found.session.is_live(app.config.session, context.now()) && found.standing.accepts(found.session.created_at)
    }))
}

/// Who is signed in with `cookie`. A session just made may not be on a replica yet, so its absence is checked at the
/// primary.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn find(app: &App, context: &Context, cookie: &SessionCookie) -> Result<Option<SignedIn>, OAuthError> {
    find_at(app, context, cookie, &[Freshness::Replica, Freshness::Primary]).await
}

/// The same before something is changed: a session that has ended counts no more, even where a replica has not heard of it.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn find_surely(app: &App, context: &Context, cookie: &SessionCookie) -> Result<Option<SignedIn>, OAuthError> {
    find_at(app, context, cookie, &[Freshness::Primary]).await
}

async fn find_at(
    app: &App,
    context: &Context,
    cookie: &SessionCookie,
    asked: &[Freshness],
) -> Result<Option<SignedIn>, OAuthError> {
    for freshness in asked.iter().copied() {
        let outcome = app.database.run(sessions::select(cookie.hash(), freshness)).await?;
        if let Some(found) = signed_in(app, context, &outcome)? {
            touch(app, context, cookie, &found.session).await;
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// That a use cannot be written down is no reason to turn the person away.
async fn touch(app: &App, context: &Context, cookie: &SessionCookie, session: &Session) {
    if let Some(statement) = touch_statement(context, cookie, session)
        && let Err(error) = app.database.run(statement).await
    {
        log_failure("session_not_touched", &error);
    }
}

/// The statement that notes a session's use, when it is worth one.
#[must_use]
pub fn touch_statement(context: &Context, cookie: &SessionCookie, session: &Session) -> Option<Statement> {
    let place = context.whence().place.as_deref();
    session.wants_touch(context.now()).then(|| sessions::touch(cookie.hash(), place, context.now()))
}
