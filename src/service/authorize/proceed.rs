//! What comes next for a checked request: sign in, consent, code, or no.

use super::issue::Written;
use super::load::Known;
use super::need::{Need, is, login_required, need};
use super::step::Asked;
use super::{AuthorizeError, ConsentStep, SelectAccountStep, SignInStep, Step, Visit, Waiting, checks, issue};
use crate::app::Happening;
use crate::model::audit::EventKind;
use crate::model::interaction::{Authorization, Presence};
use crate::model::scope::Scope;
use crate::protocol::authentication::Prompt;
use crate::protocol::authorize::AuthorizationResponse;
use crate::protocol::error::OAuthError;
use crate::service::{consent, interactions, throttle};
use crate::store::sessions::SignedIn;

/// Sign in, account, consent or code: whatever is next. With `prompt=none` the client is told instead.
pub(super) async fn proceed(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let Known { client, consents, .. } = known;
    let need = need(&asked.authorization, client, known.person.as_ref(), consents, visit.context.now());
    if need != Need::Nothing && asked.authorization.authentication.prompts(Prompt::None) {
        return Err(asked.destination.refuse(need.unmet()));
    }
    match (need, &known.person) {
        (Need::OtherPerson, _) => Err(asked.destination.refuse(login_required())),
        (Need::AccountSelection, Some(person)) => select_account(visit, person, asked).await,
        (Need::Consent, Some(person)) => ask(visit, known, person, asked).await,
        (Need::Nothing, Some(person)) => send_code(visit, known, person, asked).await,
        (Need::SignIn, _) | (_, None) => sign_in(visit, known, asked).await,
    }
}

/// The sign-in page, with the name that the client hints at, or of who signs in again.
pub(super) async fn sign_in(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let hint = asked.authorization.authentication.login_hint.clone();
    let again =
        known.person.as_ref().filter(|person| asked.authorization.authentication.accepts(&person.session.user_id));
    let username = hint.or_else(|| again.map(|person| person.username.clone())).unwrap_or_default();
    let interaction = seal(visit, asked, None).await.map_err(|error| destination.refuse(error))?;
    let waiting = Waiting::Client(known.client.name.clone());
    Ok(Step::SignIn(SignInStep::new(visit, interaction, waiting, username).await))
}

/// The sign-in page for somebody else than who is signed in.
pub(super) async fn switch_account(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let interaction = seal(visit, asked, None).await.map_err(|error| destination.refuse(error))?;
    let waiting = Waiting::Client(known.client.name.clone());
    Ok(Step::SignIn(SignInStep::new(visit, interaction, waiting, String::new()).await))
}

async fn select_account(visit: Visit<'_>, person: &SignedIn, asked: Asked) -> Result<Step, AuthorizeError> {
    let (destination, client_name) = (asked.destination.clone(), asked.authorization.client_name.clone());
    let interaction = seal(visit, asked, None).await.map_err(|error| destination.refuse(error))?;
    Ok(Step::SelectAccount(SelectAccountStep { interaction, client_name, username: person.username.clone() }))
}

/// The person goes on with the account they are signed in with.
pub(super) async fn keep_account(visit: Visit<'_>, known: &Known, mut asked: Asked) -> Result<Step, AuthorizeError> {
    asked.authorization.chosen = known.person.as_ref().map(SignedIn::presence);
    proceed(visit, known, asked).await
}

async fn seal(visit: Visit<'_>, asked: Asked, shown_to: Option<Presence>) -> Result<String, OAuthError> {
    interactions::seal(visit.app, &visit.visitor.browser, &asked.into_interaction(shown_to)).await
}

/// For a yes to a page that this person was not shown: whatever stands before it, and then the page itself, whatever they
/// allowed before.
pub(super) async fn show(
    visit: Visit<'_>,
    known: &Known,
    person: &SignedIn,
    asked: Asked,
) -> Result<Step, AuthorizeError> {
    match need(&asked.authorization, &known.client, Some(person), &known.consents, visit.context.now()) {
        Need::Consent | Need::Nothing => ask(visit, known, person, asked).await,
        Need::SignIn | Need::OtherPerson | Need::AccountSelection => proceed(visit, known, asked).await,
    }
}

/// The consent page, for this person.
async fn ask(visit: Visit<'_>, known: &Known, person: &SignedIn, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let refuse = |error| destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    // Whatever the table says, everything that will be granted is shown, in the order it was asked for.
    let described =
        |name: &str| known.table.iter().find(|scope| scope.name == name).cloned().unwrap_or_else(|| Scope::bare(name));
    let scopes = asked.authorization.consent_scope.iter().map(described).collect();
    let remembered = consent::will_be_remembered(&known.client, &asked.authorization);
    let resources = asked.authorization.resource_names.clone();
    let interaction = seal(visit, asked, Some(person.presence())).await.map_err(refuse)?;
    Ok(Step::Consent(Box::new(ConsentStep {
        interaction,
        client: known.client.clone(),
        redirect_uri: destination.redirect_uri().to_owned(),
        scopes,
        resources,
        username: person.username.clone(),
        remembered,
    })))
}

pub(super) fn was_shown_to(authorization: &Authorization, person: &SignedIn) -> bool {
    is(authorization.shown_to.as_ref(), person)
}

/// A yes on the consent page.
pub(super) async fn approve(
    visit: Visit<'_>,
    known: &Known,
    person: &SignedIn,
    asked: Asked,
) -> Result<Step, AuthorizeError> {
    let (user_id, client_id) = (person.session.user_id.clone(), known.client.id.clone());
    let step = send_code(visit, known, person, asked).await?;
    if matches!(step, Step::Deliver(_)) {
        let yes = Happening::done(EventKind::Consent).by(user_id.clone()).to(user_id);
        visit.context.record(yes.client(client_id));
    }
    Ok(step)
}

/// A no, on the consent page or instead of signing in.
pub(super) async fn deny(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let no = Happening::refused(EventKind::Consent, "the resource owner said no").client(&known.client.id);
    if let Some(person) = &known.person {
        let written = issue::no(visit, person, &asked).await.map_err(|error| asked.destination.refuse(error))?;
        if written == Written::AnsweredBefore {
            return Ok(Step::AnsweredBefore);
        }
        let user_id = &person.session.user_id;
        visit.context.record(no.by(user_id).to(user_id));
    } else {
        throttle::note_refusal(visit.app, visit.context, no).await;
    }
    let error = OAuthError::access_denied("the resource owner denied the request");
    Ok(deliver(visit, &asked, AuthorizationResponse::Error(&error)))
}

async fn send_code(visit: Visit<'_>, known: &Known, person: &SignedIn, asked: Asked) -> Result<Step, AuthorizeError> {
    let refuse = |error| asked.destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    match issue::yes(visit, known, person, &asked).await.map_err(refuse)? {
        Written::Stands => Ok(deliver(visit, &asked, AuthorizationResponse::Code(&asked.authorization.code))),
        Written::AnsweredBefore => Ok(Step::AnsweredBefore),
        Written::SessionOver if asked.authorization.authentication.prompts(Prompt::None) => {
            Err(refuse(login_required()))
        }
        Written::SessionOver => sign_in(visit, known, asked).await,
    }
}

fn deliver(visit: Visit<'_>, asked: &Asked, response: AuthorizationResponse<'_>) -> Step {
    Step::Deliver(asked.destination.deliver(visit.app.config.issuer.as_str(), response))
}
