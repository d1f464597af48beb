//! PKCE (RFC 7636), with S256 only: `plain` shows the verifier to whoever sees the request (RFC 9700 2.1.1).

use super::digest::{base64url, equal_in_constant_time, sha256};
use super::error::OAuthError;
use super::parameters::Parameters;

/// Letters in the base64url of a SHA-256.
const CHALLENGE_LENGTH: usize = 43;

/// The challenge of an authorization request; `None` when it has none.
///
/// # Errors
/// `invalid_request` for a method other than S256, a method without a challenge, a challenge without a method (which
/// would mean `plain`, RFC 7636 4.3), or a challenge that is no S256 challenge.
pub fn challenge(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    let challenge = parameters.optional("code_challenge")?;
    match (challenge, parameters.optional("code_challenge_method")?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(OAuthError::invalid_request("code_challenge is missing")),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => Ok(Some(challenge.to_owned())),
        (Some(_), Some("S256")) => {
            Err(OAuthError::invalid_request("code_challenge must be the base64url of a SHA-256, 43 letters"))
        }
        (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256")),
    }
}

fn is_challenge(challenge: &str) -> bool {
    challenge.len() == CHALLENGE_LENGTH
        && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether this can be a verifier at all: 43 to 128 unreserved characters (RFC 7636 4.1).
///
/// # Errors
/// `invalid_grant`, like any other verifier that is not the right one (RFC 7636 4.6).
pub fn check_verifier(verifier: &str) -> Result<(), OAuthError> {
    let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved) {
        Ok(())
    } else {
        Err(OAuthError::invalid_grant("code_verifier must be 43 to 128 unreserved characters"))
    }
}

/// Compares the verifier of a token request with the challenge its code was issued for, in constant time. A verifier
/// for a code without a challenge is refused as well: somebody took the challenge out of the authorization request
/// (PKCE downgrade, RFC 9700 4.8.2).
///
/// # Errors
/// `invalid_grant` when they do not belong together, or only one of them is there.
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), OAuthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(OAuthError::invalid_grant("code_verifier is missing")),
        (None, Some(_)) => Err(OAuthError::invalid_grant("the code was issued without a code_challenge")),
        (Some(challenge), Some(verifier)) => {
            check_verifier(verifier)?;
            if equal_in_constant_time(challenge.as_bytes(), s256(verifier).as_bytes()) {
                Ok(())
            } else {
                Err(OAuthError::invalid_grant("code_verifier does not match the code_challenge"))
            }
        }
    }
}

/// The S256 challenge of a verifier (RFC 7636 4.2).
#[must_use]
pub fn s256(verifier: &str) -> String {
    base64url(&sha256(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn refusal<T>(result: Result<T, OAuthError>) -> Option<&'static str> {
        result.err().map(|error| error.code.as_str())
    }

    #[test]
    fn s256_is_that_of_the_rfc() {
        assert_eq!(s256(VERIFIER), CHALLENGE);
    }

    #[test]
    fn only_s256_is_accepted() {
        let table = [
            (String::new(), Ok(None)),
            ("code_challenge=&code_challenge_method=".to_owned(), Ok(None)),
            (format!("code_challenge={CHALLENGE}&code_challenge_method=S256"), Ok(Some(CHALLENGE))),
            (format!("code_challenge={CHALLENGE}"), Err("code_challenge_method must be S256")),
            (
                format!("code_challenge={CHALLENGE}&code_challenge_method=plain"),
                Err("code_challenge_method must be S256"),
            ),
            (
                format!("code_challenge={CHALLENGE}&code_challenge_method=s256"),
                Err("code_challenge_method must be S256"),
            ),
            ("code_challenge_method=S256".to_owned(), Err("code_challenge is missing")),
            (
                format!("code_challenge={CHALLENGE}&code_challenge={CHALLENGE}&code_challenge_method=S256"),
                Err("parameter code_challenge is repeated"),
            ),
        ];
        for (encoded, expected) in table {
            let read = challenge(&Parameters::parse(encoded.as_bytes()).unwrap_or_default());
            let read = read.as_ref().map(Option::as_deref).map_err(|error| error.description.as_str());
            assert_eq!(read, expected, "{encoded}");
        }
    }

    #[test]
    fn a_challenge_is_43_letters_of_base64url() {
        for bad in ["a".repeat(42), "a".repeat(44), format!("{}%3D", "a".repeat(42)), format!("{}.", "a".repeat(42))] {
            let encoded = format!("code_challenge={bad}&code_challenge_method=S256");
            let read = challenge(&Parameters::parse(encoded.as_bytes()).unwrap_or_default());
            assert_eq!(refusal(read), Some("invalid_request"), "{bad}");
        }
    }

    #[test]
    fn a_code_and_a_verifier_belong_together_or_both_are_without() {
        let other = "a".repeat(43);
        let table = [
            (None, None, None),
            (Some(CHALLENGE), Some(VERIFIER), None),
            (Some(CHALLENGE), None, Some("invalid_grant")),
            (None, Some(VERIFIER), Some("invalid_grant")),
            (Some(CHALLENGE), Some(other.as_str()), Some("invalid_grant")),
            (Some(CHALLENGE), Some(CHALLENGE), Some("invalid_grant")),
            (Some(VERIFIER), Some(VERIFIER), Some("invalid_grant")),
            (Some(CHALLENGE), Some(""), Some("invalid_grant")),
            (None, Some(""), Some("invalid_grant")),
            (Some(""), Some(VERIFIER), Some("invalid_grant")),
        ];
        for (challenge, verifier, expected) in table {
            assert_eq!(refusal(verify(challenge, verifier)), expected, "{challenge:?} {verifier:?}");
        }
    }

    #[test]
    fn a_verifier_is_43_to_128_unreserved_characters() {
        for good in ["a".repeat(43), "~".repeat(128), VERIFIER.to_owned(), format!("-._~{}", "0".repeat(39))] {
            assert!(check_verifier(&good).is_ok(), "{good}");
        }
        for bad in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43)), "é".repeat(43)] {
            assert_eq!(refusal(check_verifier(&bad)), Some("invalid_grant"), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_challenge_is_met_by_its_own_verifier_only(verifier in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}") {
            prop_assert!(verify(Some(&s256(&verifier)), Some(&verifier)).is_ok());
            prop_assert_eq!(verify(Some(&s256(&verifier)), Some(&other)).is_ok(), verifier == other);
        }
    }
}
