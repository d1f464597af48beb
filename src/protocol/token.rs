//! The token endpoint on the wire: what may be asked for (RFC 6749 4.1.3, 4.4.2, section 6) and what is answered (5.1).

use std::fmt;

use serde::Serialize;

use super::error::OAuthError;
use super::parameters::Parameters;
use super::requested;
use super::scope::ScopeSet;

/// `token_type` of every access token (RFC 6750).
pub const BEARER: &str = "Bearer";

/// What may be sent several times (RFC 8707 section 2, RFC 8693 2.1).
const MAY_REPEAT: &[&str] = &["resource", "audience"];

/// A well-formed token request. Which client makes it is another matter ([`super::client_auth`]).
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// Exchange a code (RFC 6749 4.1.3).
    AuthorizationCode {
        /// The code.
        code: String,
        /// Where it was sent, if the client says so.
        redirect_uri: Option<String>,
        /// The PKCE verifier (RFC 7636 4.5), not yet looked at.
        code_verifier: Option<String>,
        /// Narrower resources (RFC 8707 2.2); none: all that was allowed.
        resources: Vec<String>,
    },
    /// Exchange a refresh token (RFC 6749 section 6).
    RefreshToken {
        /// The refresh token.
        refresh_token: String,
        /// Narrower scope; `None`: all that was allowed.
        scope: Option<ScopeSet>,
        /// Narrower resources; none: all that was allowed.
        resources: Vec<String>,
    },
    /// A token for the client itself (RFC 6749 4.4.2).
    ClientCredentials {
        /// What is asked for; `None`: the default.
        scope: Option<ScopeSet>,
        /// For which resources; none: the issuer.
        resources: Vec<String>,
    },
}

impl TokenRequest {
    /// Reads the body of a token request. What its grant type does not know is ignored (RFC 6749 3.2).
    ///
    /// # Errors
    /// `invalid_request` for something missing or repeated, `unsupported_grant_type`, `invalid_scope` or
    /// `invalid_target` for what is malformed.
    pub fn parse(form: &Parameters) -> Result<Self, OAuthError> {
        form.refuse_repeated(MAY_REPEAT)?;
        match form.required("grant_type")? {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: form.required("code")?.to_owned(),
                redirect_uri: form.optional("redirect_uri")?.map(str::to_owned),
                code_verifier: form.optional("code_verifier")?.map(str::to_owned),
                resources: requested::resources(form)?,
            }),
            "refresh_token" => Ok(Self::RefreshToken {
                refresh_token: form.required("refresh_token")?.to_owned(),
                scope: requested::scope(form)?,
                resources: requested::resources(form)?,
            }),
            "client_credentials" => {
                Ok(Self::ClientCredentials { scope: requested::scope(form)?, resources: requested::resources(form)? })
            }
            _ => Err(OAuthError::unsupported_grant_type(
                "grant_type must be authorization_code, refresh_token or client_credentials",
            )),
        }
    }

    /// `grant_type` as it was sent.
    #[must_use]
    pub const fn grant_type(&self) -> &'static str {
        match self {
            Self::AuthorizationCode { .. } => "authorization_code",
            Self::RefreshToken { .. } => "refresh_token",
            Self::ClientCredentials { .. } => "client_credentials",
        }
    }
}

/// Codes, verifiers and refresh tokens are secrets: only the grant type is shown.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest").field("grant_type", &self.grant_type()).finish_non_exhaustive()
    }
}

/// A successful answer (RFC 6749 5.1).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    /// The access token, a JWT.
    pub access_token: String,
    /// [`BEARER`].
    pub token_type: &'static str,
    /// Seconds the access token has left.
    pub expires_in: u64,
    /// The next refresh token, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Who signed in, with the scope `openid` (OpenID Connect Core 3.1.3.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// What the access token may be used for. Always sent, so that nobody has to guess whether it was narrowed.
    pub scope: ScopeSet,
}

