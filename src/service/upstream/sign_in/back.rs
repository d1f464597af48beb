//! Back from the provider: who that is here, and what comes of it.

use std::time::Duration;

use super::{Aim, Back, newcomer, take, usable};
use crate::app::{App, Happening};
use crate::model::audit::EventKind;
use crate::model::identity::{Account, Identity};
use crate::model::interaction::{Interaction, Presence};
use crate::model::provider::{Provider, UnknownAccounts};
use crate::ports::Statement;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::authorize::Visit;
use crate::service::interactions::{self, Unopened};
use crate::service::login::{self, Login};
use crate::service::sessions;
use crate::service::upstream::authorization::answered;
use crate::service::upstream::{NOT_SIGNED_IN, fault};
use crate::store::identities::{self, New};

/// By how much the clock of a provider may be off.
const LEEWAY: Duration = Duration::from_mins(1);

const OF_ANOTHER: &str = "this account signs in somebody else here already; nothing is linked";
const LINK_OVER: &str =
    "the link you came by is over, or this account signs in somebody else here already; nothing is linked";
const TOO_OLD: &str = "this page was open too long; start again from the app";
const DISABLED: &str = "the account here that this one signs in is switched off";
const UNKNOWN: &str = "no account here belongs to the one you signed in with there. Sign in another way, and link it under \
                       Connections in your account; or ask whoever runs this server for a link";

/// What came of it.
pub enum Finished {
    /// The person is signed in, by a new cookie, and goes on.
    SignedIn {
        /// The cookie's value.
        cookie: String,
        /// Who, in which session.
        presence: Presence,
        /// With what; `None`: they came by a one-time link.
        interaction: Option<Interaction>,
    },
    /// The account is linked to the person who was signed in.
    Linked,
}

/// Why nothing came of it.
pub struct Unfinished {
    /// In words for the person.
    pub error: OAuthError,
    /// For what they may sign in another way.
    pub way_back: Option<Aim>,
}

impl<E: Into<OAuthError>> From<E> for Unfinished {
    fn from(error: E) -> Self {
        Self { error: error.into(), way_back: None }
    }
}

/// The provider sent the person back.
///
/// # Errors
/// `invalid_request`, `access_denied`, `bad_gateway`, in words for the person; then nobody is signed in, and nothing linked.
pub async fn finish(visit: Visit<'_>, provider_id: &str, answer: &Parameters) -> Result<Finished, Unfinished> {
    let back = take(visit, provider_id, answer).await?;
    let finished = match &back.aim {
        Aim::GoOn(sealed) => go_on(visit, &back, sealed, answer).await,
        Aim::Link(who) => link(visit, &back, who, answer).await,
        Aim::Ticket(hash) => by_ticket(visit, &back, hash, answer).await,
    };
    finished.map_err(|error| {
        let kind = if matches!(back.aim, Aim::GoOn(_)) { EventKind::SignIn } else { EventKind::IdentityLinked };
        let refused = Happening::refused(kind, format!("by {}: {}", back.provider_id, error.description));
        let refused = match &back.aim {
            Aim::Link(who) => refused.by(&who.user_id).to(&who.user_id),
            _ => refused,
        };
        visit.context.record(refused.at(&back.provider_id, ""));
        Unfinished { error, way_back: Some(back.aim) }
    })
}

/// Whose account it is, once all of the answer is right.
async fn account(visit: Visit<'_>, back: &Back, answer: &Parameters) -> Result<(Provider, Account), OAuthError> {
    let provider = usable(visit.app, &back.provider_id).await?;
    let (_, account) = answered(visit.app, visit.context, &provider, (&back.verifier, &back.nonce), answer).await?;
    let too_early = |since: Timestamp| account.auth_time.is_some_and(|at| at + LEEWAY < since);
    if back.anew_since.is_some_and(too_early) {
        return Err(fault(&provider, "did not ask you to sign in anew, which was wanted; use your password"));
    }
    Ok((provider, account))
}

/// The sign-in page's button. The interaction is opened first: one that is over signs in nobody.
async fn go_on(visit: Visit<'_>, back: &Back, sealed: &str, answer: &Parameters) -> Result<Finished, OAuthError> {
    let opened = interactions::open(visit.app, visit.context, &visit.visitor.browser, sealed).await;
    let interaction = opened.map_err(|unopened| match unopened {
        Unopened::Over => OAuthError::invalid_request(TOO_OLD),
        Unopened::Failed(error) => error,
    })?;
    let (provider, account) = account(visit, back, answer).await?;
    let identity = whose(visit, &provider, &account).await?;
    let (cookie, presence) = signed_in(visit, &identity, &account).await?;
    Ok(Finished::SignedIn { cookie, presence, interaction: Some(interaction) })
}

