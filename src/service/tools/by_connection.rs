//! A tool's request that proves itself by a token of another provider.

use futures_util::join;

use super::call::{CallError, unanswered};
use crate::app::{App, Context};
use crate::model::tool::Elsewhere;
use crate::ports::{HttpLimits, HttpReply, HttpRequest};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::upstream::keep::{self, Kept};

/// Sends it. A token that the tool's server refuses (401) is renewed and the request sent once more; what is answered then
/// stands. So it does when there is no other token at the moment.
pub(super) async fn send(
    app: &App,
    context: &Context,
    (user_id, elsewhere): (&str, &Elsewhere),
    request: HttpRequest,
    limits: HttpLimits,
) -> Result<HttpReply, CallError> {
    let with = |token: &str| {
        let mut request = request.clone();
        request.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        app.http.send(request, limits)
    };
    let held = match keep::token(app, context, user_id, elsewhere).await.map_err(gone)? {
        Kept::Token(held) => held,
        Kept::Pending(url) => return Err(CallError::Pending(url)),
    };
    let (reply, ()) = join!(with(&held.token), held.note_use(app, context));
    let reply = reply.map_err(|error| unanswered(&error))?;
    if reply.status != 401 {
        return Ok(reply);
    }
    match held.other(app, context, user_id, &elsewhere.provider).await? {
        Some(Kept::Token(other)) => with(&other.token).await.map_err(|error| unanswered(&error)),
        Some(Kept::Pending(url)) => Err(CallError::Pending(url)),
        None => Ok(reply),
    }
}

fn gone(error: OAuthError) -> CallError {
    match error.code {
        ErrorCode::NotFound => CallError::Failed("the provider that this tool needs is not in use".to_owned()),
        ErrorCode::BadGateway => CallError::Failed(error.description.clone()),
        _ => error.into(),
    }
}
