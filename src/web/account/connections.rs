//! `/account/connections`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::join;

use super::shown::{around, show, show_way_out};
use crate::app::{App, Context};
use crate::model::agent::Agent;
use crate::model::connection::{Connection, ConnectionStatus};
use crate::model::identity::Identity;
use crate::model::interaction::OurPage;
use crate::model::provider::Provider;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::authorize::Visit;
use crate::service::listing::PageRequest;
use crate::service::upstream::sign_in::{self, Aim};
use crate::service::upstream::{connections, identities};
use crate::service::{agents, providers};
use crate::web::extract::Query;
use crate::web::pages::{AgentRow, ConfirmPage, ConnectionRow, ConnectionsPage, Moment, SignInRow};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::{see_other, to_client};
use crate::web::render::brand;

const DONE: [(&str, &str); 6] = [
    ("removed", "Disconnected: its tokens are forgotten."),
    ("nothing", "That account was not connected any more."),
    ("linked", "Linked: from now on you can sign in with it."),
    ("unlinked", "Removed: it signs you in no more, and you are signed out in all other browsers."),
    ("agent-removed", "The agent is removed, and its accounts are disconnected."),
    ("no-agent", "That agent was removed before."),
];
/// So many providers are offered.
const MOST: i64 = 200;

/// The person's accounts elsewhere, and where they may connect another.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    person: Person,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let every = PageRequest { after: String::new(), limit: MOST };
    let user_id = person.user_id();
    let (known, agents, identities, providers) = join!(
        connections::list(&app, user_id),
        agents::list(&app, user_id),
        identities::list(&app, user_id),
        providers::list(&app, &every)
    );
    let (known, agents, identities, providers) = (known?, agents?, identities?, providers?.rows);
    let rows: Vec<_> = known.iter().map(|connection| row(&context, connection, &providers)).collect();
    let named = |usable: fn(&Provider) -> bool| {
        let offered = providers.iter().filter(|provider| usable(provider));
        offered.map(|provider| (provider.id.as_str(), provider.name())).collect::<Vec<_>>()
    };
    let sign_ins = identities.iter().map(|identity| sign_in_row(&context, identity, &providers));
    let signing_in = named(Provider::signs_in);
    let mut offered = named(Provider::is_for_people);
    offered.retain(|(id, _)| !known.iter().any(|connection| connection.is_in_use_at(id)));
    let page = ConnectionsPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        rows: &rows,
        agents: &agents.iter().map(|agent| agent_row(&context, agent)).collect::<Vec<_>>(),
        providers: &offered,
        sign_ins: &sign_ins.collect::<Vec<_>>(),
        signing_in: &signing_in,
        done: done(&query, &DONE),
    };
    if signing_in.is_empty() {
        return show(&app, &person, StatusCode::OK, page.render());
    }
    show_way_out(&app, &person, page.render())
}

fn row<'a>(context: &Context, connection: &'a Connection, providers: &'a [Provider]) -> ConnectionRow<'a> {
    let moment = |at| Moment::new(at, context.now());
    let account = connection.email.as_deref().or(connection.name.as_deref());
    ConnectionRow {
        id: &connection.id,
        provider: called(&connection.provider_id, providers),
        agent: &connection.agent_id,
        account: account.unwrap_or(&connection.provider_user_id),
        is_over: connection.status == ConnectionStatus::NeedsAuthorization,
        scopes: connection.scopes.iter().collect(),
        since: moment(connection.created_at),
        expires: connection.expires_at.map(moment),
        used: connection.last_used_at.map(moment),
    }
}

fn agent_row<'a>(context: &Context, agent: &'a Agent) -> AgentRow<'a> {
    let moment = |at| Moment::new(at, context.now());
    AgentRow { id: &agent.id, since: moment(agent.created_at), seen: moment(agent.last_seen_at) }
}

