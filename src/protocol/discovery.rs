//! What we are, where, and what we take: provider metadata (OpenID Connect Discovery 3), which is authorization server metadata
//! (RFC 8414) with more in it. Nothing that is not built.

use serde::Serialize;

use super::authentication::{ACR, Prompt};
use super::jose::jwk::Algorithm;
use super::jose::verification_key::VerificationAlgorithm;
use super::scope::BUILT_IN;

/// The document at `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server` (names beyond OpenID
/// Connect Discovery 3 and RFC 8414 section 2 cite theirs).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    /// RFC 7591; only where clients may register themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    /// RP-Initiated Logout 2.1.
    end_session_endpoint: String,
    scopes_supported: Vec<String>,
    claims_supported: Vec<&'static str>,
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: &'static [&'static str],
    subject_types_supported: &'static [&'static str],
    id_token_signing_alg_values_supported: Vec<Algorithm>,
    userinfo_signing_alg_values_supported: Vec<Algorithm>,
    acr_values_supported: &'static [&'static str],
    display_values_supported: &'static [&'static str],
    claim_types_supported: &'static [&'static str],
    ui_locales_supported: &'static [&'static str],
    /// Initiating User Registration 1.0, section 4.1.
    prompt_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: &'static [&'static str],
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    code_challenge_methods_supported: &'static [&'static str],
    #[serde(flatten)]
    abilities: Abilities,
}

/// What is a matter of yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the document has the members it has")]
struct Abilities {
    claims_parameter_supported: bool,
    /// Said because leaving it out is not saying no to everybody: `request` is refused.
    request_parameter_supported: bool,
    /// Likewise; leaving it out means true.
    request_uri_parameter_supported: bool,
    /// RFC 9207 section 3.
    authorization_response_iss_parameter_supported: bool,
    /// Back-Channel Logout 2.1.
    backchannel_logout_supported: bool,
    /// Likewise: logout tokens hold `sid`.
    backchannel_logout_session_supported: bool,
    /// draft-ietf-oauth-client-id-metadata-document section 6.
    client_id_metadata_document_supported: bool,
}

/// What ID tokens say of themselves and of the sign-in.
const PROTOCOL_CLAIMS: [&str; 12] =
    ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash"];

const AUTH_METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

/// In which ways a client may come without an administrator.
#[derive(Clone, Copy, Debug)]
pub struct Coming {
    /// It registers itself.
    pub by_registration: bool,
    /// It describes itself in a document at the URL that is its id.
    pub by_document: bool,
}

/// The metadata of `issuer` (without a slash at its end), with the scopes that anyone may ask for, the algorithms that there
/// are keys for, and in which ways clients may come without an administrator.
#[must_use]
pub fn provider_metadata(
    issuer: &str,
    scopes: Vec<String>,
    algorithms: Vec<Algorithm>,
    coming: Coming,
) -> ProviderMetadata {
    let released = BUILT_IN.iter().flat_map(|scope| scope.claims).copied();
    ProviderMetadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: format!("{issuer}/oauth/authorize"),
        token_endpoint: format!("{issuer}/oauth/token"),
        userinfo_endpoint: format!("{issuer}/oauth/userinfo"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        revocation_endpoint: format!("{issuer}/oauth/revoke"),
        introspection_endpoint: format!("{issuer}/oauth/introspect"),
        registration_endpoint: coming.by_registration.then(|| format!("{issuer}/oauth/register")),
        end_session_endpoint: format!("{issuer}/oauth/logout"),
        scopes_supported: scopes,
        claims_supported: PROTOCOL_CLAIMS.into_iter().chain(released).collect(),
        response_types_supported: &["code"],
        response_modes_supported: &["query", "form_post"],
        grant_types_supported: &["authorization_code", "refresh_token", "client_credentials"],
        subject_types_supported: &["public"],
        userinfo_signing_alg_values_supported: algorithms.clone(),
        id_token_signing_alg_values_supported: algorithms,
        acr_values_supported: &[ACR],
        display_values_supported: &["page"],
        claim_types_supported: &["normal"],
        ui_locales_supported: &["en"],
        prompt_values_supported: Prompt::ALL.into_iter().map(|(name, _)| name).collect(),
        token_endpoint_auth_methods_supported: &AUTH_METHODS,
        token_endpoint_auth_signing_alg_values_supported: &VerificationAlgorithm::NAMES,
        revocation_endpoint_auth_methods_supported: &AUTH_METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: &VerificationAlgorithm::NAMES,
        // RFC 7662 section 2.1: a public client proves nothing, so it may not ask.
        introspection_endpoint_auth_methods_supported: &[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        introspection_endpoint_auth_signing_alg_values_supported: &VerificationAlgorithm::NAMES,
        code_challenge_methods_supported: &["S256"],
        abilities: Abilities {
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            client_id_metadata_document_supported: coming.by_document,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_lists_what_is_built_and_nothing_else() {
        let metadata = provider_metadata(
            "https://auth.example.com",
            vec!["openid".to_owned()],
            vec![Algorithm::Es256, Algorithm::Rs256],
            Coming { by_registration: true, by_document: true },
        );
        assert_eq!(
            serde_json::to_value(metadata).unwrap(),
            json!({
                "issuer": "https://auth.example.com",
                "authorization_endpoint": "https://auth.example.com/oauth/authorize",
                "token_endpoint": "https://auth.example.com/oauth/token",
                "userinfo_endpoint": "https://auth.example.com/oauth/userinfo",
                "jwks_uri": "https://auth.example.com/.well-known/jwks.json",
                "revocation_endpoint": "https://auth.example.com/oauth/revoke",
                "introspection_endpoint": "https://auth.example.com/oauth/introspect",
                "registration_endpoint": "https://auth.example.com/oauth/register",
                "end_session_endpoint": "https://auth.example.com/oauth/logout",
                "scopes_supported": ["openid"],
                "claims_supported": [
                    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash",
                    "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile",
                    "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
                    "email", "email_verified", "address", "phone_number", "phone_number_verified",
                ],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "form_post"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256", "RS256"],
                "userinfo_signing_alg_values_supported": ["ES256", "RS256"],
                "acr_values_supported": ["urn:ostiary:acr:password"],
                "display_values_supported": ["page"],
                "claim_types_supported": ["normal"],
                "ui_locales_supported": ["en"],
                "prompt_values_supported": ["none", "login", "consent", "select_account"],
                "token_endpoint_auth_methods_supported":
                    ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
                "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"],
                "revocation_endpoint_auth_methods_supported":
                    ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
                "revocation_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"],
                "introspection_endpoint_auth_methods_supported":
                    ["client_secret_basic", "client_secret_post", "private_key_jwt"],
                "introspection_endpoint_auth_signing_alg_values_supported":
                    ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": true,
                "request_parameter_supported": false,
                "request_uri_parameter_supported": false,
                "claims_parameter_supported": true,
                "backchannel_logout_supported": true,
                "backchannel_logout_session_supported": true,
                "client_id_metadata_document_supported": true,
            })
        );
    }
}
