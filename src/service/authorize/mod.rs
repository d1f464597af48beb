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
use crate::protocol::authorize::AuthorizationResponse;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::interactions::{self, Browser, Opened};
use crate::service::sessions::SessionCookie;
use crate::service::{consent, scopes};
use crate::store::scopes::Scope;
use crate::store::sessions::SignedIn;

/// The browser a person came with.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Its binding cookie.
    pub browser: Browser,
    /// Its session cookie, if it has one.
    pub session: Option<SessionCookie>,
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
pub async fn begin(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    parameters: &Parameters,
) -> Result<Step, AuthorizeError> {
    let client_id = parameters.required("client_id")?;
    let check = |client: &Client| checks::of_request(app, client, parameters);
    let (known, (authorization, destination)) = known(app, context, visitor, client_id, check).await?;
    proceed(app, context, visitor, &known, Asked { began_at: context.now(), authorization, destination }).await
}

/// Goes on with an interaction, after a sign-in or when a page is loaded again.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn resume(app: &App, context: &Context, visitor: &Visitor, sealed: &str) -> Result<Step, AuthorizeError> {
    let interaction = match interactions::open(app, context, &visitor.browser, sealed).await? {
        Opened::Good(interaction) => interaction,
        Opened::Over => return Ok(Step::Over),
        Opened::Foreign => return Ok(Step::Foreign),
    };
    match interaction.purpose {
        Purpose::Page(page) => Ok(Step::Redirect(app.config.issuer.url(page.path()))),
        Purpose::Authorize(authorization) => {
            let (known, destination) = reload(app, context, visitor, &authorization).await?;
            let asked = Asked { began_at: interaction.began_at, authorization: *authorization, destination };
            proceed(app, context, visitor, &known, asked).await
        }
    }
}

/// Takes a person's answer.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn answer(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    sealed: &str,
    answer: Answer,
) -> Result<Step, AuthorizeError> {
    let interaction = match interactions::open(app, context, &visitor.browser, sealed).await? {
        Opened::Good(interaction) => interaction,
        Opened::Over => return Ok(Step::Over),
        Opened::Foreign => return Ok(Step::Foreign),
    };
    let Purpose::Authorize(authorization) = interaction.purpose else { return Ok(Step::Foreign) };
    let (known, destination) = reload(app, context, visitor, &authorization).await?;
    let asked = Asked { began_at: interaction.began_at, authorization: *authorization, destination };
    match (answer, &known.person) {
        (Answer::Approve, Some(person)) if was_shown_to(&asked.authorization, person) => {
            approve(app, context, visitor, &known, person, &asked).await
        }
        // Nobody is signed in any more, or somebody else is: they are asked themselves.
        (Answer::Approve, _) => proceed(app, context, visitor, &known, asked).await,
        (Answer::Deny, _) => Ok(deny(app, context, &known, &asked)),
        (Answer::SwitchAccount, _) => sign_in(app, visitor, &known.client, asked).await,
    }
}

/// Ends an interaction before anybody signed in: the client is told no, as with [`Answer::Deny`].
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn cancel(app: &App, context: &Context, visitor: &Visitor, sealed: &str) -> Result<Step, AuthorizeError> {
    answer(app, context, visitor, sealed, Answer::Deny).await
}

/// The sign-in page that leads to a page of ours.
///
/// # Errors
/// `temporarily_unavailable` when the interaction cannot be sealed.
pub async fn sign_in_for_page(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    page: OurPage,
) -> Result<SignInStep, OAuthError> {
    let interaction = Interaction { began_at: context.now(), purpose: Purpose::Page(page) };
    let interaction = interactions::seal(app, &visitor.browser, &interaction).await?;
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

async fn reload(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    authorization: &Authorization,
) -> Result<(Known, Destination), AuthorizeError> {
    let check = |client: &Client| checks::of_interaction(app, client, authorization);
    known(app, context, visitor, &authorization.client_id, check).await
}

/// Sign in, consent or code: whatever is next.
async fn proceed(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    known: &Known,
    asked: Asked,
) -> Result<Step, AuthorizeError> {
    let Some(person) = &known.person else { return sign_in(app, visitor, &known.client, asked).await };
    let refuse = |error| asked.destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    if consent::is_needed(&known.client, &asked.authorization, &known.consents) {
        return ask(app, context, visitor, known, person, asked).await;
    }
    let request = (&asked.authorization, &asked.destination);
    issue::issue(app, context, visitor, known, person, request).await.map_err(refuse)
}

async fn sign_in(app: &App, visitor: &Visitor, client: &Client, asked: Asked) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let interaction = interactions::seal(app, &visitor.browser, &asked.into_interaction(None)).await;
    let interaction = interaction.map_err(|error| destination.refuse(error))?;
    Ok(Step::SignIn(SignInStep { interaction, client_name: Some(client.name.clone()) }))
}

async fn ask(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    known: &Known,
    person: &SignedIn,
    asked: Asked,
) -> Result<Step, AuthorizeError> {
    let destination = asked.destination.clone();
    let refuse = |error| destination.refuse(error);
    let table = scopes::all(app, context).await.map_err(refuse)?;
    let scopes = table.iter().filter(|scope| asked.authorization.scope.contains(&scope.name)).cloned().collect();
    let remembered = consent::will_be_remembered(&known.client, &asked.authorization);
    let shown_to = ShownTo { user_id: person.session.user_id.clone(), sid: person.session.sid.clone() };
    let interaction = asked.into_interaction(Some(shown_to));
    let interaction = interactions::seal(app, &visitor.browser, &interaction).await.map_err(refuse)?;
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

async fn approve(
    app: &App,
    context: &Context,
    visitor: &Visitor,
    known: &Known,
    person: &SignedIn,
    asked: &Asked,
) -> Result<Step, AuthorizeError> {
    let refuse = |error| asked.destination.refuse(error);
    checks::of_person(&known.client, &asked.authorization, person).map_err(refuse)?;
    let yes = Happening::done(EventKind::Consent).by(person.session.user_id.clone());
    let request = (&asked.authorization, &asked.destination);
    let step = issue::issue(app, context, visitor, known, person, request).await.map_err(refuse)?;
    context.record(yes.to(person.session.user_id.clone()).client(known.client.id.clone()));
    Ok(step)
}

fn deny(app: &App, context: &Context, known: &Known, asked: &Asked) -> Step {
    let no = Happening::refused(EventKind::Consent, "the resource owner said no").client(known.client.id.clone());
    context.record(known.person.iter().fold(no, |no, person| no.by(person.session.user_id.clone())));
    let error = OAuthError::access_denied("the resource owner denied the request");
    let response = AuthorizationResponse::Error(&error);
    Step::Redirect(asked.destination.location(app.config.issuer.as_str(), response))
}
