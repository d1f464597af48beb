//! Signing in by an account at a provider: from a button of ours, by the provider, back to us.
//!
//! Nobody is made to sign in as another, and no account becomes a way in by itself: the answer counts once, in the browser in
//! which the button was pressed, at the address of its own provider, and whom it signs in is whoever linked that account from a
//! session of theirs or by a one-time link (docs/security.md). What else may link one, administrators say for each provider. The
//! tokens are dropped.

mod back;
mod newcomer;

pub use self::back::{Finished, Unfinished, finish};

use super::authorization::{Asked, LIFETIME, location};
use super::discovery;
use crate::app::App;
use crate::model::interaction::Presence;
use crate::model::provider::{Provider, ProviderKind};
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::authorize::Visit;
use crate::service::{providers, throttle};
use crate::store::sign_in_states::{self, SignInState};

/// How a state of ours begins that is one of a sign-in.
const MARK: &str = "in.";

const NO_REQUEST: &str = "this answer belongs to no request of this browser, or was used already; nobody is signed in";

/// What a sign-in at a provider is for.
pub enum Aim {
    /// To go on with this sealed interaction.
    GoOn(String),
    /// To link the account there to the one that this person is signed in with.
    Link(Presence),
    /// The same, to the one that a one-time link is for, by the hash of its ticket; and then to be signed in.
    Ticket(String),
}

impl Aim {
    /// Nothing in it holds a space.
    fn write(&self) -> String {
        match self {
            Self::GoOn(interaction) => format!("on {interaction}"),
            Self::Link(who) => format!("link {} {}", who.user_id, who.sid),
            Self::Ticket(hash) => format!("ticket {hash}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        Some(match kind {
            "on" => Self::GoOn(rest.to_owned()),
            "ticket" => Self::Ticket(rest.to_owned()),
            _ => {
                let (user_id, sid) = rest.split_once(' ')?;
                Self::Link(Presence { user_id: user_id.to_owned(), sid: sid.to_owned() })
            }
        })
    }
}

/// Whether this state is of a sign-in, and not of a linking for tools.
#[must_use]
pub fn is_of_sign_in(state: &str) -> bool {
    state.starts_with(MARK)
}

/// The button was pressed: where at the provider the person goes on. `anew`: they must sign in there, though they may be known.
///
/// # Errors
/// `not_found`, `too_many_requests`; `bad_gateway` when the provider cannot be used.
pub async fn begin(visit: Visit<'_>, provider_id: &str, aim: &Aim, anew: bool) -> Result<String, OAuthError> {
    let Visit { app, context, .. } = visit;
    if !throttle::allows_sign_in(app, context).await {
        let text = "too many sign-ins were begun from here; try again in a minute";
        return Err(OAuthError::new(ErrorCode::TooManyRequests, text).retry_after(60));
    }
    let provider = usable(app, provider_id).await?;
    if anew && provider.kind() == ProviderKind::Oauth {
        let text = format!("you must sign in anew, which {} cannot be asked for; use your password", provider.name());
        return Err(OAuthError::access_denied(text));
    }
    let endpoints = discovery::endpoints(app, context, &provider).await?;
    let [state, verifier, nonce] = [(); 3].map(|()| app.random_text::<32>());
    let (state, scopes) = (format!("{MARK}{state}"), provider.sign_in_scopes());
    let asked = Asked { scopes: &scopes, state: &state, verifier: &verifier, nonce: &nonce, anew: Some(anew) };
    keep(visit, provider_id, &asked, aim).await?;
    Ok(location(app, (&provider, &endpoints), &asked))
}

/// Writes down what was asked, for this browser.
async fn keep(visit: Visit<'_>, provider_id: &str, asked: &Asked<'_>, aim: &Aim) -> Result<(), OAuthError> {
    let Visit { app, context, visitor } = visit;
    let hash = sha256_base64url(asked.state);
    let anew = if asked.anew == Some(true) { "anew" } else { "any" };
    let proof = format!("{} {} {anew} {}", asked.verifier, asked.nonce, aim.write());
    let state = SignInState {
        provider_id: provider_id.to_owned(),
        proof: app.sealer.seal(proof.as_bytes(), &proof_context(&hash)).await?,
        expires_at: context.now().floor_to_second() + LIFETIME,
    };
    app.database.run(sign_in_states::insert(&hash, &visitor.browser.hash(), &state)).await?;
    Ok(())
}

fn proof_context(hash: &str) -> String {
    format!("sign-in {hash}")
}

/// The provider, if people may sign in by it.
async fn usable(app: &App, id: &str) -> Result<Provider, OAuthError> {
    let provider = providers::find(app, id).await?;
    if provider.signs_in() { Ok(provider) } else { Err(OAuthError::not_found("nobody signs in by this provider")) }
}

/// A sign-in that has come back from the provider.
struct Back {
    provider_id: String,
    verifier: String,
    nonce: String,
    /// Since when the person must have signed in there.
    anew_since: Option<Timestamp>,
    aim: Aim,
}

/// Takes the state, which then counts no more.
async fn take(visit: Visit<'_>, provider_id: &str, answer: &Parameters) -> Result<Back, OAuthError> {
    let Visit { app, context, visitor } = visit;
    let no_request = || OAuthError::invalid_request(NO_REQUEST);
    let hash = sha256_base64url(answer.optional("state")?.ok_or_else(no_request)?);
    let taken = app.database.run(sign_in_states::take(&hash, &visitor.browser.hash())).await?;
    let fits = |state: &SignInState| state.provider_id == provider_id && state.expires_at > context.now();
    let state = sign_in_states::read(&taken)?.filter(fits).ok_or_else(no_request)?;
    let proof = app.opened(&state.proof, &proof_context(&hash)).await?.unwrap_or_default();
    let begun_at = state.expires_at - LIFETIME;
    let mut parts = proof.splitn(4, ' ');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (verifier, nonce, anew, aim) = (next(), next(), next(), Aim::read(&next()));
    Ok(Back {
        provider_id: state.provider_id,
        verifier,
        nonce,
        anew_since: (anew == "anew").then_some(begun_at),
        aim: aim.ok_or_else(|| OAuthError::server_error("a state does not open"))?,
    })
}
