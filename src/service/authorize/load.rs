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
use crate::service::registration::document;
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

/// Why it is not known, or not good.
pub enum NotKnown {
    /// The client describes itself in a document, which is read only for somebody who is signed in.
    NobodySignedIn,
    /// Something is wrong with it.
    Refused(AuthorizeError),
}

impl<E: Into<AuthorizeError>> From<E> for NotKnown {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Which client is meant.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub client_id: &'a str,
    /// Whether one that describes itself must be as it does so now; else it is as it was when it was last read.
    pub current: bool,
}

/// Reads what must be known and checks it. A replica may only confirm: before anything is refused, and before a person
/// who holds a session cookie is asked to sign in again, the primary is read.
///
/// # Errors
/// What `check` refuses, and an unknown client, on a page.
pub async fn known<T>(
    visit: Visit<'_>,
    wanted: Wanted<'_>,
    check: impl Fn(Loaded<'_>) -> Result<T, AuthorizeError>,
) -> Result<(Known, T), NotKnown> {
    let (answers, table) =
        join!(read(visit, wanted.client_id, Freshness::Replica), scopes::all(visit.app, visit.context));
    let (answers, table) = (answers?, table?);
    let must_be_current = wanted.current && document::is_described(visit.app, wanted.client_id);
    if answers.person.is_none() && visit.visitor.session.is_none() && must_be_current {
        return Err(NotKnown::NobodySignedIn);
    }
    let session_is_missing = answers.person.is_none() && visit.visitor.session.is_some();
    let Answers { client, person, consents } = answers;
    let client =
        client.filter(|client| !(session_is_missing || must_be_current && client.is_stale(visit.context.now())));
    if let Some(client) = client
        && let Ok(checked) = check(Loaded { client: &client, table: &table })
    {
        return Ok((Known { client, person, consents, table }, checked));
    }
    let Answers { client, person, consents } = read(visit, wanted.client_id, Freshness::Primary).await?;
    let (client, consents) = if must_be_current {
        let Some(person) = &person else { return Err(NotKnown::NobodySignedIn) };
        described(visit, wanted.client_id, client, &person.session.user_id, consents).await?
    } else {
        (client.ok_or_else(|| OAuthError::invalid_request("client_id is not known"))?, consents)
    };
    let checked = check(Loaded { client: &client, table: &table })?;
    Ok((Known { client, person, consents, table }, checked))
}

/// What people allowed a client that then came to look otherwise does not count.
async fn described(
    visit: Visit<'_>,
    client_id: &str,
    kept: Option<Client>,
    user_id: &str,
    consents: Vec<Consent>,
) -> Result<(Client, Vec<Consent>), OAuthError> {
    let described = document::current(visit.app, visit.context, client_id, kept, user_id).await?;
    Ok((described.client, if described.changed { Vec::new() } else { consents }))
}

struct Answers {
    client: Option<Client>,
    person: Option<SignedIn>,
    consents: Vec<Consent>,
}

async fn read(visit: Visit<'_>, client_id: &str, freshness: Freshness) -> Result<Answers, OAuthError> {
    let client = clients::select(client_id).fresh(freshness);
    let Some(cookie) = visit.visitor.session.as_ref().map(SessionCookie::hash) else {
        let client = clients::read(&visit.app.database.run(client).await?)?;
        return Ok(Answers { client, person: None, consents: Vec::new() });
    };
    let statements =
        vec![client, sessions::select(cookie, freshness), consents::select(cookie, client_id).fresh(freshness)];
    let mut outcomes = visit.app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (client, person) = (clients::read(&next())?, signed_in(visit.app, visit.context, &next())?);
    Ok(Answers { client, person, consents: consents::read(&next())? })
}
