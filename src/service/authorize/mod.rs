//! The authorization endpoint (RFC 6749 3.1) and the interaction it leads to: sign in, consent, code.

mod checks;
mod destination;
mod issue;
mod load;
mod need;
mod proceed;
mod step;
mod unread;

pub use destination::{AuthorizeError, Destination};
pub use step::{Answer, ConsentStep, SelectAccountStep, SignInStep, Step, Visit, Visitor, Waiting};

use futures_util::join;

use self::load::{Known, Loaded, NotKnown, Wanted, known};
use self::proceed::{approve, deny, keep_account, proceed, show, sign_in, switch_account, was_shown_to};
use self::step::Asked;
use crate::model::interaction::{Authorization, Interaction, Presence, Purpose};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token::Hint;
use crate::protocol::parameters::Parameters;
use crate::protocol::requested;
use crate::protocol::time::Timestamp;
use crate::service::{hints, interactions, resources};

/// Begins an authorization.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn begin(visit: Visit<'_>, parameters: &Parameters) -> Result<Step, AuthorizeError> {
    start(visit, parameters, Began { at: visit.context.now(), signed_in: None }).await
}

/// When a request first came, and who signed in for it since, if its client could not be known before.
struct Began {
    at: Timestamp,
    signed_in: Option<Presence>,
}

async fn start(visit: Visit<'_>, parameters: &Parameters, began: Began) -> Result<Step, AuthorizeError> {
    let wanted = Wanted { client_id: parameters.required("client_id")?, current: true };
    // What is malformed is refused where everything is checked.
    let asked_for = requested::resources(parameters).unwrap_or_default();
    let named = resources::named(visit.app, visit.context, &asked_for).await;
    let check = |loaded: Loaded<'_>| checks::of_request(visit.app, loaded, parameters, &named);
    let hint = parameters.optional("id_token_hint");
    let sent = hint.as_ref().ok().copied().flatten();
    let (known, told) = join!(known(visit, wanted, check), hints::counting(visit.app, visit.context, sent));
    let (known, (mut authorization, destination)) = match known {
        Ok(known) => known,
        Err(NotKnown::NobodySignedIn) => return unread::sign_in_first(visit, parameters, began.at).await,
        Err(NotKnown::Refused(error)) => return Err(error),
    };
    if hint?.is_some() {
        let subject = told.and_then(subject_of).map_err(|error| destination.refuse(error))?;
        let before = authorization.authentication.subjects.take();
        let both = |subjects: Vec<String>| subjects.into_iter().filter(|known| *known == subject).collect();
        authorization.authentication.subjects = Some(before.map_or_else(|| vec![subject.clone()], both));
    }
    authorization.signed_in = began.signed_in;
    proceed(visit, &known, Asked { began_at: began.at, authorization, destination }).await
}

/// Whom an ID token tells of that a client sends as a hint (OpenID Connect Core 3.1.2.1).
fn subject_of(hint: Option<Hint>) -> Result<String, OAuthError> {
    let refused = || OAuthError::invalid_request("id_token_hint is not an ID token of this server");
    Ok(hint.ok_or_else(refused)?.sub)
}

/// Goes on with an interaction, after a sign-in or when a page is loaded again.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn resume(visit: Visit<'_>, sealed: &str) -> Result<Step, AuthorizeError> {
    let interaction = interactions::open(visit.app, visit.context, &visit.visitor.browser, sealed).await?;
    match interaction.purpose {
        Purpose::Page(page) => Ok(Step::Redirect(page.path().to_owned())),
        Purpose::Connect(path) => Ok(Step::Redirect(path)),
        Purpose::SignOut(_) | Purpose::Administration(_) => Err(AuthorizeError::Over),
        Purpose::Unread(unread) => {
            let parameters = Parameters::parse(unread.parameters.as_bytes())?;
            start(visit, &parameters, Began { at: interaction.began_at, signed_in: unread.signed_in }).await
        }
        Purpose::Authorize(authorization) => {
            let (known, asked) = reload(visit, interaction.began_at, *authorization).await?;
            proceed(visit, &known, asked).await
        }
    }
}

/// Takes a person's answer.
///
/// # Errors
/// See [`AuthorizeError`].
pub async fn answer(visit: Visit<'_>, sealed: &str, answer: Answer) -> Result<Step, AuthorizeError> {
    let interaction = interactions::open(visit.app, visit.context, &visit.visitor.browser, sealed).await?;
    let authorization = match (interaction.purpose, answer) {
        (Purpose::Authorize(authorization), _) => authorization,
        (Purpose::Unread(_), Answer::Deny) => return Err(unread::cancelled().into()),
        (_, _) => return Err(AuthorizeError::Over),
    };
    let (known, asked) = reload(visit, interaction.began_at, *authorization).await?;
    match (answer, &known.person) {
        (Answer::Approve, Some(person)) if was_shown_to(&asked.authorization, person) => {
            approve(visit, &known, person, asked).await
        }
        // Somebody else is signed in by now, or the page was never shown.
        (Answer::Approve, Some(person)) => show(visit, &known, person, asked).await,
        (Answer::Deny, _) => deny(visit, &known, asked).await,
        (Answer::KeepAccount, _) => keep_account(visit, &known, asked).await,
        (Answer::SwitchAccount, _) => switch_account(visit, &known, asked).await,
        (Answer::Approve, None) => sign_in(visit, &known, asked).await,
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
pub async fn sign_in_for_page(visit: Visit<'_>, purpose: Purpose) -> Result<SignInStep, OAuthError> {
    let interaction = Interaction { began_at: visit.context.now(), purpose };
    let interaction = interactions::seal(visit.app, &visit.visitor.browser, &interaction).await?;
    Ok(SignInStep::new(visit, interaction, Waiting::Nobody, String::new()).await)
}

/// What an interaction asks, checked again with what is known by now.
async fn reload(
    visit: Visit<'_>,
    began_at: Timestamp,
    authorization: Authorization,
) -> Result<(Known, Asked), AuthorizeError> {
    let check = |loaded: Loaded<'_>| checks::of_interaction(visit.app, loaded.client, &authorization);
    let wanted = Wanted { client_id: &authorization.client_id, current: false };
    let (known, destination) = known(visit, wanted, check).await.map_err(|not_known| match not_known {
        NotKnown::Refused(error) => error,
        NotKnown::NobodySignedIn => AuthorizeError::Over,
    })?;
    Ok((known, Asked { began_at, authorization, destination }))
}