/// The tokens are not shown.
impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expires_in, scope, .. } = self;
        f.debug_struct("TokenResponse").field("expires_in", expires_in).field("scope", scope).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(form: &str) -> Result<TokenRequest, OAuthError> {
        TokenRequest::parse(&Parameters::parse(form.as_bytes()).unwrap_or_default())
    }

    #[test]
    fn a_code_is_exchanged_with_what_belongs_to_it() {
        let form =
            "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fa%2Fcb&code_verifier=v&resource=urn:r";
        let full = TokenRequest::AuthorizationCode {
            code: "c".to_owned(),
            redirect_uri: Some("https://a/cb".to_owned()),
            code_verifier: Some("v".to_owned()),
            resources: vec!["urn:r".to_owned()],
        };
        assert_eq!(parse(form).ok(), Some(full));
        let bare = TokenRequest::AuthorizationCode {
            code: "c".to_owned(),
            redirect_uri: None,
            code_verifier: None,
            resources: Vec::new(),
        };
        let form = "grant_type=authorization_code&code=c&redirect_uri=&code_verifier=&scope=%22&refresh_token=x";
        assert_eq!(parse(form).ok(), Some(bare));
    }

    #[test]
    fn a_refresh_token_is_exchanged_for_the_same_or_less() {
        let narrowed = TokenRequest::RefreshToken {
            refresh_token: "r".to_owned(),
            scope: Some(["a", "b"].into_iter().collect()),
            resources: vec!["urn:r".to_owned(), "urn:s".to_owned()],
        };
        let form = "grant_type=refresh_token&refresh_token=r&scope=a+b&resource=urn:r&resource=urn:s";
        assert_eq!(parse(form).ok(), Some(narrowed));
        let same = TokenRequest::RefreshToken { refresh_token: "r".to_owned(), scope: None, resources: Vec::new() };
        assert_eq!(parse("grant_type=refresh_token&refresh_token=r&scope=").ok(), Some(same));
    }

    #[test]
    fn a_client_may_ask_for_itself() {
        let expected =
            TokenRequest::ClientCredentials { scope: Some(["a"].into_iter().collect()), resources: Vec::new() };
        assert_eq!(
            parse("grant_type=client_credentials&scope=a&client_id=x&audience=y&audience=z").ok(),
            Some(expected)
        );
    }

    #[test]
    fn malformed_requests_are_refused() {
        for (form, expected) in [
            ("", "invalid_request: parameter grant_type is missing"),
            ("grant_type=", "invalid_request: parameter grant_type is missing"),
            ("grant_type=authorization_code", "invalid_request: parameter code is missing"),
            ("grant_type=authorization_code&code=", "invalid_request: parameter code is missing"),
            ("grant_type=refresh_token", "invalid_request: parameter refresh_token is missing"),
            ("grant_type=authorization_code&code=c&code=c", "invalid_request: parameter code is repeated"),
            ("grant_type=client_credentials&grant_type=x", "invalid_request: parameter grant_type is repeated"),
            ("grant_type=client_credentials&unknown=&unknown=", "invalid_request: parameter unknown is repeated"),
            ("grant_type=client_credentials&resource=r", "invalid_target: resource must be"),
            ("grant_type=client_credentials&scope=%5C", "invalid_scope: scope holds"),
        ] {
            let refused = parse(form).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(refused.starts_with(expected), "{form}: {refused}");
        }
    }

    #[test]
    fn other_grant_types_are_unsupported() {
        for other in ["password", "implicit", "Refresh_Token", "urn:ietf:params:oauth:grant-type:device_code"] {
            let refused = parse(&format!("grant_type={other}&code=c")).err().map(|error| error.code.as_str());
            assert_eq!(refused, Some("unsupported_grant_type"), "{other}");
        }
    }

    #[test]
    fn an_answer_is_written_as_the_rfc_says() {
        let mut answer = TokenResponse {
            access_token: "hush1".to_owned(),
            token_type: BEARER,
            expires_in: 1800,
            refresh_token: Some("hush2".to_owned()),
            id_token: Some("hush3".to_owned()),
            scope: ["a", "b"].into_iter().collect(),
        };
        let written = serde_json::json!({
            "access_token": "hush1", "token_type": "Bearer", "expires_in": 1800, "refresh_token": "hush2", "id_token": "hush3",
            "scope": "a b"
        });
        assert_eq!(serde_json::to_value(&answer).ok(), Some(written));
        (answer.refresh_token, answer.id_token) = (None, None);
        let written = serde_json::to_string(&answer).unwrap_or_default();
        assert!(
            !written.is_empty() && !written.contains("refresh_token") && !written.contains("id_token"),
            "{written}"
        );
    }

    #[test]
    fn nothing_secret_is_printed() {
        let request = parse("grant_type=authorization_code&code=hush&code_verifier=hush");
        assert!(request.is_ok() && !format!("{request:?}").contains("hush"));
        let request = parse("grant_type=refresh_token&refresh_token=hush");
        assert!(request.is_ok() && !format!("{request:?}").contains("hush"));
        let answer = TokenResponse {
            access_token: "hush".to_owned(),
            token_type: BEARER,
            expires_in: 1,
            refresh_token: Some("hush".to_owned()),
            id_token: Some("hush".to_owned()),
            scope: ScopeSet::default(),
        };
        assert!(!format!("{answer:?}").contains("hush"));
    }
}
