//! What may be said of a client, by member and as a whole.

use crate::app::{App, Context};
use crate::model::client::{Client, ConsentPolicy, GrantType, USER_CLIENT_SCOPES, could_be_id};
use crate::model::client_settings::{ClientSettings, Signed};
use crate::model::user::{USER_CLIENT_PREFIX, USER_ID_PREFIX};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::scope::{ADMIN, ScopeSet};
use crate::protocol::{link_uri, outbound, redirect_uri, uri};
use crate::service::scopes;

/// The settings as they are stored, each checked by itself.
///
/// # Errors
/// `invalid_request` for a member that cannot be, `invalid_scope` for a scope that is nowhere.
pub async fn checked(app: &App, context: &Context, settings: ClientSettings) -> Result<ClientSettings, OAuthError> {
    let all = |uris: Option<&Vec<String>>| uris.into_iter().flatten().try_for_each(|uri| redirect_uri::validate(uri));
    all(settings.redirect_uris.as_ref()).map_err(|error| error.field("redirect_uris"))?;
    all(settings.post_logout_redirect_uris.as_ref()).map_err(|error| error.field("post_logout_redirect_uris"))?;
    check_link(app, "client_uri", settings.client_uri.as_deref())?;
    check_link(app, "logo_uri", settings.logo_uri.as_deref())?;
    check_link(app, "policy_uri", settings.policy_uri.as_deref())?;
    check_link(app, "tos_uri", settings.tos_uri.as_deref())?;
    if let Some(scope) = &settings.scope {
        check_scopes(app, context, scope).await.map_err(|error| error.field("scope"))?;
    }
    let resources = settings.resources.iter().flatten();
    resources.map(String::as_str).try_for_each(check_resource).map_err(|error| error.field("resources"))?;
    check_backchannel(app, settings.backchannel_logout_uri.as_deref())?;
    let signed = settings.userinfo_signed_response_alg.and_then(|Signed(algorithm)| algorithm);
    check_lifetimes(app, &settings)?;
    check_key(app, "id_token_signed_response_alg", settings.id_token_signed_response_alg)?;
    check_key(app, "userinfo_signed_response_alg", signed)?;
    let client_name = settings.client_name.as_deref().map(check_name).transpose();
    Ok(ClientSettings { client_name: client_name.map_err(|error| error.field("client_name"))?, ..settings })
}

/// What must hold of a client as a whole.
///
/// # Errors
/// `invalid_request` for settings that contradict each other.
pub fn check_whole(client: &Client) -> Result<(), OAuthError> {
    let refuse = |field: &'static str, text: &str| Err(OAuthError::invalid_request(text).field(field));
    if client.is_public() && !client.require_pkce {
        return refuse("require_pkce", "a public client always needs PKCE");
    }
    if client.is_public() && client.allows(GrantType::ClientCredentials) {
        return refuse("grant_types", "a public client may not use client_credentials");
    }
    if client.is_public() && client.resource_server {
        return refuse(
            "resource_server",
            "a public client may not introspect tokens, so it cannot be a resource server",
        );
    }
    if client.allows(GrantType::AuthorizationCode) && client.redirect_uris.is_empty() {
        return refuse("redirect_uris", "redirect_uris is missing: authorization_code needs at least one");
    }
    if client.consent_policy == ConsentPolicy::Skip && !client.first_party {
        return refuse("consent_policy", "consent may be skipped for first-party clients only");
    }
    if client.consent_policy == ConsentPolicy::Skip && !client.is_vouched_for() {
        return refuse("consent_policy", "consent may not be skipped for a client that registered or describes itself");
    }
    if client.consent_policy == ConsentPolicy::Skip
        && client.is_public()
        && client.redirect_uris.iter().any(|uri| redirect_uri::is_impersonable(uri))
    {
        return refuse(
            "consent_policy",
            "consent may not be skipped for a public client that any program on the device can impersonate",
        );
    }
    if client.scopes.contains(ADMIN) && !client.may_have(ADMIN) {
        return refuse("scope", "the scope admin is for first-party clients that an administrator made");
    }
    if client.owner.is_some() && !client.scopes.is_subset(&USER_CLIENT_SCOPES.into_iter().collect()) {
        return refuse("scope", "a user client may have read:tools and call:tools only");
    }
    Ok(())
}

/// An id that an administrator chose.
///
/// # Errors
/// `invalid_request` for odd letters, and for ids that look like a user's.
pub fn check_id(id: String) -> Result<String, OAuthError> {
    if !id.starts_with(|c: char| c.is_ascii_alphanumeric()) || !could_be_id(&id) {
        let text = "client_id may have 1 to 64 letters, digits, - _ and ., and begins with a letter or digit";
        return Err(OAuthError::invalid_request(text));
    }
    let lower = id.to_ascii_lowercase();
    if lower.starts_with(USER_CLIENT_PREFIX) || lower.starts_with(USER_ID_PREFIX) {
        return Err(OAuthError::invalid_request("client_id begins with letters kept for users"));
    }
    // The audit log calls the operator so.
    if ["admin", "development"].contains(&lower.as_str()) {
        return Err(OAuthError::invalid_request("client_id is a word that the audit log uses"));
    }
    Ok(id)
}

