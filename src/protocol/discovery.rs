//! Authorization server metadata (RFC 8414): what we are, where, and what we take. Nothing that is not built.

use serde::Serialize;

/// The document at `/.well-known/oauth-authorization-server` (RFC 8414 section 2; names beyond it cite theirs).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuthorizationServerMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    scopes_supported: Vec<String>,
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: &'static [&'static str],
    token_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    code_challenge_methods_supported: &'static [&'static str],
    /// RFC 9207 section 3.
    authorization_response_iss_parameter_supported: bool,
    /// OpenID Connect Discovery section 3, registered for RFC 8414 too. False says why `request` is refused.
    request_parameter_supported: bool,
    /// Likewise; said because leaving it out means true.
    request_uri_parameter_supported: bool,
}

/// The metadata of `issuer` (without a slash at its end), with the scopes that anyone may ask for.
#[must_use]
pub fn authorization_server_metadata(issuer: &str, scopes: Vec<String>) -> AuthorizationServerMetadata {
    AuthorizationServerMetadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: format!("{issuer}/oauth/authorize"),
        token_endpoint: format!("{issuer}/oauth/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        revocation_endpoint: format!("{issuer}/oauth/revoke"),
        introspection_endpoint: format!("{issuer}/oauth/introspect"),
        scopes_supported: scopes,
        response_types_supported: &["code"],
        response_modes_supported: &["query"],
        grant_types_supported: &["authorization_code", "refresh_token", "client_credentials"],
        token_endpoint_auth_methods_supported: &["client_secret_basic", "client_secret_post", "none"],
        revocation_endpoint_auth_methods_supported: &["client_secret_basic", "client_secret_post", "none"],
        // RFC 7662 section 2.1: a public client proves nothing, so it may not ask.
        introspection_endpoint_auth_methods_supported: &["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported: &["S256"],
        authorization_response_iss_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_lists_what_is_built_and_nothing_else() {
        let metadata = authorization_server_metadata("https://auth.example.com", vec!["read:tools".to_owned()]);
        assert_eq!(
            serde_json::to_value(metadata).unwrap(),
            json!({
                "issuer": "https://auth.example.com",
                "authorization_endpoint": "https://auth.example.com/oauth/authorize",
                "token_endpoint": "https://auth.example.com/oauth/token",
                "jwks_uri": "https://auth.example.com/.well-known/jwks.json",
                "revocation_endpoint": "https://auth.example.com/oauth/revoke",
                "introspection_endpoint": "https://auth.example.com/oauth/introspect",
                "scopes_supported": ["read:tools"],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
                "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
                "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": true,
                "request_parameter_supported": false,
                "request_uri_parameter_supported": false,
            })
        );
    }
}
