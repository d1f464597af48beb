//! The authorization endpoint on the wire: what may be asked for (RFC 6749 4.1.1) and how it is answered (4.1.2).
//!
//! Everything here comes after client and redirect URI are proven, so every refusal may travel by redirect.

use serde::{Deserialize, Serialize};

use super::authentication::AuthenticationRequest;
use super::error::{ErrorCode, OAuthError};
use super::parameters::Parameters;
use super::scope::ScopeSet;
use super::{pkce, redirect_uri, requested};

/// Longest `state` that is carried along, in bytes. Clients may count on 512 characters.
const LONGEST_STATE: usize = 4096;

/// What may be sent several times (RFC 8707 section 2; `audience` for those who call it so).
const MAY_REPEAT: &[&str] = &["resource", "audience"];

/// A rule that a request keeps or breaks.
type Check = fn(&Parameters) -> Result<(), OAuthError>;

/// The checks, in the order they are made. The first refusal is the answer.
const CHECKS: &[Check] = &[
    check_request_object,     // request_not_supported
    check_request_uri,        // request_uri_not_supported
    check_nothing_repeated,   // invalid_request
    check_state_is_carriable, // invalid_request
    check_response_type,      // invalid_request, unsupported_response_type
    check_response_mode,      // invalid_request
];

/// A well-formed authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// What is asked for; `None`: the default.
    pub scope: Option<ScopeSet>,
    /// For which resources (RFC 8707); none: the issuer.
    pub resources: Vec<String>,
    /// The S256 challenge (RFC 7636). Whether the client needs one is another matter.
    pub code_challenge: Option<String>,
    /// What OpenID Connect adds.
    pub authentication: AuthenticationRequest,
}

impl AuthorizationRequest {
    /// Reads an authorization request whose client and redirect URI are proven.
    ///
    /// # Errors
    /// Those beside each line of `CHECKS`; then those of PKCE and of [`AuthenticationRequest::parse`], and `invalid_scope` or
    /// `invalid_target` for what is malformed.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        CHECKS.iter().try_for_each(|check| check(parameters))?;
        Ok(Self {
            code_challenge: pkce::challenge(parameters)?,
            scope: requested::scope(parameters)?,
            resources: requested::resources(parameters)?,
            authentication: AuthenticationRequest::parse(parameters)?,
        })
    }
}

/// A request object may say something else than the query beside it, so it is refused, not ignored (OpenID Connect
/// Core 6.1).
fn check_request_object(parameters: &Parameters) -> Result<(), OAuthError> {
    refuse_if_sent(parameters, "request", ErrorCode::RequestNotSupported)
}

fn check_request_uri(parameters: &Parameters) -> Result<(), OAuthError> {
    refuse_if_sent(parameters, "request_uri", ErrorCode::RequestUriNotSupported)
}

fn refuse_if_sent(parameters: &Parameters, name: &str, code: ErrorCode) -> Result<(), OAuthError> {
    if parameters.all(name).is_empty() {
        Ok(())
    } else {
        Err(OAuthError::new(code, format!("parameter {name} is not supported")))
    }
}

fn check_nothing_repeated(parameters: &Parameters) -> Result<(), OAuthError> {
    parameters.refuse_repeated(MAY_REPEAT)
}

fn check_state_is_carriable(parameters: &Parameters) -> Result<(), OAuthError> {
    match parameters.first("state") {
        Some(state) if state.len() > LONGEST_STATE => {
            Err(OAuthError::invalid_request("state is longer than 4096 bytes"))
        }
        _ => Ok(()),
    }
}

fn check_response_type(parameters: &Parameters) -> Result<(), OAuthError> {
    match parameters.required("response_type")? {
        "code" => Ok(()),
        _ => Err(OAuthError::unsupported_response_type("response_type must be code")),
    }
}

fn check_response_mode(parameters: &Parameters) -> Result<(), OAuthError> {
    match parameters.optional("response_mode")? {
        None | Some("query" | "form_post") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("response_mode must be query or form_post")),
    }
}

/// How an answer travels (OAuth 2.0 Multiple Response Types 2.1, OAuth 2.0 Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of a redirect.
    #[default]
    Query,
    /// In the body of a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// How a request wants to be answered, errors too. What is no mode is answered in the query, and refused by
    /// [`AuthorizationRequest::parse`].
    #[must_use]
    pub fn of(parameters: &Parameters) -> Self {
        match parameters.optional("response_mode") {
            Ok(Some("form_post")) => Self::FormPost,
            _ => Self::Query,
        }
    }
}

