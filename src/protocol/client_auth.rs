//! How a client says who it is at the token, introspection and revocation endpoints (RFC 6749 2.3). Whether it is
//! true is decided elsewhere.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::OAuthError;
use super::jose::client_assertion::{self, ClientAssertion};
use super::parameters::{self, Parameters};

/// Who a client says it is, by exactly one method.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientCredentials {
    /// `client_secret_basic`: the `Authorization` header.
    Basic {
        /// Who it says it is.
        client_id: String,
        /// Its proof; may be empty.
        secret: String,
    },
    /// `client_secret_post`: the body.
    Body {
        /// Who it says it is.
        client_id: String,
        /// Its proof.
        secret: String,
    },
    /// `private_key_jwt`: an assertion in the body, signed by the client's own key.
    Assertion(Box<ClientAssertion>),
    /// `none`: no proof.
    Public {
        /// Who it says it is.
        client_id: String,
    },
}

impl ClientCredentials {
    /// Reads the `Authorization` header and the body of a request.
    ///
    /// # Errors
    /// `invalid_request` when two methods are used at once or contradict each other (RFC 6749 2.3, 5.2);
    /// `invalid_client` when there is none, or one that is broken or not ours.
    pub fn parse(authorization: Option<&[u8]>, form: &Parameters) -> Result<Self, OAuthError> {
        let client_id = form.optional("client_id")?;
        let secret = form.optional("client_secret")?;
        let assertion = (form.optional("client_assertion")?, form.optional("client_assertion_type")?);
        match (authorization, secret, assertion) {
            (None, secret, (None, None)) => Self::from_body(client_id, secret),
            (Some(header), None, (None, None)) => Self::from_basic(header, client_id),
            (None, None, (assertion, kind)) => Self::from_assertion(assertion, kind, client_id),
            _ => Err(OAuthError::invalid_request("the client must authenticate by one method, not by two")),
        }
    }

    /// RFC 7521 section 4.2: `client_id` may be left out, and is the assertion's `sub` if it is sent.
    fn from_assertion(assertion: Option<&str>, kind: Option<&str>, sent_id: Option<&str>) -> Result<Self, OAuthError> {
        let refuse = |why: &str| OAuthError::invalid_client(format!("the client assertion is not good: {why}"));
        if kind != Some(client_assertion::TYPE) {
            return Err(OAuthError::invalid_client(format!(
                "client_assertion_type must be {}",
                client_assertion::TYPE
            )));
        }
        let assertion = assertion.ok_or_else(|| OAuthError::invalid_client("client_assertion is missing"))?;
        let assertion = ClientAssertion::parse(assertion).map_err(refuse)?;
        if sent_id.is_some_and(|sent_id| sent_id != assertion.client_id()) {
            return Err(refuse("client_id is not its sub"));
        }
        Ok(Self::Assertion(Box::new(assertion)))
    }

    fn from_basic(header: &[u8], sent_id: Option<&str>) -> Result<Self, OAuthError> {
        let (client_id, secret) = decode_basic(header)?;
        if sent_id.is_some_and(|sent_id| sent_id != client_id) {
            return Err(OAuthError::invalid_request("client_id is not the one that authenticates"));
        }
        Ok(Self::Basic { client_id, secret })
    }

    fn from_body(client_id: Option<&str>, secret: Option<&str>) -> Result<Self, OAuthError> {
        let client_id = client_id.ok_or_else(|| OAuthError::invalid_client("the client must authenticate"))?.to_owned();
        Ok(match secret {
            Some(secret) => Self::Body { client_id, secret: secret.to_owned() },
            None => Self::Public { client_id },
        })
    }

    /// Who the client says it is.
    #[must_use]
    pub fn client_id(&self) -> &str {
        match self {
            Self::Basic { client_id, .. } | Self::Body { client_id, .. } | Self::Public { client_id } => client_id,
            Self::Assertion(assertion) => assertion.client_id(),
        }
    }

    /// Its secret, if it sent one.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::Basic { secret, .. } | Self::Body { secret, .. } => Some(secret),
            Self::Assertion(_) | Self::Public { .. } => None,
        }
    }

    /// Its assertion, if it sent one.
    #[must_use]
    pub fn assertion(&self) -> Option<&ClientAssertion> {
        match self {
            Self::Assertion(assertion) => Some(assertion),
            _ => None,
        }
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self {
            Self::Basic { .. } => "Basic",
            Self::Body { .. } => "Body",
            Self::Assertion(_) => "Assertion",
            Self::Public { .. } => "Public",
        };
        f.debug_struct(method).field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}

/// Client id and secret of an `Authorization: Basic` header: base64 (RFC 7617) of two form-urlencoded values (RFC
/// 6749 2.3.1).
fn decode_basic(header: &[u8]) -> Result<(String, String), OAuthError> {
    let (scheme, token) = header.split_at_checked("Basic ".len()).unwrap_or((header, &[]));
    if !scheme.eq_ignore_ascii_case(b"Basic ") {
        return Err(OAuthError::invalid_client("the Authorization header must use the scheme Basic"));
    }
    read_basic(token.trim_ascii()).ok_or_else(|| OAuthError::invalid_client("the Authorization header is malformed"))
}

