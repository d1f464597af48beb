//! Signing out: the session ends on the server, with the grants that end with it, and every client that was told of the
//! session is told of its end.

use futures_util::future::join_all;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::grant::commands::End;
use crate::model::logout_notice::LogoutNotice;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::errors::log_failure;
use crate::service::sessions::SessionCookie;
use crate::store::{grants, session_clients, sessions};

/// So many objects are told at the same time: the runtime opens six connections at once.
const AT_ONCE: usize = 6;

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
    tell_clients(app, context, &session, clients);
    end_objects(app, context, &ended_grants).await;
    context.record(Happening::done(EventKind::SignOut).by(session.user_id.clone()).to(session.user_id));
    Ok(())
}

fn tell_clients(app: &App, context: &Context, session: &sessions::Ended, clients: Vec<String>) {
    let notice = |client_id| LogoutNotice {
        client_id,
        user_id: session.user_id.clone(),
        sid: session.sid.clone(),
        ended_at: context.now(),
        request_id: context.request_id().to_owned(),
    };
    if !clients.is_empty() {
        app.logouts.send(clients.into_iter().map(notice).collect());
    }
}

/// The list has them as ended already, and it is asked wherever they are used; their objects hear of it, so that no isolate
/// believes what it read a moment ago.
async fn end_objects(app: &App, context: &Context, ended: &[(String, Timestamp)]) {
    for some in ended.chunks(AT_ONCE) {
        let calls =
            some.iter().map(|(id, code_expires_at)| app.grants.end(id, End { code_expires_at: *code_expires_at }));
        for ((id, _), answer) in some.iter().zip(join_all(calls).await) {
            if let Err(error) = answer {
                log_failure("grant_not_told", &error);
            }
            let ended = Happening::done(EventKind::GrantEnded).grant(id.clone());
            context.record(ended.because("its session ended"));
        }
    }
}
