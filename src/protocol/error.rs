//! The one error of the protocol: a code the RFCs name, a sentence for the caller, and what only the log may know.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::violation::Violation;

/// Why a request is refused. Each variant cites where its code is defined; [`ErrorCode::status`] follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, repeated or malformed (RFC 6749 4.1.2.1, 5.2).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 5.2).
    InvalidClient,
    /// The code or refresh token is invalid, expired, revoked or another client's (RFC 6749 5.2).
    InvalidGrant,
    /// The client may not use this grant type or response type (RFC 6749 4.1.2.1, 5.2).
    UnauthorizedClient,
    /// The grant type is not one of ours (RFC 6749 5.2).
    UnsupportedGrantType,
    /// The response type is not `code` (RFC 6749 4.1.2.1).
    UnsupportedResponseType,
    /// The scope is unknown, malformed or more than may be had (RFC 6749 4.1.2.1, 5.2).
    InvalidScope,
    /// The resource is unknown or more than may be had (RFC 8707 section 2).
    InvalidTarget,
    /// The resource owner said no (RFC 6749 4.1.2.1).
    AccessDenied,
    /// `request` is not supported (OpenID Connect Core 3.1.2.6).
    RequestNotSupported,
    /// `request_uri` is not supported (OpenID Connect Core 3.1.2.6).
    RequestUriNotSupported,
    /// Nobody is signed in, or not lately enough, and nobody may be asked (OpenID Connect Core 3.1.2.6).
    LoginRequired,
    /// The person has not consented, and may not be asked (OpenID Connect Core 3.1.2.6).
    ConsentRequired,
    /// The person must choose an account, and may not be asked (OpenID Connect Core 3.1.2.6).
    AccountSelectionRequired,
    /// An essential way to authenticate is not one of ours (OpenID Connect Core Error Code
    /// unmet_authentication_requirements).
    UnmetAuthenticationRequirements,
    /// The access token's scope does not reach here (RFC 6750 3.1).
    InsufficientScope,
    /// The access token is malformed, expired, revoked or not for here (RFC 6750 3.1).
    InvalidToken,
    /// The method is not one the path answers.
    MethodNotAllowed,
    /// Nothing lives at this path or id.
    NotFound,
    /// A redirect URI cannot be registered (RFC 7591 3.2.2).
    InvalidRedirectUri,
    /// What a client says of itself cannot be (RFC 7591 3.2.2).
    InvalidClientMetadata,
    /// Nobody's word is taken for a client (RFC 7591 3.2.2).
    UnapprovedSoftwareStatement,
    /// The arguments of a call do not fit the tool.
    InvalidArguments,
    /// Too many requests from here (RFC 6585 section 4).
    TooManyRequests,
    /// What would be made is there already.
    Conflict,
    /// What is to be changed is no longer what the change rests on (RFC 9110 section 15.5.13).
    PreconditionFailed,
    /// The body is larger than is read.
    ContentTooLarge,
    /// The body's content type is not one the path reads.
    UnsupportedMediaType,
    /// The path speaks another protocol, to which a request must ask to change (RFC 9110 section 15.5.22).
    UpgradeRequired,
    /// The request came to another host than the issuer's.
    MisdirectedRequest,
    /// We are at fault (RFC 6749 4.1.2.1).
    ServerError,
    /// A server that we asked failed (RFC 9110 15.6.3).
    BadGateway,
    /// A server that we asked took too long (RFC 9110 15.6.5).
    GatewayTimeout,
    /// A store did not answer, or the operator switched us off; a later try may work (RFC 6749 4.1.2.1).
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// The code as it is written in `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InsufficientScope => "insufficient_scope",
            Self::InvalidToken => "invalid_token",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotFound => "not_found",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
            Self::InvalidArguments => "invalid_arguments",
            Self::TooManyRequests => "too_many_requests",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition_failed",
            Self::ContentTooLarge => "content_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::UpgradeRequired => "upgrade_required",
            Self::MisdirectedRequest => "misdirected_request",
            Self::ServerError => "server_error",
            Self::BadGateway => "bad_gateway",
            Self::GatewayTimeout => "gateway_timeout",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The HTTP status of an answer with this code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::AccessDenied | Self::InsufficientScope => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::ContentTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::MisdirectedRequest => 421,
            Self::UpgradeRequired => 426,
            Self::TooManyRequests => 429,
            Self::InvalidArguments => 422,
            Self::ServerError => 500,
            Self::BadGateway => 502,
            Self::GatewayTimeout => 504,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

