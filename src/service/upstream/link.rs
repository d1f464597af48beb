//! Linking a person's account at a provider: from a page of ours, by the provider, back to us.
//!
//! Nobody can be made to link an account to another's: the page says what is linked, the button binds the state to the session
//! that pressed it, and an answer counts once, in that session, at the address of its own provider (docs/security.md).

use super::authorization::{Asked, LIFETIME, answered, location};
use super::connections::{give_back, sealed};
use super::discovery;
use super::tokens::granted;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::connection::{Connection, ConnectionStatus, UpstreamTokens};
use crate::model::interaction::Presence;
use crate::model::provider::Provider;
use crate::ports::Statement;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::scope::ScopeSet;
use crate::service::{agents, providers};
use crate::store::connect_states::{self, Begun};
use crate::store::connections;

const OVER: &str = "this link is over, or was used already; ask for a new one where you found it";
const NOT_YOURS: &str = "this link was made for another account than the one you are signed in with; nothing is linked";
const NO_REQUEST: &str = "this answer belongs to no request of this browser's session, or was used already; nothing is linked by it now. What is \
     connected stands under Connections in your account";

const SERVER_WIDE: &str =
    "this server itself is connected to that provider, for everybody; there is no account of yours to connect";

const REMOVED: &str = "the agent or account that this was for has been removed meanwhile; nothing is linked";

/// For whom an account is linked.
#[derive(Clone, Copy)]
pub struct For<'a> {
    /// Whose account here.
    pub user_id: &'a str,
    /// For which agent of theirs; empty: for themselves.
    pub agent_id: &'a str,
    /// The WebSocket that is told how it ends.
    pub socket: Option<&'a str>,
}

/// What was linked.
pub struct Linked {
    /// What the provider is called.
    pub provider: String,
    /// For which agent; empty: for the person.
    pub agent_id: String,
}

/// What a person is asked.
pub struct Question {
    /// Where their account is.
    pub provider: Provider,
    /// What is asked for there.
    pub scopes: ScopeSet,
    /// For which agent; empty: for themselves.
    pub agent_id: String,
}

/// What the person is to be asked, on a page of ours.
///
/// # Errors
/// `not_found`, `invalid_request` for a ticket that is over, `access_denied` for one of another's.
pub async fn question(
    app: &App,
    context: &Context,
    user_id: &str,
    provider_id: &str,
    ticket: Option<&str>,
) -> Result<Question, OAuthError> {
    let provider = of_people(app, provider_id).await?;
    let Some(ticket) = ticket else {
        let scopes = provider.scopes();
        return Ok(Question { provider, scopes, agent_id: String::new() });
    };
    let found =
        connect_states::read(&app.database.run(connect_states::select_ticket(&sha256_base64url(ticket))).await?)?;
    let good = found.filter(|found| found.expires_at > context.now() && found.provider_id == provider.id);
    let begun = good.ok_or_else(|| OAuthError::invalid_request(OVER).as_guess())?;
    if begun.user_id != user_id {
        return Err(OAuthError::access_denied(NOT_YOURS));
    }
    Ok(Question { scopes: ScopeSet::parse(&begun.scopes)?, agent_id: begun.agent_id, provider })
}

/// The provider of this id, at which people have accounts of their own.
///
/// # Errors
/// `not_found`; `invalid_request` for one that is there for the server as a whole.
pub(in crate::service) async fn of_people(app: &App, provider_id: &str) -> Result<Provider, OAuthError> {
    let provider = providers::usable(app, provider_id).await?;
    if provider.is_server_wide() { Err(OAuthError::invalid_request(SERVER_WIDE)) } else { Ok(provider) }
}

/// A link to our page, by which this user links an account there with at least these scopes; good once.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn ticket(
    app: &App,
    context: &Context,
    user_id: &str,
    provider_id: &str,
    scopes: &ScopeSet,
) -> Result<String, OAuthError> {
    let whom = For { user_id, agent_id: "", socket: None };
    let (url, ticket) = new_ticket(app, context, whom, provider_id, scopes);
    app.database.run(ticket).await?;
    Ok(url)
}

/// As [`ticket`], for whomever; it is to be written before it is told.
pub(in crate::service) fn new_ticket(
    app: &App,
    context: &Context,
    whom: For<'_>,
    provider_id: &str,
    scopes: &ScopeSet,
) -> (String, Statement) {
    let ticket = app.random_text::<32>();
    let begun = Begun {
        user_id: whom.user_id.to_owned(),
        agent_id: whom.agent_id.to_owned(),
        provider_id: provider_id.to_owned(),
        scopes: scopes.to_string(),
        proof: None,
        socket: whom.socket.map(str::to_owned),
        expires_at: context.now().floor_to_second() + LIFETIME,
    };
    let url = app.config.issuer.url(&format!("/connect/{provider_id}?ticket={ticket}"));
    (url, connect_states::insert(&sha256_base64url(&ticket), &begun, None))
}

