//! What OpenID Connect adds to an authorization request (Core 3.1.2.1): who is to be authenticated, how, how lately.
//!
//! `display`, `ui_locales`, `claims_locales` and `acr_values` are wishes that may be left unmet, and are: there is one page,
//! and one language.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::claims_request::{ClaimsRequest, Demands};
use super::error::{ErrorCode, OAuthError};
use super::parameters::Parameters;
use super::time::Timestamp;

/// The one authentication context class there is: a password was given. Of a sign-in at a provider nothing is said.
pub const ACR: &str = "urn:ostiary:acr:password";

/// How people are authenticated (RFC 8176): by password.
pub const AMR: &str = "pwd";

/// Longest `nonce` that is carried along, in bytes. Clients may count on 512 characters.
const LONGEST_NONCE: usize = 2048;

/// Longest `login_hint` that is shown; a longer one is no name here, and is ignored.
const LONGEST_LOGIN_HINT: usize = 256;

/// Longest `max_age`: what is longer than a session can be asks for nothing.
const LONGEST_MAX_AGE: u64 = 10 * 365 * 24 * 60 * 60;

/// How a client wants a person authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticationRequest {
    /// Returned in the ID token, unchanged.
    pub nonce: Option<String>,
    /// What the person must be asked, or that they may not be asked at all.
    pub prompt: Vec<Prompt>,
    /// How long ago the password may have been given.
    pub max_age: Option<Duration>,
    /// With which name the person may want to sign in.
    pub login_hint: Option<String>,
    /// Claims by name.
    pub claims: ClaimsRequest,
    /// The users it may be; none: anybody.
    pub subjects: Option<Vec<String>>,
    /// Whether it must have been by password: an essential `acr` is [`ACR`] (Core 5.5.1.1).
    #[serde(default)]
    pub by_password: bool,
}

/// What a person is asked (OpenID Connect Core 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Nothing: what cannot be answered without them is an error.
    None,
    /// To sign in again.
    Login,
    /// To consent, whatever they allowed before.
    Consent,
    /// Which account to go on with.
    SelectAccount,
}

impl Prompt {
    /// As `prompt` writes them.
    pub const ALL: [(&'static str, Self); 4] = [
        ("none", Self::None),
        ("login", Self::Login),
        ("consent", Self::Consent),
        ("select_account", Self::SelectAccount),
    ];
}

impl AuthenticationRequest {
    /// Reads what of it a request holds.
    ///
    /// # Errors
    /// `invalid_request` for what is malformed, and for `none` beside another prompt; `unmet_authentication_requirements`
    /// for an essential `acr` that there is not.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        let (claims, Demands { subjects, essential_acr }) = ClaimsRequest::parse(parameters)?;
        if essential_acr.as_ref().is_some_and(|wanted| !wanted.iter().any(|acr| acr == ACR)) {
            let text = "an essential acr of claims is not one this server has";
            return Err(OAuthError::new(ErrorCode::UnmetAuthenticationRequirements, text));
        }
        let login_hint = parameters.optional("login_hint")?.filter(|hint| hint.len() <= LONGEST_LOGIN_HINT);
        Ok(Self {
            nonce: nonce(parameters)?,
            prompt: prompt(parameters)?,
            max_age: max_age(parameters)?,
            login_hint: login_hint.map(str::to_owned),
            claims,
            subjects,
            by_password: essential_acr.is_some(),
        })
    }

    /// Whether the person must be asked this.
    #[must_use]
    pub fn prompts(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }

    /// Whether a password given at `auth_time` was given too long ago.
    #[must_use]
    pub fn is_too_old(&self, auth_time: Timestamp, now: Timestamp) -> bool {
        self.max_age.is_some_and(|max_age| auth_time.floor_to_second() + max_age < now.floor_to_second())
    }

    /// Whether this user is one it may be.
    #[must_use]
    pub fn accepts(&self, user_id: &str) -> bool {
        self.subjects.as_ref().is_none_or(|subjects| subjects.iter().any(|subject| subject == user_id))
    }
}

fn nonce(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    match parameters.optional("nonce")? {
        Some(nonce) if nonce.len() > LONGEST_NONCE => {
            Err(OAuthError::invalid_request("nonce is longer than 2048 bytes"))
        }
        nonce => Ok(nonce.map(str::to_owned)),
    }
}

fn prompt(parameters: &Parameters) -> Result<Vec<Prompt>, OAuthError> {
    let mut prompts = Vec::new();
    for word in parameters.optional("prompt")?.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
        let known = Prompt::ALL.iter().find(|(name, _)| *name == word).map(|(_, prompt)| *prompt);
        let prompt = known
            .ok_or_else(|| OAuthError::invalid_request("prompt may hold none, login, consent and select_account"))?;
        if !prompts.contains(&prompt) {
            prompts.push(prompt);
        }
    }
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(OAuthError::invalid_request("prompt none stands alone"));
    }
    Ok(prompts)
}

fn max_age(parameters: &Parameters) -> Result<Option<Duration>, OAuthError> {
    let Some(text) = parameters.optional("max_age")? else { return Ok(None) };
    if text.len() > 20 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OAuthError::invalid_request("max_age is a whole number of seconds"));
    }
    // Twenty digits may be more than 64 bits; that is as good as no limit.
    let seconds = text.parse().unwrap_or(u64::MAX);
    Ok((seconds <= LONGEST_MAX_AGE).then(|| Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<AuthenticationRequest, OAuthError> {
        AuthenticationRequest::parse(&Parameters::parse(query.as_bytes()).unwrap())
    }

    #[test]
    fn what_is_asked_is_read() {
        let asked =
            parse("nonce=n&prompt=login++consent+login&max_age=10&login_hint=alice&display=popup&ui_locales=se");
        let expected = AuthenticationRequest {
            nonce: Some("n".to_owned()),
            prompt: vec![Prompt::Login, Prompt::Consent],
            max_age: Some(Duration::from_secs(10)),
            login_hint: Some("alice".to_owned()),
            ..AuthenticationRequest::default()
        };
        assert_eq!(asked.unwrap(), expected);
        assert_eq!(parse("prompt=&max_age=99999999999999999999").unwrap(), AuthenticationRequest::default());
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let long = format!("nonce={}", "n".repeat(2049));
        for (query, code) in [
            ("prompt=none+login", "invalid_request"),
            ("prompt=create", "invalid_request"),
            ("prompt=Login", "invalid_request"),
            ("max_age=-1", "invalid_request"),
            ("max_age=1.5", "invalid_request"),
            ("max_age=123456789012345678901", "invalid_request"),
            ("nonce=a&nonce=b", "invalid_request"),
            ("claims=x", "invalid_request"),
            (&long, "invalid_request"),
            (
                "claims=%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true,%22value%22:%22x%22%7D%7D%7D",
                "unmet_authentication_requirements",
            ),
        ] {
            assert_eq!(parse(query).err().map(|error| error.code.as_str()), Some(code), "{query}");
        }
    }

    #[test]
    fn a_password_is_too_old_after_max_age_in_whole_seconds() {
        let asked = parse("max_age=1").unwrap();
        let given = Timestamp::from_millis(1_000);
        for (now, too_old) in [(1_000, false), (2_999, false), (3_000, true)] {
            assert_eq!(asked.is_too_old(given, Timestamp::from_millis(now)), too_old, "{now}");
        }
        assert!(!parse("").unwrap().is_too_old(given, Timestamp::from_millis(i64::from(i32::MAX))));
    }
}
