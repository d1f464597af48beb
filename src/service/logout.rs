//! A client asks that a person be signed out (OpenID Connect RP-Initiated Logout).
//!
//! The person is asked unless the client shows an ID token of theirs. They are sent on only to a page that the client
//! registered, byte for byte; which client that is, its ID token says, or else `client_id`, which proves nothing but may name a
//! registered page.

use futures_util::join;

use super::authorize::Visit;
use super::hints::Read;
use super::sign_out::sign_out;
use super::{client_auth, hints, interactions, sessions};
use crate::model::client::Client;
use crate::model::interaction::{Interaction, Purpose, SignOut};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token::Hint;
use crate::protocol::logout::LogoutRequest;
use crate::protocol::redirect_uri::with_parameters;
use crate::protocol::time::Timestamp;
use crate::store::sessions::SignedIn;

/// What comes next.
#[derive(Debug)]
pub enum LogoutStep {
    /// Nobody is signed in here (any more): on to the client's page, or to our own.
    SignedOut(Option<String>),
    /// The person is asked whether to sign out.
    Ask(LogoutQuestion),
    /// The person wants to stay.
    Stay,
}

/// What the page needs that asks whether to sign out.
#[derive(Debug)]
pub struct LogoutQuestion {
    /// The sealed interaction.
    pub interaction: String,
    /// The client that asks, when that is proven.
    pub client_name: Option<String>,
    /// Who is signed in.
    pub username: String,
}

/// Who asks, as far as it is proven.
struct Asking {
    hint: Option<Read>,
    client_id: Option<String>,
}

/// Takes a client's request.
///
/// # Errors
/// `temporarily_unavailable` when a store fails.
pub async fn begin(visit: Visit<'_>, request: LogoutRequest) -> Result<LogoutStep, OAuthError> {
    let asking = asking(visit, &request).await?;
    let (client, person, stands) = join!(
        client(visit, asking.client_id.as_deref()),
        person(visit),
        hints::stands(visit.app, visit.context, asking.hint.as_ref())
    );
    let (client, person) = (client?, person?);
    let hint = if stands? { asking.hint.map(|read| read.hint) } else { None };
    let client = client.filter(|_| hint.is_some() || request.id_token_hint.is_none());
    let destination = client.as_deref().and_then(|client| destination(client, &request));
    let Some(person) = person else {
        // Anybody may register a client, and with it an address: nobody who was not asked is sent there.
        let vouched = client.is_some_and(|client| client.is_vouched_for());
        // A session past its idle end: what ends with it ends now.
        return signed_out(visit, destination.filter(|_| vouched)).await;
    };

    let is_theirs = hint.as_ref().is_some_and(|hint| is_of(hint, &person, visit.context.now()));
    // A page that was asked for and may not be gone to is something to tell, so the person is asked then, too.
    if is_theirs && destination.is_some() == request.post_logout_redirect_uri.is_some() {
        return signed_out(visit, destination).await;
    }
    let purpose = Purpose::SignOut(SignOut { destination, sid: person.session.sid });
    let interaction = Interaction { began_at: visit.context.now(), purpose };
    let proven = client.filter(|_| hint.is_some());
    Ok(LogoutStep::Ask(LogoutQuestion {
        interaction: interactions::seal(visit.app, &visit.visitor.browser, &interaction).await?,
        client_name: proven.map(|client| client.name.clone()),
        username: person.username,
    }))
}

/// An ID token of theirs that is over, and of another session, may have come into other hands by now: they are asked.
fn is_of(hint: &Hint, person: &SignedIn, now: Timestamp) -> bool {
    hint.sub == person.session.user_id && (hint.sid == person.session.sid || now < hint.expires_at)
}

/// Takes the person's answer to the question. Only the session that it was about may end.
///
/// # Errors
/// `temporarily_unavailable` when a store fails.
pub async fn answer(visit: Visit<'_>, asked: SignOut, yes: bool) -> Result<LogoutStep, OAuthError> {
    let same = person(visit).await?.is_none_or(|person| person.session.sid == asked.sid);
    if yes && same { signed_out(visit, asked.destination).await } else { Ok(LogoutStep::Stay) }
}

async fn signed_out(visit: Visit<'_>, destination: Option<String>) -> Result<LogoutStep, OAuthError> {
    if let Some(cookie) = &visit.visitor.session {
        sign_out(visit.app, visit.context, cookie).await?;
    }
    Ok(LogoutStep::SignedOut(destination))
}

/// A hint that is none, or that names another client than the request does, proves nothing, and makes the rest doubtful.
async fn asking(visit: Visit<'_>, request: &LogoutRequest) -> Result<Asking, OAuthError> {
    let Some(token) = &request.id_token_hint else {
        return Ok(Asking { hint: None, client_id: request.client_id.clone() });
    };
    let read = hints::read(visit.app, visit.context, token).await?;
    let asks = |read: &Read| request.client_id.as_ref().is_none_or(|client_id| *client_id == read.hint.client_id);
    let hint = read.filter(asks);
    Ok(Asking { client_id: hint.as_ref().map(|read| read.hint.client_id.clone()), hint })
}

async fn client(visit: Visit<'_>, id: Option<&str>) -> Result<Option<std::sync::Arc<Client>>, OAuthError> {
    match id {
        // From the primary: what was registered a moment ago counts.
        Some(id) => Ok(client_auth::fetch(visit.app, visit.context, id).await?.filter(|client| !client.is_disabled())),
        None => Ok(None),
    }
}

async fn person(visit: Visit<'_>) -> Result<Option<SignedIn>, OAuthError> {
    match &visit.visitor.session {
        Some(cookie) => sessions::find(visit.app, visit.context, cookie).await,
        None => Ok(None),
    }
}

/// Where the client wants the person to go, when it registered that; with its `state`.
fn destination(client: &Client, request: &LogoutRequest) -> Option<String> {
    let wanted = request.post_logout_redirect_uri.as_ref()?;
    let registered = client.relying_party.post_logout_redirect_uris.contains(wanted);
    let state: Vec<_> = request.state.iter().map(|state| ("state", state.as_str())).collect();
    registered.then(|| with_parameters(wanted, &state))
}
