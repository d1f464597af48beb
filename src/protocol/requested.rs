//! What a request asks for, at the authorization endpoint and at the token endpoint alike: scope and resources.

use super::error::OAuthError;
use super::parameters::Parameters;
use super::scope::ScopeSet;
use crate::protocol::uri;

/// `scope` (RFC 6749 3.3); `None` when nothing is asked for.
///
/// # Errors
/// `invalid_request` when it was sent twice, `invalid_scope` when it is malformed.
pub(super) fn scope(parameters: &Parameters) -> Result<Option<ScopeSet>, OAuthError> {
    let scope = parameters.optional("scope")?.map(ScopeSet::parse).transpose()?;
    Ok(scope.filter(|scope| !scope.is_empty()))
}

/// `resource` (RFC 8707 section 2), each once, in the order they came.
///
/// # Errors
/// `invalid_target` for one that is not an absolute URI without a fragment.
pub fn resources(parameters: &Parameters) -> Result<Vec<String>, OAuthError> {
    let mut resources: Vec<String> = Vec::new();
    for resource in parameters.all("resource") {
        // The parser drops tabs and line ends; they are no part of a URI, and would end up in `aud`.
        let is_uri = !resource.contains('#') && uri::parse(resource).is_some();
        if !is_uri {
            return Err(OAuthError::invalid_target("resource must be an absolute URI without a fragment"));
        }
        if !resources.iter().any(|known| known == resource) {
            resources.push(resource.to_owned());
        }
    }
    Ok(resources)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(encoded: &str) -> Parameters {
        Parameters::parse(encoded.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn scope_is_read_or_refused() {
        let table = [
            ("", Ok(None)),
            ("scope=", Ok(None)),
            ("scope=++", Ok(None)),
            ("scope=a+b+a", Ok(Some("a b"))),
            ("scope=a%22", Err("invalid_scope")),
            ("scope=a&scope=b", Err("invalid_request")),
        ];
        for (encoded, expected) in table {
            let read = scope(&parse(encoded)).map(|scope| scope.map(|scope| scope.to_string()));
            let read = read.as_ref().map(Option::as_deref).map_err(|error| error.code.as_str());
            assert_eq!(read, expected, "{encoded}");
        }
    }

    #[test]
    fn resources_are_absolute_uris_and_each_counts_once() {
        let table: &[(&str, Result<&[&str], &str>)] = &[
            ("", Ok(&[])),
            ("resource=", Ok(&[])),
            ("resource=https://a/mcp&resource=urn:b&resource=https://a/mcp", Ok(&["https://a/mcp", "urn:b"])),
            ("resource=/mcp", Err("invalid_target")),
            ("resource=a", Err("invalid_target")),
            ("resource=https://a%23b", Err("invalid_target")),
            ("resource=https://a/%0Ab", Err("invalid_target")),
            ("resource=https://a/+b", Err("invalid_target")),
            ("resource=https://%C3%A9/", Err("invalid_target")),
        ];
        for (encoded, expected) in table {
            let read = resources(&parse(encoded));
            match expected {
                Ok(expected) => assert_eq!(read.ok().as_deref().unwrap_or_default(), *expected, "{encoded}"),
                Err(code) => assert_eq!(read.err().map(|error| error.code.as_str()), Some(*code), "{encoded}"),
            }
        }
    }
}
