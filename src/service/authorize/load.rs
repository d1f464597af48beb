//! What must be known to answer at the authorization endpoint, read in one hop: client, session with its user, and
//! what that user allowed the client before.

use std::sync::Arc;

use futures_util::join;

use super::{AuthorizeError, Visit};
use crate::model::client::Client;
use crate::model::consent::Consent;
use crate::model::scope::Scope;
use crate::ports::Freshness;
use crate::protocol::error::OAuthError;
use crate::service::scopes;
use crate::service::sessions::{SessionCookie, signed_in};
use crate::store::sessions::SignedIn;
use crate::store::{clients, consents, sessions};

/// What is known.
pub struct Known {
    /// Who asks.
    pub client: Client,
    /// Who is signed in, if anybody.
    pub person: Option<SignedIn>,
    /// What they allowed the client before.
    pub consents: Vec<Consent>,
    /// The scope table.
    pub table: Arc<Vec<Scope>>,
}

/// What a request is checked against.
#[derive(Clone, Copy)]
pub struct Loaded<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// The scope table.
    pub table: &'a [Scope],
}

/// Reads what must be known and checks it. A replica may only confirm: before anything is refused, and before a person
/// who holds a session cookie is asked to sign in again, the primary is read.
///
/// # Errors
/// What `check` refuses, and an unknown client, on a page.
pub async fn known<T>(
    visit: Visit<'_>,
    client_id: &str,
    check: impl Fn(Loaded<'_>) -> Result<T, AuthorizeError>,
) -> Result<(Known, T), AuthorizeError> {
    let (answers, table) = join!(read(visit, client_id, Freshness::Replica), scopes::all(visit.app, visit.context));
    let ((client, person, consents), table) = (answers?, table?);
    let session_is_missing = person.is_none() && visit.visitor.session.is_some();
    if let Some(client) = client.filter(|_| !session_is_missing)
        && let Ok(checked) = check(Loaded { client: &client, table: &table })
    {
        return Ok((Known { client, person, consents, table }, checked));
    }
    let (client, person, consents) = read(visit, client_id, Freshness::Primary).await?;
    let client = client.ok_or_else(|| OAuthError::invalid_request("client_id is not known"))?;
    let checked = check(Loaded { client: &client, table: &table })?;
    Ok((Known { client, person, consents, table }, checked))
}

type Answers = (Option<Client>, Option<SignedIn>, Vec<Consent>);

async fn read(visit: Visit<'_>, client_id: &str, freshness: Freshness) -> Result<Answers, OAuthError> {
    let client = clients::select(client_id).fresh(freshness);
    let Some(cookie) = visit.visitor.session.as_ref().map(SessionCookie::hash) else {
        return Ok((clients::read(&visit.app.database.run(client).await?)?, None, Vec::new()));
    };
    let statements =
        vec![client, sessions::select(cookie, freshness), consents::select(cookie, client_id).fresh(freshness)];
    let mut outcomes = visit.app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    Ok((clients::read(&next())?, signed_in(visit.app, visit.context, &next())?, consents::read(&next())?))
}