fn read_basic(token: &[u8]) -> Option<(String, String)> {
    let pair = STANDARD.decode(token).ok()?;
    // An encoded id holds no colon, so the first one ends it.
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let (client_id, secret) = pair.split_at_checked(colon)?;
    let (client_id, secret) = (parameters::decode(client_id)?, parameters::decode(secret.get(1..)?)?);
    (!client_id.is_empty()).then_some((client_id, secret))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(authorization: Option<&str>, form: &str) -> Result<ClientCredentials, OAuthError> {
        let form = Parameters::parse(form.as_bytes()).unwrap_or_default();
        ClientCredentials::parse(authorization.map(str::as_bytes), &form)
    }

    fn basic(pair: impl AsRef<[u8]>) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn refusal(result: Result<ClientCredentials, OAuthError>) -> Option<&'static str> {
        result.err().map(|error| error.code.as_str())
    }

    #[test]
    fn basic_values_are_form_urlencoded() {
        for (pair, id, secret) in [
            ("web:s3cret", "web", "s3cret"),
            ("a%3Ab:c:d", "a:b", "c:d"),
            ("web:a+b%2B%25", "web", "a b+%"),
            ("https%3A%2F%2Fclient.example:x", "https://client.example", "x"),
            ("web:", "web", ""),
        ] {
            let expected = ClientCredentials::Basic { client_id: id.to_owned(), secret: secret.to_owned() };
            assert_eq!(parse(Some(&basic(pair)), "").ok(), Some(expected), "{pair}");
        }
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for scheme in ["basic", "BASIC", "Basic  "] {
            let header = basic("a:b").replace("Basic", scheme);
            assert_eq!(
                parse(Some(&header), "client_id=a").ok().map(|read| matches!(read, ClientCredentials::Basic { .. })),
                Some(true),
                "{scheme}"
            );
        }
    }

    #[test]
    fn the_body_may_hold_a_secret_or_none() {
        let body = ClientCredentials::Body { client_id: "a".to_owned(), secret: "b c".to_owned() };
        assert_eq!(parse(None, "client_id=a&client_secret=b+c").ok(), Some(body));
        let public = ClientCredentials::Public { client_id: "a".to_owned() };
        assert_eq!(parse(None, "client_id=a").ok(), Some(public.clone()));
        assert_eq!(parse(None, "client_id=a&client_secret=").ok(), Some(public));
    }

    #[test]
    fn a_client_authenticates_by_one_method_only() {
        let header = basic("a:b");
        for form in ["client_secret=b", "client_id=a&client_secret=b", "client_secret=b&client_assertion=x"] {
            assert_eq!(refusal(parse(Some(&header), form)), Some("invalid_request"), "{form}");
        }
        for form in ["client_assertion=x", "client_assertion_type=x"] {
            assert_eq!(refusal(parse(Some(&header), form)), Some("invalid_request"), "{form}");
        }
        assert_eq!(refusal(parse(None, "client_secret=b&client_assertion=x")), Some("invalid_request"));
        assert_eq!(refusal(parse(Some("Bearer x"), "client_secret=b")), Some("invalid_request"));
        assert_eq!(refusal(parse(Some(&header), "client_id=other")), Some("invalid_request"));
        assert_eq!(refusal(parse(None, "client_id=a&client_id=a")), Some("invalid_request"));
        assert_eq!(refusal(parse(None, "client_id=a&client_secret=b&client_secret=b")), Some("invalid_request"));
    }

    #[test]
    fn no_credentials_or_those_of_another_kind_are_an_invalid_client() {
        for form in ["", "client_id=", "client_secret=b", "client_id=a&client_assertion=x", "client_assertion_type=x"] {
            assert_eq!(refusal(parse(None, form)), Some("invalid_client"), "{form}");
        }
    }

    #[test]
    fn a_broken_authorization_header_is_an_invalid_client() {
        let headers = [
            String::new(),
            "Basic".to_owned(),
            "Basic ".to_owned(),
            "Basicx".to_owned(),
            "Bearer abc".to_owned(),
            "Digest username=a".to_owned(),
            "Basic !!!!".to_owned(),
            "Basic YTpi=".to_owned(),
            "Basic YTpiYw".to_owned(),
            "Basic YTpi YTpi".to_owned(),
            basic("no colon"),
            basic(":secret"),
            basic("a:%"),
            basic("a:%zz"),
            basic("%ff:b"),
            basic(b"a:\xff"),
        ];
        for header in headers {
            assert_eq!(refusal(parse(Some(&header), "client_id=a")), Some("invalid_client"), "{header}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        for read in [parse(Some(&basic("a:hush")), ""), parse(None, "client_id=a&client_secret=hush")] {
            let printed = format!("{read:?}");
            assert!(printed.contains("client_id: \"a\"") && !printed.contains("hush"), "{printed}");
        }
    }

    proptest! {
        #[test]
        fn reading_any_header_never_panics(header in prop::collection::vec(any::<u8>(), 0..60), pair in ".*") {
            let form = Parameters::default();
            let other = ClientCredentials::parse(Some(&header), &form)
                .is_ok_and(|read| !matches!(read, ClientCredentials::Basic { .. }));
            prop_assert!(!other);
            let _ = ClientCredentials::parse(Some(basic(pair).as_bytes()), &form);
        }

        #[test]
        fn any_id_and_secret_come_through_basic(client_id in ".+", secret in ".*") {
            let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let read = parse(Some(&basic(format!("{}:{}", encode(&client_id), encode(&secret)))), "");
            prop_assert_eq!(read.ok(), Some(ClientCredentials::Basic { client_id, secret }));
        }
    }
}