/// The person said yes: where at the provider they go on.
///
/// # Errors
/// As [`question`]; `bad_gateway` when the provider cannot be used. A ticket is then still good.
pub async fn begin(
    app: &App,
    context: &Context,
    who: &Presence,
    provider_id: &str,
    ticket: Option<&str>,
) -> Result<String, OAuthError> {
    let Question { provider, scopes, agent_id } = question(app, context, &who.user_id, provider_id, ticket).await?;
    let endpoints = discovery::endpoints(app, context, &provider).await?;
    let [state, verifier, nonce] = [(); 3].map(|()| app.random_text::<32>());
    let hash = sha256_base64url(&state);
    let proof = app.sealer.seal(format!("{verifier} {nonce}").as_bytes(), &proof_context(&hash)).await?;
    let now = context.now().floor_to_second();
    let begun = Begun {
        user_id: who.user_id.clone(),
        agent_id,
        provider_id: provider.id.clone(),
        scopes: scopes.to_string(),
        proof: Some(proof),
        // A ticket keeps its own.
        socket: None,
        expires_at: now + LIFETIME,
    };
    let write = match ticket {
        Some(ticket) => connect_states::use_ticket(&sha256_base64url(ticket), &hash, &begun, &who.sid, now),
        None => connect_states::insert(&hash, &begun, Some(&who.sid)),
    };
    if app.database.run(write).await?.changes == 0 {
        return Err(OAuthError::invalid_request(OVER));
    }
    let asked = Asked { scopes: &scopes, state: &state, verifier: &verifier, nonce: &nonce, anew: None };
    Ok(location(app, (&provider, &endpoints), &asked))
}

fn proof_context(hash: &str) -> String {
    format!("connect {hash}")
}

/// The provider sent the person back: takes the tokens and keeps them.
///
/// # Errors
/// `invalid_request`, `access_denied`, `bad_gateway`, in words for the person; then nothing is stored.
pub async fn finish(
    app: &App,
    context: &Context,
    who: &Presence,
    provider_id: &str,
    answer: &Parameters,
) -> Result<Linked, OAuthError> {
    let hash = sha256_base64url(answer.optional("state")?.ok_or_else(|| of_no_request(context, who))?);
    let taken = app.database.run(connect_states::take(&hash, &who.user_id, &who.sid)).await?;
    let fits = |begun: &Begun| begun.provider_id == provider_id && begun.expires_at > context.now();
    let begun = connect_states::read(&taken)?.filter(fits);
    let begun = begun.ok_or_else(|| of_no_request(context, who))?;
    let linked = linked(app, context, (&begun, &hash), answer).await;
    agents::tell(app, context, &begun, linked.as_ref().map(|(_, connection)| connection), answer).await;
    let whom = |happening: Happening| happening.at(provider_id, &begun.agent_id).by(&who.user_id).to(&who.user_id);
    match linked {
        Ok((provider, Connection { agent_id, scopes, .. })) => {
            let agent = if agent_id.is_empty() { String::new() } else { format!(", for {agent_id}") };
            let made = Happening::done(EventKind::ConnectionMade);
            context.record(whom(made).because(format!("{provider_id}: {scopes}{agent}")));
            Ok(Linked { provider: provider.name().to_owned(), agent_id })
        }
        Err(error) => {
            context.record(whom(Happening::refused(EventKind::ConnectionMade, error.description.clone())));
            Err(error)
        }
    }
}

/// Who was made to bring the answer of another's request should learn of it, and so should whoever runs this server.
fn of_no_request(context: &Context, who: &Presence) -> OAuthError {
    let refused = Happening::refused(EventKind::ConnectionMade, NO_REQUEST);
    context.record(refused.by(&who.user_id).to(&who.user_id));
    OAuthError::invalid_request(NO_REQUEST)
}

/// A connection that was made and is stored.
async fn linked(
    app: &App,
    context: &Context,
    (begun, hash): (&Begun, &str),
    answer: &Parameters,
) -> Result<(Provider, Connection), OAuthError> {
    let provider = providers::usable(app, &begun.provider_id).await?;
    let proof = app.opened(begun.proof.as_deref().unwrap_or_default(), &proof_context(hash)).await?.unwrap_or_default();
    let connection = connected(app, context, (&provider, begun, &proof), answer).await?;
    let mut writes = vec![connections::put(&connection)];
    if !connection.agent_id.is_empty() {
        writes.extend(agents::begin_session(app, context, &connection, answer)?);
    }
    match app.database.batch(writes).await {
        Ok(outcomes) => {
            agents::note_ended(context, outcomes.get(1))?;
            Ok((provider, connection))
        }
        Err(error) if error.constraint => {
            give_back(app, context, &connection).await;
            Err(OAuthError::invalid_request(REMOVED))
        }
        Err(error) => Err(error.into()),
    }
}

async fn connected(
    app: &App,
    context: &Context,
    (provider, begun, proof): (&Provider, &Begun, &str),
    answer: &Parameters,
) -> Result<Connection, OAuthError> {
    let proof = proof.split_once(' ').ok_or_else(|| OAuthError::server_error("a state does not open"))?;
    let (given, account) = answered(app, context, provider, proof, answer).await?;
    let now = context.now().floor_to_second();
    let (scopes, expires_at) = (granted(provider, &given, &begun.scopes), given.expires_at(now));
    let tokens = UpstreamTokens { access: given.access_token, refresh: given.refresh_token };
    Ok(Connection {
        id: app.random_text::<16>(),
        user_id: begun.user_id.clone(),
        agent_id: begun.agent_id.clone(),
        provider_id: provider.id.clone(),
        provider_user_id: account.id,
        email: account.email,
        name: account.name,
        scopes,
        tokens: sealed(app, (&begun.user_id, &begun.agent_id, &begun.provider_id), &tokens).await?,
        expires_at,
        status: ConnectionStatus::Active,
        refreshing_since: None,
        refused_at: None,
        created_at: now,
        updated_at: now,
        last_used_at: None,
    })
}