/// A refusal or a failure. `description` goes to the caller (ASCII without `"` and `\`, RFC 6749 5.2); `detail` and
/// `source` go to the log only. One pointer wide, since nearly every function hands it on.
#[derive(Debug)]
pub struct OAuthError(Box<Told>);

/// What an [`OAuthError`] tells, and to whom.
#[derive(Debug)]
pub struct Told {
    /// What kind of refusal this is.
    pub code: ErrorCode,
    /// A sentence for whoever made the request.
    pub description: String,
    /// What the log may know beyond that: ids and causes, never a secret.
    pub detail: Option<String>,
    /// The failure beneath, for the log.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u64>,
    /// The scope that an access token would need, for the challenge (RFC 6750 section 3).
    pub scope: Option<&'static str>,
    /// Whether what was shown was never given out by us: it may be one guess of many (service/throttle.rs).
    pub guess: bool,
    /// What of the arguments does not fit.
    pub violations: Vec<Violation>,
    /// The member of the body, or the parameter of the query, that is at fault.
    pub field: Option<Cow<'static, str>>,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $code:ident),* $(,)?) => {
        impl OAuthError {
            $($(#[$doc])* #[must_use] pub fn $name(description: impl Into<String>) -> Self {
                Self::new(ErrorCode::$code, description)
            })*
        }
    };
}

constructors! {
    /// [`ErrorCode::InvalidRequest`].
    invalid_request => InvalidRequest,
    /// [`ErrorCode::InvalidClient`].
    invalid_client => InvalidClient,
    /// [`ErrorCode::InvalidGrant`].
    invalid_grant => InvalidGrant,
    /// [`ErrorCode::UnauthorizedClient`].
    unauthorized_client => UnauthorizedClient,
    /// [`ErrorCode::UnsupportedGrantType`].
    unsupported_grant_type => UnsupportedGrantType,
    /// [`ErrorCode::UnsupportedResponseType`].
    unsupported_response_type => UnsupportedResponseType,
    /// [`ErrorCode::InvalidScope`].
    invalid_scope => InvalidScope,
    /// [`ErrorCode::InvalidTarget`].
    invalid_target => InvalidTarget,
    /// [`ErrorCode::AccessDenied`].
    access_denied => AccessDenied,
    /// [`ErrorCode::InvalidToken`].
    invalid_token => InvalidToken,
    /// [`ErrorCode::NotFound`].
    not_found => NotFound,
    /// [`ErrorCode::Conflict`].
    conflict => Conflict,
    /// [`ErrorCode::ServerError`].
    server_error => ServerError,
    /// [`ErrorCode::TemporarilyUnavailable`].
    temporarily_unavailable => TemporarilyUnavailable,
}

impl OAuthError {
    /// A refusal with `code`, saying `description` to the caller.
    #[must_use]
    pub fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        let retry_after = matches!(code, ErrorCode::TemporarilyUnavailable).then_some(5);
        Self(Box::new(Told {
            code,
            description: description.into(),
            detail: None,
            source: None,
            retry_after,
            scope: None,
            guess: false,
            violations: Vec::new(),
            field: None,
        }))
    }

    /// The access token lacks `scope`, which the path needs (RFC 6750 3.1).
    #[must_use]
    pub fn insufficient_scope(scope: &'static str) -> Self {
        let mut error = Self::new(ErrorCode::InsufficientScope, format!("the access token lacks the scope {scope}"));
        error.0.scope = Some(scope);
        error
    }

    /// The arguments of a call do not fit the tool.
    #[must_use]
    pub fn invalid_arguments(violations: Vec<Violation>) -> Self {
        let mut error = Self::new(ErrorCode::InvalidArguments, "the arguments do not fit the tool");
        error.0.violations = violations;
        error
    }

    /// Adds what only the log may know.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds the failure beneath.
    #[must_use]
    pub fn source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// Says which member or parameter is at fault, unless that was said before.
    #[must_use]
    pub fn field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.0.field.get_or_insert_with(|| field.into());
        self
    }

    /// Says that what was shown was never given out by us.
    #[must_use]
    pub fn as_guess(mut self) -> Self {
        self.0.guess = true;
        self
    }

    /// Says after how many seconds a new try makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }
}

impl Deref for OAuthError {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)
    }
}

impl std::error::Error for OAuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