fn sign_in_row<'a>(context: &Context, identity: &'a Identity, providers: &'a [Provider]) -> SignInRow<'a> {
    let moment = |at| Moment::new(at, context.now());
    SignInRow {
        id: &identity.id,
        provider: called(&identity.provider_id, providers),
        account: &identity.called,
        since: moment(identity.created_at),
        used: identity.last_used_at.map(moment),
    }
}

fn called<'a>(id: &'a str, providers: &'a [Provider]) -> &'a str {
    providers.iter().find(|provider| provider.id == id).map_or(id, Provider::name)
}

/// Goes on to the provider whose account shall sign the person in. It is a way in that outlasts a change of the password, so who
/// gave theirs long ago gives it again: it need not be them any more who sits there. Who has none has none to give.
pub async fn link(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let session = &person.signed_in.session;
    if person.signed_in.has_password && !session.is_fresh(context.now()) {
        return Ok(see_other(&format!("/login?page={}", OurPage::Connections.name())));
    }
    let visitor = person.visitor();
    let visit = Visit { app: &app, context: &context, visitor: &visitor };
    let aim = Aim::Link(person.signed_in.presence());
    Ok(to_client(&sign_in::begin(visit, fields.required("provider")?, &aim, false).await?))
}

/// Asks whether to disconnect one, or whether one is to sign the person in no more.
pub async fn confirm(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    if let Some(id) = query.optional("sign_in")? {
        return confirm_sign_in(&app, &person, id).await;
    }
    let id = query.required("id")?;
    let known = match connections::find(&app, person.user_id(), id).await {
        Err(error) if error.code == ErrorCode::NotFound => {
            return Ok(see_other("/account/connections?done=nothing"));
        }
        known => known?,
    };
    // One that was removed meanwhile has no name any more.
    let provider = providers::find(&app, &known.provider_id).await.ok();
    let page = ConfirmPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        title: &format!("Disconnect {}?", called(&known.provider_id, provider.as_slice())),
        lines: &[
            "Its tokens are forgotten here, and given back where the provider takes them.",
            "Tools that use it ask you to connect it again.",
        ],
        action: "/account/connections/remove",
        hidden: &[("id", id)],
        button: "Disconnect",
        back: "/account/connections",
    };
    show(&app, &person, StatusCode::OK, page.render())
}

async fn confirm_sign_in(app: &App, person: &Person, id: &str) -> Result<Response, OAuthError> {
    let Some((known, is_last)) = identities::find(app, person.user_id(), id).await? else {
        return Ok(see_other("/account/connections?done=nothing"));
    };
    let last = "You have no password here, so this is your only way in. Ask whoever runs this server for a link that sets \
                one, before you sign out.";
    let first =
        "Whoever has that account does not sign in as you any more, and you are signed out in all other browsers.";
    let lines = [first, last];
    let page = ConfirmPage {
        brand: &brand(app),
        around: around(person, OurPage::Connections),
        title: &format!("Stop signing in with {}?", known.called),
        lines: lines.get(..if is_last { 2 } else { 1 }).unwrap_or_default(),
        action: "/account/connections/remove",
        hidden: &[("sign_in", id)],
        button: "Remove",
        back: "/account/connections",
    };
    show(app, person, StatusCode::OK, page.render())
}

/// Disconnects one, or lets one sign the person in no more.
pub async fn remove(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    if let Some(id) = fields.optional("sign_in")? {
        let removed = identities::remove(&app, &context, (person.user_id(), person.cookie.hash()), id).await?;
        let done = if removed { "unlinked" } else { "nothing" };
        return Ok(see_other(&format!("/account/connections?done={done}")));
    }
    let removed = connections::remove(&app, &context, person.user_id(), fields.required("id")?).await;
    match removed {
        Ok(()) => Ok(see_other("/account/connections?done=removed")),
        Err(error) if error.code == ErrorCode::NotFound => Ok(see_other("/account/connections?done=nothing")),
        Err(error) => Err(error),
    }
}
