//! The authorization endpoint (RFC 6749 3.1) and the interaction it leads to: sign in, consent, code.

mod checks;
mod destination;
mod issue;
mod load;

pub use destination::{AuthorizeError, Destination};

use self::load::{Known, known};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::model::interaction::{Authorization, Interaction, OurPage, Purpose, ShownTo};
use crate::model::scope::Scope;
use crate::protocol::authorize::AuthorizationResponse;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::interactions::{self, Browser, Opened};
use crate::service::sessions::SessionCookie;
use crate::service::{consent, scopes};
use crate::store::sessions::SignedIn;

/// The browser a person came with.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Its binding cookie.
    pub browser: Browser,
    /// Its session cookie, if it has one.
    pub session: Option<SessionCookie>,
}

/// A person's browser at the authorization endpoint, and what it may touch.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The application.
    pub app: &'a App,
    /// The request.
    pub context: &'a Context,
    /// The browser.
    pub visitor: &'a Visitor,
}

/// What the person sees next.
#[derive(Debug)]
pub enum Step {
    /// Off to this location.
    Redirect(String),
    /// The sign-in page.
    SignIn(SignInStep),
    /// The consent page.
    Consent(Box<ConsentStep>),
    /// A page of ours that says that this was answered before.
    AnsweredBefore,
    /// A page of ours that says that this took too long.
    Over,
    /// A page of ours that says that this was begun in another browser.
    Foreign,
}

/// What the sign-in page needs.
#[derive(Debug)]
pub struct SignInStep {
    /// The sealed interaction.
    pub interaction: String,
    /// For which client, if for any.
    pub client_name: Option<String>,
}

/// What the consent page needs.
#[derive(Debug)]
pub struct ConsentStep {
    /// The sealed interaction, now bound to this person and session.
    pub interaction: String,
    /// Who asks.
    pub client: Client,
    /// Where the answer will be sent.
    pub redirect_uri: String,
    /// What for.
    pub scopes: Vec<Scope>,
    /// Who is asked.
    pub username: String,
    /// Whether a yes spares the question next time.
    pub remembered: bool,
}

/// What a person says on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Approve,
    /// No.
    Deny,
    /// Somebody else wants to answer.
    SwitchAccount,
}

/// Begins an authorization.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn begin(visit: Visit<'_>, parameters: &Parameters) -> Result<Step, AuthorizeError> {
    let client_id = parameters.required("client_id")?;
    let check = |client: &Client| checks::of_request(visit.app, client, parameters);
    let (known, (authorization, destination)) = known(visit, client_id, check).await?;
    proceed(visit, &known, Asked { began_at: visit.context.now(), authorization, destination }).await
}

/// Goes on with an interaction, after a sign-in or when a page is loaded again.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn resume(visit: Visit<'_>, sealed: &str) -> Result<Step, AuthorizeError> {
    let interaction = match interactions::open(visit.app, visit.context, &visit.visitor.browser, sealed).await? {
        Opened::Good(interaction) => interaction,
        Opened::Over => return Ok(Step::Over),
        Opened::Foreign => return Ok(Step::Foreign),
    };
    match interaction.purpose {
        Purpose::Page(page) => Ok(Step::Redirect(page.path().to_owned())),
        Purpose::Authorize(authorization) => {
            let (known, destination) = reload(visit, &authorization).await?;
            let asked = Asked { began_at: interaction.began_at, authorization: *authorization, destination };
            proceed(visit, &known, asked).await
        }
    }
}

/// Takes a person's answer.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn answer(visit: Visit<'_>, sealed: &str, answer: Answer) -> Result<Step, AuthorizeError> {
    let interaction = match interactions::open(visit.app, visit.context, &visit.visitor.browser, sealed).await? {
        Opened::Good(interaction) => interaction,
        Opened::Over => return Ok(Step::Over),
        Opened::Foreign => return Ok(Step::Foreign),
    };
    let Purpose::Authorize(authorization) = interaction.purpose else { return Ok(Step::Foreign) };
    let (known, destination) = reload(visit, &authorization).await?;
    let asked = Asked { began_at: interaction.began_at, authorization: *authorization, destination };
    match (answer, &known.person) {
        (Answer::Approve, Some(person)) if was_shown_to(&asked.authorization, person) => {
            approve(visit, &known, person, &asked).await
        }
        // Nobody is signed in any more, or somebody else is: they are asked themselves.
        (Answer::Approve, _) => proceed(visit, &known, asked).await,
        (Answer::Deny, _) => Ok(deny(visit, &known, &asked)),
        (Answer::SwitchAccount, _) => sign_in(visit, &known.client, asked).await,
    }
}