/// `state` as it comes back with every answer, unchanged. `None` when it was not sent, sent twice, or is longer than
/// 4096 bytes: it is returned whole or not at all, and the last two are refused by [`AuthorizationRequest::parse`].
#[must_use]
pub fn state(parameters: &Parameters) -> Option<&str> {
    parameters.optional("state").ok().flatten().filter(|state| state.len() <= LONGEST_STATE)
}

/// How an authorization request ends.
#[derive(Clone, Copy, Debug)]
pub enum AuthorizationResponse<'a> {
    /// With a code (RFC 6749 4.1.2).
    Code(&'a str),
    /// With an error (RFC 6749 4.1.2.1).
    Error(&'a OAuthError),
}

/// An answer on its way to the client by way of the browser.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    /// A redirect to this URI.
    Redirect(String),
    /// A form that the browser posts to the client.
    FormPost(FormPost),
}

/// A form that the browser posts to the client.
#[derive(Clone, PartialEq, Eq)]
pub struct FormPost {
    /// The redirect URI.
    pub action: String,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
}

/// A code is a secret: neither is shown.
impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect",
            Self::FormPost(_) => "FormPost",
        })
    }
}

impl std::fmt::Debug for FormPost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormPost").field("action", &self.action).finish_non_exhaustive()
    }
}

