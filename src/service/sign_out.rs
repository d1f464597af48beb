//! Signing out: the session ends on the server, with the grants that end with it, and every client that was told of the
//! session is told of its end.

use futures_util::future::join_all;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::grant::commands::End;
use crate::model::logout_notice::LogoutNotice;
use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::error::OAuthError;
use crate::service::errors::log_failure;
use crate::service::sessions::SessionCookie;
use crate::store::grants::{self, Ended};
use crate::store::session_clients::Told;
use crate::store::{session_clients, sessions};

/// So many objects are told at the same time: the runtime opens six connections at once.
const AT_ONCE: usize = 6;
/// In so many rounds at most: a person waits for the answer.
const MOST_ROUNDS: usize = 10;

/// Ends the session of this cookie, if there is one.
///
/// # Errors
/// `temporarily_unavailable` when the database fails: then the person is still signed in, and is told so.
pub async fn sign_out(app: &App, context: &Context, cookie: &SessionCookie) -> Result<(), OAuthError> {
    let (hash, now) = (cookie.hash(), context.now());
    let statements = vec![
        grants::end_with_session(hash, now),
        session_clients::select_to_tell(hash),
        session_clients::delete(hash),
        sessions::end(hash),
    ];
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (ended_grants, clients, _) = (grants::read_ended(&next())?, session_clients::read(&next())?, next());
    let Some(session) = sessions::read_ended(&next())? else { return Ok(()) };
    app.forget_standings();
    send(app, clients.into_iter().map(|id| notice(context, &session.user_id, &session.sid, id)).collect());
    end_objects(app, context, &ended_grants, "with their session").await;
    context.record(Happening::done(EventKind::SignOut).by(session.user_id.clone()).to(session.user_id));
    Ok(())
}

/// What ends with the sessions of a user who begins anew (a new password or role, or switched off): their clients are to be
/// told. To be run in the same batch, after the change; [`tell_of_dead`] takes the answer to the first of them.
#[must_use]
pub fn end_dead_sessions(user_id: &str) -> [Statement; 3] {
    [session_clients::select_of_dead(user_id), session_clients::delete_of_dead(user_id), sessions::delete_dead(user_id)]
}

/// Tells the clients of sessions that died with their user's standing.
///
/// # Errors
/// When the answer cannot be understood.
pub fn tell_of_dead(app: &App, context: &Context, user_id: &str, answer: &Outcome) -> Stored<()> {
    tell(app, context, user_id, session_clients::read_told(answer)?);
    Ok(())
}

/// Tells clients of the ends of sessions of a user.
pub(super) fn tell(app: &App, context: &Context, user_id: &str, told: Vec<Told>) {
    let notices = told.into_iter().map(|told| notice(context, user_id, &told.sid, told.client_id));
    send(app, notices.collect());
}

fn notice(context: &Context, user_id: &str, sid: &str, client_id: String) -> LogoutNotice {
    LogoutNotice {
        client_id,
        user_id: user_id.to_owned(),
        sid: sid.to_owned(),
        ended_at: context.now(),
        request_id: context.request_id().to_owned(),
    }
}

fn send(app: &App, notices: Vec<LogoutNotice>) {
    if !notices.is_empty() {
        app.logouts.send(notices);
    }
}

/// The list has them as ended already, and it is asked wherever they are used; the objects of some hear of it, so that no
/// isolate believes what it read a moment ago. Their users did it; `why` is for the audit log.
pub(super) async fn end_objects(app: &App, context: &Context, ended: &[Ended], why: &str) {
    for some in ended.rchunks(AT_ONCE).take(MOST_ROUNDS) {
        let calls = some.iter().map(|ended| app.grants.end(&ended.id, End { code_expires_at: ended.code_expires_at }));
        for answer in join_all(calls).await {
            if let Err(error) = answer {
                log_failure("grant_not_told", &error);
            }
        }
    }
    for ended in ended {
        let happening = Happening::done(EventKind::GrantEnded).by(&ended.user_id).to(&ended.user_id);
        context.record(happening.client(&ended.client_id).grant(&ended.id).because(why));
    }
}
