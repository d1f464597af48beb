//! What is still needed before a person's answer can be sent. A pure rule: OpenID Connect Core 3.1.2.3 and 3.1.2.4.

use crate::model::client::Client;
use crate::model::consent::Consent;
use crate::model::interaction::{Authorization, Presence};
use crate::protocol::authentication::Prompt;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::time::Timestamp;
use crate::service::consent;
use crate::store::sessions::SignedIn;

/// What is needed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// That somebody signs in, or does so again.
    SignIn,
    /// That another person signs in than the one who just has: the client wants to hear of somebody else.
    OtherPerson,
    /// That the person says with which account to go on.
    AccountSelection,
    /// That the person consents.
    Consent,
    /// Nothing.
    Nothing,
}

/// What is needed of `person`, who is signed in, if anybody is.
pub(super) fn need(
    authorization: &Authorization,
    client: &Client,
    person: Option<&SignedIn>,
    consents: &[Consent],
    now: Timestamp,
) -> Need {
    let asked = &authorization.authentication;
    let Some(person) = person else { return Need::SignIn };
    let just_signed_in = is(authorization.signed_in.as_ref(), person);
    let accepted = asked.accepts(&person.session.user_id);
    if just_signed_in && !accepted {
        return Need::OtherPerson;
    }
    let must_sign_in = asked.prompts(Prompt::Login) || asked.is_too_old(person.session.auth_time, now);
    let wrong_way = asked.by_password && person.session.provider_id.is_some();
    if !accepted || wrong_way || (must_sign_in && !just_signed_in) {
        return Need::SignIn;
    }
    let has_chosen = just_signed_in || is(authorization.chosen.as_ref(), person);
    if asked.prompts(Prompt::SelectAccount) && !has_chosen {
        return Need::AccountSelection;
    }
    if asked.prompts(Prompt::Consent) || consent::is_needed(client, authorization, consents) {
        return Need::Consent;
    }
    Need::Nothing
}

impl Need {
    /// What a client is told that did not want the person to be asked (`prompt=none`, Core 3.1.2.6).
    pub(super) fn unmet(self) -> OAuthError {
        match self {
            Self::SignIn | Self::OtherPerson => login_required(),
            Self::AccountSelection => {
                OAuthError::new(ErrorCode::AccountSelectionRequired, "the person must choose an account")
            }
            Self::Consent | Self::Nothing => {
                OAuthError::new(ErrorCode::ConsentRequired, "the person has not allowed this yet")
            }
        }
    }
}

/// Nobody whom the client accepts is signed in, or not lately enough.
pub(super) fn login_required() -> OAuthError {
    OAuthError::new(ErrorCode::LoginRequired, "the person is not signed in, or must sign in again")
}

/// Whether this is that person, in the same session.
pub(super) fn is(presence: Option<&Presence>, person: &SignedIn) -> bool {
    presence.is_some_and(|presence| presence.user_id == person.session.user_id && presence.sid == person.session.sid)
}
