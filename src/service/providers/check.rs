//! What must hold of a provider before it is kept.

use crate::app::App;
use crate::model::provider::{Flow, OurProof, ProviderKind, ProviderSettings, TENANT, said};
use crate::protocol::error::OAuthError;
use crate::service::fetch;

/// Longest of all texts, in bytes.
const LONGEST: usize = 2048;
/// What an authorization request says by itself, and nobody else may say for it.
const OURS: [&str; 12] = [
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

fn wrong(field: &'static str, problem: &str) -> OAuthError {
    OAuthError::invalid_request(format!("{field} {problem}")).field(field)
}

/// # Errors
/// `invalid_request` for a secret that cannot be sent.
pub fn secret(settings: &ProviderSettings) -> Result<(), OAuthError> {
    let fits =
        |text: &String| (1..=LONGEST).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_graphic());
    match &settings.client_secret {
        Some(text) if !fits(text) => {
            Err(wrong("client_secret", "has up to 2048 letters, digits and signs, and no spaces"))
        }
        _ => Ok(()),
    }
}

/// # Errors
/// `invalid_request` that names the member at fault.
pub fn whole(app: &App, settings: &ProviderSettings, has_secret: bool) -> Result<(), OAuthError> {
    texts(settings)?;
    urls(app, settings)?;
    parameters(settings)?;
    needed(settings)?;
    let is_server_wide = settings.flow == Some(Flow::ClientCredentials);
    if is_server_wide && settings.client_authentication == Some(OurProof::None) {
        return Err(wrong("client_authentication", "is basic or body with client_credentials (RFC 6749 section 4.4)"));
    }
    if !has_secret && settings.client_authentication != Some(OurProof::None) {
        return Err(wrong("client_secret", "is missing; without one, client_authentication is none"));
    }
    Ok(())
}

fn texts(settings: &ProviderSettings) -> Result<(), OAuthError> {
    let named = [
        ("name", &settings.name, 80),
        ("client_id", &settings.client_id, LONGEST),
        ("subject_claim", &settings.subject_claim, 80),
        ("email_claim", &settings.email_claim, 80),
        ("name_claim", &settings.name_claim, 80),
    ];
    let bad = |text: &str, most: usize| text.len() > most || text.chars().any(char::is_control);
    let found = named.into_iter().find(|(_, text, most)| said(text.as_ref()).is_some_and(|text| bad(text, *most)));
    match found {
        Some((field, ..)) => Err(wrong(field, "is too long, or holds control characters")),
        None => Ok(()),
    }
}

fn urls(app: &App, settings: &ProviderSettings) -> Result<(), OAuthError> {
    let named = [
        ("authorization_endpoint", &settings.authorization_endpoint),
        ("token_endpoint", &settings.token_endpoint),
        ("userinfo_endpoint", &settings.userinfo_endpoint),
        ("revocation_endpoint", &settings.revocation_endpoint),
        ("jwks_uri", &settings.jwks_uri),
        ("issuer", &settings.issuer),
    ];
    for (field, text) in named {
        let Some(text) = said(text.as_ref()) else { continue };
        let text = if field == "issuer" { text.replace(TENANT, "common") } else { text.to_owned() };
        let url = fetch::allowed(&app.config, &text).map_err(|problem| wrong(field, &problem.to_string()))?;
        if text.len() > LONGEST || url.fragment().is_some() || (field == "issuer" && url.query().is_some()) {
            return Err(wrong(field, "is an address without a fragment, and an issuer without a query"));
        }
    }
    Ok(())
}

fn parameters(settings: &ProviderSettings) -> Result<(), OAuthError> {
    let Some(parameters) = &settings.parameters else { return Ok(()) };
    let fits = |(name, value): (&String, &serde_json::Value)| {
        !name.is_empty() && !OURS.contains(&name.as_str()) && value.as_str().is_some_and(|value| value.len() <= LONGEST)
    };
    if parameters.len() <= 32 && parameters.iter().all(fits) {
        return Ok(());
    }
    Err(wrong("parameters", "are up to 32 texts by name, and none that the request has by itself"))
}

fn needed(settings: &ProviderSettings) -> Result<(), OAuthError> {
    let missing = |members: &[(&'static str, &Option<String>)]| {
        members.iter().find(|(_, text)| said(text.as_ref()).is_none()).map(|(field, _)| *field)
    };
    let client = [("client_id", &settings.client_id)];
    let of_kind = match settings.kind.unwrap_or(ProviderKind::Oidc) {
        ProviderKind::Oauth if settings.flow == Some(Flow::ClientCredentials) => {
            missing(&[("token_endpoint", &settings.token_endpoint)])
        }
        ProviderKind::Oidc => missing(&[("issuer", &settings.issuer)]),
        ProviderKind::Oauth => missing(&[
            ("authorization_endpoint", &settings.authorization_endpoint),
            ("token_endpoint", &settings.token_endpoint),
            ("userinfo_endpoint", &settings.userinfo_endpoint),
        ]),
    };
    match of_kind.or_else(|| missing(&client)) {
        Some(field) => Err(wrong(field, "is missing")),
        None => Ok(()),
    }
}