/// A name as people are shown it.
///
/// # Errors
/// `invalid_request` for an empty or overlong one, or one with characters that nobody sees.
pub fn check_name(name: &str) -> Result<String, OAuthError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(is_unseen) {
        return Err(OAuthError::invalid_request("a name has 1 to 100 characters, all of which can be seen"));
    }
    Ok(name.to_owned())
}

/// A sentence as people are shown it.
///
/// # Errors
/// `invalid_request` for an empty or overlong one, or one with characters that nobody sees.
pub fn check_description(text: &str) -> Result<String, OAuthError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(is_unseen) {
        return Err(OAuthError::invalid_request("a description has 1 to 200 characters, all of which can be seen"));
    }
    Ok(text.to_owned())
}

/// Control characters, and those of Unicode that show nothing or turn the direction of what follows: with them two
/// names look alike.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        // Fillers, blanks and selectors, which have no shape of their own.
        || matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}')
        || matches!(c, '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{ffa0}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0100}'..='\u{e01ef}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Scopes that all are somewhere.
///
/// # Errors
/// `invalid_scope`.
pub async fn check_scopes(app: &App, context: &Context, scopes: &ScopeSet) -> Result<(), OAuthError> {
    let table = scopes::all(app, context).await?;
    let known: ScopeSet = table.iter().map(|scope| scope.name.as_str()).collect();
    match scopes.first_not_in(&known) {
        Some(unknown) => Err(OAuthError::invalid_scope(format!("there is no scope {unknown}"))),
        None => Ok(()),
    }
}

/// RFC 8707 section 2: an absolute URI without a fragment.
///
/// # Errors
/// `invalid_request`.
pub fn check_resource(resource: &str) -> Result<(), OAuthError> {
    let good = uri::parse(resource).is_some_and(|url| url.has_host() && url.fragment().is_none());
    if good { Ok(()) } else { Err(OAuthError::invalid_request("a resource is an absolute URL without a fragment")) }
}

/// Where we are to send logout tokens (Back-Channel Logout 2.2: absolute, without a fragment).
fn check_backchannel(app: &App, uri: Option<&str>) -> Result<(), OAuthError> {
    let good = |uri: &str| outbound::allowed(uri, app.config.development).is_some_and(|url| url.fragment().is_none());
    match uri {
        None | Some("") => Ok(()),
        Some(uri) if uri.len() <= 2000 && good(uri) => Ok(()),
        Some(_) => {
            let text = "backchannel_logout_uri must be a public https:// URL, no fragment";
            Err(OAuthError::invalid_request(text).field("backchannel_logout_uri"))
        }
    }
}

/// An administrator may make them shorter than the operator did for all, never longer.
fn check_lifetimes(app: &App, settings: &ClientSettings) -> Result<(), OAuthError> {
    let config = &app.config;
    let limited = [
        ("access_token_minutes", settings.access_token_minutes, config.access_ttl, 60),
        ("refresh_token_hours", settings.refresh_token_hours, config.refresh_ttl, 3600),
        ("grant_hours", settings.grant_hours, config.grant_ttl, 3600),
    ];
    for (member, number, at_most, unit) in limited {
        let most = i64::try_from(at_most.as_secs() / unit).unwrap_or(i64::MAX);
        if number.is_some_and(|number| !(0..=most).contains(&number)) {
            let text = format!("{member} is a number up to {most}, as this server is set; 0 is that setting");
            return Err(OAuthError::invalid_request(text).field(member));
        }
    }
    Ok(())
}

/// An algorithm without a key could sign nothing.
fn check_key(app: &App, member: &'static str, algorithm: Option<Algorithm>) -> Result<(), OAuthError> {
    match algorithm.filter(|algorithm| !app.config.signing_keys.has(*algorithm)) {
        None => Ok(()),
        Some(algorithm) => {
            let text = format!("this server has no key for {}", algorithm.as_str());
            Err(OAuthError::invalid_request(text).field(member))
        }
    }
}

/// What people are shown as a link must be a page of the web, never what runs code.
fn check_link(app: &App, member: &'static str, link: Option<&str>) -> Result<(), OAuthError> {
    match link {
        None | Some("") => Ok(()),
        Some(link) if link_uri::is_allowed(link, app.config.development) => Ok(()),
        Some(_) => Err(OAuthError::invalid_request(format!("{member} must be an https:// URL")).field(member)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_what_can_be_seen() {
        for good in ["Alice", " Alice ", "山田　太郎", "Ελένη", "Notes \u{2764}\u{fe0f}", "a\u{301}"] {
            assert_eq!(check_name(good).map_err(|error| error.to_string()), Ok(good.trim().to_owned()));
        }
        for bad in [
            "",
            " \u{a0}",
            "\u{3164}",
            "\u{2800}",
            "\u{ffa0}\u{115f}",
            "Ali\u{200b}ce",
            "\u{202e}evil",
            "a\u{e0101}",
            "a\0",
        ] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
    }
}