/// The answer: `code` or `error` and `error_description`, with `state` when it was sent, and always with `iss`, so that a
/// client that knows several servers can tell whose answer it is (RFC 9207).
#[must_use]
pub fn response(
    redirect_uri: &str,
    mode: ResponseMode,
    issuer: &str,
    state: Option<&str>,
    outcome: AuthorizationResponse<'_>,
) -> Delivery {
    let mut parameters = match outcome {
        AuthorizationResponse::Code(code) => vec![("code", code)],
        AuthorizationResponse::Error(error) => {
            vec![("error", error.code.as_str()), ("error_description", error.description.as_str())]
        }
    };
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", issuer));
    match mode {
        ResponseMode::Query => Delivery::Redirect(redirect_uri::with_parameters(redirect_uri, &parameters)),
        ResponseMode::FormPost => Delivery::FormPost(FormPost {
            action: redirect_uri.to_owned(),
            fields: parameters.into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const ISSUER: &str = "https://issuer.example";

    fn read(query: &str) -> Parameters {
        Parameters::parse(query.as_bytes()).unwrap_or_default()
    }

    fn redirect(redirect_uri: &str, state: Option<&str>, outcome: AuthorizationResponse<'_>) -> String {
        match response(redirect_uri, ResponseMode::Query, ISSUER, state, outcome) {
            Delivery::Redirect(location) => location,
            Delivery::FormPost(_) => panic!("a form"),
        }
    }

    #[test]
    fn by_form_post_the_same_travels_in_a_form_and_nothing_in_the_query() {
        let delivery =
            response("https://a/cb", ResponseMode::FormPost, ISSUER, Some("x y"), AuthorizationResponse::Code("g.s"));
        let fields = [("code", "g.s"), ("state", "x y"), ("iss", ISSUER)].map(|(name, value)| (name, value.to_owned()));
        let form = FormPost { action: "https://a/cb".to_owned(), fields: fields.to_vec() };
        assert_eq!(delivery, Delivery::FormPost(form));
        for (query, mode) in [
            ("", ResponseMode::Query),
            ("response_mode=query", ResponseMode::Query),
            ("response_mode=form_post", ResponseMode::FormPost),
            ("response_mode=form_post&response_mode=form_post", ResponseMode::Query),
            ("response_mode=fragment", ResponseMode::Query),
        ] {
            assert_eq!(ResponseMode::of(&read(query)), mode, "{query}");
        }
    }

    #[test]
    fn a_whole_request_is_read() {
        let query = format!(
            "response_type=code&response_mode=query&client_id=c&redirect_uri=https://a/cb&state=s&scope=a+b&unknown=1\
             &code_challenge={CHALLENGE}&code_challenge_method=S256&resource=urn:r&resource=urn:s&audience=x&audience=y"
        );
        let expected = AuthorizationRequest {
            scope: Some(["a", "b"].into_iter().collect()),
            resources: vec!["urn:r".to_owned(), "urn:s".to_owned()],
            code_challenge: Some(CHALLENGE.to_owned()),
            authentication: AuthenticationRequest::default(),
        };
        assert_eq!(AuthorizationRequest::parse(&read(&query)).ok(), Some(expected));
    }

    #[test]
    fn only_response_type_is_needed() {
        let bare = AuthorizationRequest {
            scope: None,
            resources: Vec::new(),
            code_challenge: None,
            authentication: AuthenticationRequest::default(),
        };
        let query = "response_type=code&request=&request_uri=&response_mode=&scope=&resource=";
        assert_eq!(AuthorizationRequest::parse(&read(query)).ok(), Some(bare));
    }

    #[test]
    fn each_check_refuses_with_its_own_error() {
        let long_state = format!("response_type=code&state={}", "s".repeat(4097));
        for (query, expected) in [
            ("", "invalid_request: parameter response_type is missing"),
            ("response_type=", "invalid_request: parameter response_type is missing"),
            ("response_type=token", "unsupported_response_type: response_type must be code"),
            ("response_type=code+id_token", "unsupported_response_type: response_type must be code"),
            ("response_type=CODE", "unsupported_response_type: response_type must be code"),
            ("response_type=code&response_type=code", "invalid_request: parameter response_type is repeated"),
            ("response_type=code&state=a&state=b", "invalid_request: parameter state is repeated"),
            ("response_type=code&x=1&x=2", "invalid_request: parameter x is repeated"),
            (&long_state, "invalid_request: state is longer"),
            ("response_type=code&response_mode=fragment", "invalid_request: response_mode must be query"),
            ("response_type=code&prompt=none+login", "invalid_request: prompt none stands alone"),
            ("request=e30.e30.", "request_not_supported: "),
            ("response_type=code&request=x&request_uri=y", "request_not_supported: "),
            ("response_type=code&request_uri=urn:x", "request_uri_not_supported: "),
            ("response_type=code&request_uri=&request_uri=urn:x", "request_uri_not_supported: "),
            ("response_type=code&code_challenge=x", "invalid_request: code_challenge_method must be S256"),
            ("response_type=code&scope=%22", "invalid_scope: "),
            ("response_type=code&resource=x", "invalid_target: "),
        ] {
            let refused = AuthorizationRequest::parse(&read(query)).err().map(|error| error.to_string());
            assert!(refused.as_deref().is_some_and(|refused| refused.starts_with(expected)), "{query}: {refused:?}");
        }
    }

    #[test]
    fn state_is_taken_whole_or_not_at_all() {
        let (fits, too_long) = ("s".repeat(4096), "s".repeat(4097));
        assert_eq!(state(&read(&format!("state={fits}"))), Some(fits.as_str()));
        assert_eq!(state(&read(&format!("state={too_long}"))), None);
        for query in ["", "state=", "state=a&state=a", "state=a&state="] {
            assert_eq!(state(&read(query)), None, "{query}");
        }
    }

    #[test]
    fn a_code_travels_with_state_and_issuer() {
        let outcome = AuthorizationResponse::Code("grant.secret");
        let location = redirect("https://a/cb?b=c", Some("x y"), outcome);
        assert_eq!(location, "https://a/cb?b=c&code=grant.secret&state=x%20y&iss=https%3A%2F%2Fissuer.example");
        let location = redirect("app:/cb", None, outcome);
        assert_eq!(location, "app:/cb?code=grant.secret&iss=https%3A%2F%2Fissuer.example");
    }

    #[test]
    fn an_error_travels_with_state_and_issuer_and_nothing_of_the_inside() {
        let error = OAuthError::access_denied("the user said no").detail("hush");
        let location = redirect("https://a/cb", Some("1"), AuthorizationResponse::Error(&error));
        let expected = "https://a/cb?error=access_denied&error_description=the%20user%20said%20no&state=1\
                        &iss=https%3A%2F%2Fissuer.example";
        assert_eq!(location, expected);
    }

    proptest! {
        #[test]
        fn any_state_up_to_512_characters_comes_back_unchanged(sent in prop::collection::vec(any::<char>(), 1..=512)) {
            let sent: String = sent.into_iter().collect();
            let request: Parameters = [("state".to_owned(), sent.clone())].into_iter().collect();
            let request = read(&request.encode());
            let location = redirect("https://a/cb", state(&request), AuthorizationResponse::Code("c"));
            let query = location.strip_prefix("https://a/cb?").unwrap_or_default();
            let answered = read(query);
            prop_assert_eq!(answered.first("state"), Some(sent.as_str()));
            prop_assert_eq!(answered.first("iss"), Some(ISSUER));
        }
    }
}
