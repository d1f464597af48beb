//! What comes next for a checked request: sign in, consent, code, or no.

use super::issue::Written;
use super::load::Known;
use super::step::Asked;
use super::{AuthorizeError, ConsentStep, SignInStep, Step, Visit, checks, issue};
use crate::app::Happening;
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::model::interaction::{Authorization, ShownTo};
use crate::model::scope::Scope;
use crate::protocol::authorize::AuthorizationResponse;
use crate::protocol::error::OAuthError;
use crate::service::{consent, interactions, scopes, throttle};
use crate::store::sessions::SignedIn;

/// Sign in, consent or code: whatever is next.
pub(super) async fn proceed(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let Some(person) = &known.person else { return sign_in(visit, &known.client, asked).await };
    if consent::is_needed(&known.client, &asked.authorization, &known.consents) {
        return ask(visit, known, person, asked).await;
    }
    send_code(visit, known, person, asked).await
}

pub(super) async fn sign_in(visit: Visit<'_>, client: &Client, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let interaction = interactions::seal(visit.app, &visit.visitor.browser, &asked.into_interaction(None)).await;
    let interaction = interaction.map_err(|error| destination.refuse(error))?;
    Ok(Step::SignIn(SignInStep { interaction, client_name: Some(client.name.clone()) }))
}

/// The consent page, for this person.
pub(super) async fn ask(
    visit: Visit<'_>,
    known: &Known,
    person: &SignedIn,
    asked: Asked,
) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let refuse = |error| destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    let table = scopes::all(visit.app, visit.context).await.map_err(refuse)?;
    // Whatever the table says, everything that will be granted is shown, in the order it was asked for.
    let described =
        |name: &str| table.iter().find(|scope| scope.name == name).cloned().unwrap_or_else(|| Scope::bare(name));
    let scopes = asked.authorization.scope.iter().map(described).collect();
    let remembered = consent::will_be_remembered(&known.client, &asked.authorization);
    let shown_to = ShownTo { user_id: person.session.user_id.clone(), sid: person.session.sid.clone() };
    let interaction = asked.into_interaction(Some(shown_to));
    let interaction = interactions::seal(visit.app, &visit.visitor.browser, &interaction).await.map_err(refuse)?;
    Ok(Step::Consent(Box::new(ConsentStep {
        interaction,
        client: known.client.clone(),
        redirect_uri: destination.redirect_uri().to_owned(),
        scopes,
        username: person.username.clone(),
        remembered,
    })))
}

pub(super) fn was_shown_to(authorization: &Authorization, person: &SignedIn) -> bool {
    authorization
        .shown_to
        .as_ref()
        .is_some_and(|shown| shown.user_id == person.session.user_id && shown.sid == person.session.sid)
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
    if matches!(step, Step::Redirect(_)) {
        let yes = Happening::done(EventKind::Consent).by(user_id.clone()).to(user_id);
        visit.context.record(yes.client(client_id));
    }
    Ok(step)
}

/// A no, on the consent page or instead of signing in.
pub(super) async fn deny(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let (why, client_id) = ("the resource owner said no", &known.client.id);
    if let Some(person) = &known.person {
        let written = issue::no(visit, person, &asked).await.map_err(|error| asked.destination.refuse(error))?;
        if written == Written::AnsweredBefore {
            return Ok(Step::AnsweredBefore);
        }
        let no = Happening::refused(EventKind::Consent, why).client(client_id.clone());
        visit.context.record(no.by(person.session.user_id.clone()));
    } else {
        throttle::note_refusal(visit.app, visit.context, EventKind::Consent, why, Some(client_id)).await;
    }
    let error = OAuthError::access_denied("the resource owner denied the request");
    Ok(redirect(visit, &asked, AuthorizationResponse::Error(&error)))
}

async fn send_code(visit: Visit<'_>, known: &Known, person: &SignedIn, asked: Asked) -> Result<Step, AuthorizeError> {
    let refuse = |error| asked.destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    match issue::yes(visit, known, person, &asked).await.map_err(refuse)? {
        Written::Stands => Ok(redirect(visit, &asked, AuthorizationResponse::Code(&asked.authorization.code))),
        Written::AnsweredBefore => Ok(Step::AnsweredBefore),
        Written::SessionOver => sign_in(visit, &known.client, asked).await,
    }
}

fn redirect(visit: Visit<'_>, asked: &Asked, response: AuthorizationResponse<'_>) -> Step {
    Step::Redirect(asked.destination.location(visit.app.config.issuer.as_str(), response))
}