/// Who signs in by this account: whoever linked it, else what administrators allowed.
async fn whose(visit: Visit<'_>, provider: &Provider, account: &Account) -> Result<Identity, OAuthError> {
    if let Some(known) = known(visit.app, &provider.id, account).await? {
        return Ok(known);
    }
    if let Some(owner) = owner_of_email(visit.app, provider, account).await? {
        linked(visit, provider, account, |new| vec![identities::link(new, &owner)])
            .await?
            .ok_or_else(|| denied(DISABLED))
    } else if provider.unknown_accounts() == UnknownAccounts::Create {
        newcomer::make(visit, provider, account).await
    } else {
        Err(denied(UNKNOWN))
    }
}

pub(super) async fn known(app: &App, provider_id: &str, account: &Account) -> Result<Option<Identity>, OAuthError> {
    let found = app.database.run(identities::select_account(provider_id, account)).await?;
    Ok(identities::read_all(&found)?.into_iter().next())
}

/// Never by an address alone: the provider says that it is theirs, we know that it is one user's, and an administrator said that
/// this is enough.
async fn owner_of_email(app: &App, provider: &Provider, account: &Account) -> Result<Option<String>, OAuthError> {
    match &account.email {
        Some(email) if provider.links_by_email() && account.email_verified => {
            Ok(identities::read_owner(&app.database.run(identities::select_by_email(email)).await?)?)
        }
        _ => Ok(None),
    }
}

/// Links an account by the first of these statements; `None`: it could not be.
async fn linked(
    visit: Visit<'_>,
    provider: &Provider,
    account: &Account,
    statements: impl FnOnce(&New<'_>) -> Vec<Statement>,
) -> Result<Option<Identity>, OAuthError> {
    let now = visit.context.now();
    let new = New { id: &visit.app.random_text::<16>(), provider_id: &provider.id, account, now };
    let mut statements = statements(&new);
    statements.push(identities::select_account(&provider.id, account));
    let outcomes = visit.app.database.batch(statements).await?;
    let (first, last) = (outcomes.first(), outcomes.last());
    if first.is_none_or(|linked| linked.changes == 0) {
        return Ok(None);
    }
    let identity = last.map(identities::read_all).transpose()?.unwrap_or_default().into_iter().next();
    if let Some(identity) = &identity {
        let done = Happening::done(EventKind::IdentityLinked).by(&identity.user_id).to(&identity.user_id);
        visit.context.record(done.at(&provider.id, "").because(provider.id.clone()));
    }
    Ok(identity)
}

/// What the provider says of when they signed in there counts, unless that is yet to come.
async fn signed_in(visit: Visit<'_>, identity: &Identity, account: &Account) -> Result<(String, Presence), OAuthError> {
    let now = visit.context.now().floor_to_second();
    let auth_time = account.auth_time.map_or(now, |at| at.min(now));
    let before = visit.visitor.session.as_ref();
    match login::by_identity(visit.app, visit.context, (identity, auth_time), before).await? {
        Login::Done { cookie, presence } => Ok((cookie, presence)),
        Login::Refused | Login::Slowed { .. } => Err(denied(DISABLED)),
    }
}

/// The button of the account page: only in the session that pressed it.
async fn link(visit: Visit<'_>, back: &Back, who: &Presence, answer: &Parameters) -> Result<Finished, OAuthError> {
    let found = match &visit.visitor.session {
        Some(cookie) => sessions::find_surely(visit.app, visit.context, cookie).await?,
        None => None,
    };
    let session = found.map(|found| found.session);
    if session.is_none_or(|session| session.user_id != who.user_id || session.sid != who.sid) {
        return Err(denied(NOT_SIGNED_IN));
    }
    let (provider, account) = account(visit, back, answer).await?;
    let by_them = |new: &New<'_>| vec![identities::link(new, &who.user_id)];
    linked(visit, &provider, &account, by_them).await?.ok_or_else(|| denied(OF_ANOTHER))?;
    Ok(Finished::Linked)
}

/// The button of a one-time link's page. The link is the right, as it is to a new password.
async fn by_ticket(visit: Visit<'_>, back: &Back, hash: &str, answer: &Parameters) -> Result<Finished, OAuthError> {
    let (provider, account) = account(visit, back, answer).await?;
    if provider.unknown_accounts() == UnknownAccounts::Never {
        return Err(denied(UNKNOWN));
    }
    let by_ticket = |new: &New<'_>| vec![identities::link_by_ticket(new, hash), identities::use_ticket(new, hash)];
    let identity = linked(visit, &provider, &account, by_ticket).await?.ok_or_else(|| denied(LINK_OVER))?;
    let (cookie, presence) = signed_in(visit, &identity, &account).await?;
    Ok(Finished::SignedIn { cookie, presence, interaction: None })
}

fn denied(why: &str) -> OAuthError {
    OAuthError::access_denied(why)
}