/// Ends an interaction before anybody signed in: the client is told no, as with [`Answer::Deny`].
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn cancel(visit: Visit<'_>, sealed: &str) -> Result<Step, AuthorizeError> {
    answer(visit, sealed, Answer::Deny).await
}

/// The sign-in page that leads to a page of ours.
///
/// # Errors
/// `temporarily_unavailable` when the interaction cannot be sealed.
pub async fn sign_in_for_page(visit: Visit<'_>, page: OurPage) -> Result<SignInStep, OAuthError> {
    let interaction = Interaction { began_at: visit.context.now(), purpose: Purpose::Page(page) };
    let interaction = interactions::seal(visit.app, &visit.visitor.browser, &interaction).await?;
    Ok(SignInStep { interaction, client_name: None })
}

/// A checked request on its way to an answer.
struct Asked {
    began_at: Timestamp,
    authorization: Authorization,
    destination: Destination,
}

impl Asked {
    fn into_interaction(self, shown_to: Option<ShownTo>) -> Interaction {
        let authorization = Authorization { shown_to, ..self.authorization };
        Interaction { began_at: self.began_at, purpose: Purpose::Authorize(Box::new(authorization)) }
    }
}

async fn reload(visit: Visit<'_>, authorization: &Authorization) -> Result<(Known, Destination), AuthorizeError> {
    let check = |client: &Client| checks::of_interaction(visit.app, client, authorization);
    known(visit, &authorization.client_id, check).await
}

/// Sign in, consent or code: whatever is next.
async fn proceed(visit: Visit<'_>, known: &Known, asked: Asked) -> Result<Step, AuthorizeError> {
    let Some(person) = &known.person else { return sign_in(visit, &known.client, asked).await };
    let refuse = |error| asked.destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    if consent::is_needed(&known.client, &asked.authorization, &known.consents) {
        return ask(visit, known, person, asked).await;
    }
    let request = (&asked.authorization, &asked.destination);
    issue::issue(visit, known, person, request).await.map_err(refuse)
}

async fn sign_in(visit: Visit<'_>, client: &Client, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let interaction = interactions::seal(visit.app, &visit.visitor.browser, &asked.into_interaction(None)).await;
    let interaction = interaction.map_err(|error| destination.refuse(error))?;
    Ok(Step::SignIn(SignInStep { interaction, client_name: Some(client.name.clone()) }))
}

async fn ask(visit: Visit<'_>, known: &Known, person: &SignedIn, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let refuse = |error| destination.refuse(error);
    let table = scopes::all(visit.app, visit.context).await.map_err(refuse)?;
    let scopes = table.iter().filter(|scope| asked.authorization.scope.contains(&scope.name)).cloned().collect();
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

fn was_shown_to(authorization: &Authorization, person: &SignedIn) -> bool {
    authorization
        .shown_to
        .as_ref()
        .is_some_and(|shown| shown.user_id == person.session.user_id && shown.sid == person.session.sid)
}

async fn approve(visit: Visit<'_>, known: &Known, person: &SignedIn, asked: &Asked) -> Result<Step, AuthorizeError> {
    let refuse = |error| asked.destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    let yes = Happening::done(EventKind::Consent).by(person.session.user_id.clone());
    let request = (&asked.authorization, &asked.destination);
    let step = issue::issue(visit, known, person, request).await.map_err(refuse)?;
    visit.context.record(yes.to(person.session.user_id.clone()).client(known.client.id.clone()));
    Ok(step)
}

fn deny(visit: Visit<'_>, known: &Known, asked: &Asked) -> Step {
    let no = Happening::refused(EventKind::Consent, "the resource owner said no").client(known.client.id.clone());
    visit.context.record(known.person.iter().fold(no, |no, person| no.by(person.session.user_id.clone())));
    let error = OAuthError::access_denied("the resource owner denied the request");
    let response = AuthorizationResponse::Error(&error);
    Step::Redirect(asked.destination.location(visit.app.config.issuer.as_str(), response))
}
