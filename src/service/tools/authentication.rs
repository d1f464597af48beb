//! How a tool's request proves who sends it: sealed where it is kept, opened for each call.

use std::mem::discriminant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;
use crate::model::tool::{Authentication, Credential, Elsewhere, GivenAuthentication, Tool, seal_context};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::tool_request::is_header_name;
use crate::service::providers;

/// Longest secret.
const LONGEST: usize = 4096;

/// What an administrator sent, its secret sealed; one that was left out is that of `before`, if it is of the same kind.
///
/// # Errors
/// `invalid_request` for what cannot be sent in a header.
pub async fn sealed(
    app: &App,
    id: &str,
    GivenAuthentication(given): GivenAuthentication,
    before: &Authentication,
) -> Result<Authentication, OAuthError> {
    check(&given).map_err(OAuthError::invalid_request)?;
    if let Authentication::Connection(elsewhere) = &given {
        check_elsewhere(app, elsewhere).await?;
    }
    let Some(credential) = given.credential() else { return Ok(given) };
    let kept = before.credential().filter(|_| discriminant(&given) == discriminant(before));
    let secret = match (&credential.secret, kept.and_then(|kept| kept.secret.clone())) {
        (Some(secret), _) => app.sealer.seal(secret.as_bytes(), &seal_context(id)).await?,
        (None, Some(kept)) => kept,
        (None, None) => return Err(OAuthError::invalid_request("the secret of the authentication is missing")),
    };
    Ok(given.with_secret(Some(secret)))
}

/// Whether its provider is known, and may be asked for that.
async fn check_elsewhere(app: &App, elsewhere: &Elsewhere) -> Result<(), OAuthError> {
    let unknown = |error: OAuthError| match error.code {
        ErrorCode::NotFound => OAuthError::invalid_request("there is no such provider"),
        _ => error,
    };
    let provider = providers::find(app, &elsewhere.provider).await.map_err(unknown)?;
    match elsewhere.scopes.first_not_in(&provider.scopes()) {
        Some(scope) => Err(OAuthError::invalid_request(format!("the provider may not be asked for {scope}"))),
        None => Ok(()),
    }
}

/// Whether it has the members of its kind and no others, and can be sent.
fn check(given: &Authentication) -> Result<(), &'static str> {
    let Some(Credential { header, username, secret }) = given.credential() else { return Ok(()) };
    let is_named = match given {
        Authentication::ApiKey(_) => header.as_deref().is_some_and(is_header_name) && username.is_none(),
        Authentication::Basic(_) => header.is_none() && username.as_deref().is_some_and(is_username),
        _ => header.is_none() && username.is_none(),
    };
    if !is_named {
        return Err("api_key has a header that may hold one, basic a username without a colon, bearer neither");
    }
    let can_be_sent = match given {
        Authentication::Basic(_) => is_basic_text,
        _ => is_header_text,
    };
    if secret.as_deref().is_none_or(can_be_sent) {
        return Ok(());
    }
    Err("the secret is empty or too long, or holds letters that cannot be sent in a header")
}

fn is_username(text: &str) -> bool {
    !text.contains(':') && is_basic_text(text)
}

/// Visible ASCII (RFC 9110 section 5.5).
fn is_header_text(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_graphic())
}

/// Any text without control characters (RFC 7617 section 2).
fn is_basic_text(text: &str) -> bool {
    text.len() <= LONGEST && !text.chars().any(char::is_control)
}

/// The header that proves who sends the request of `tool`, if there is one; of a connection there is none.
///
/// # Errors
/// `server_error` when the secret does not open: its key is gone, or the row was changed by hand.
pub async fn header(app: &App, tool: &Tool) -> Result<Option<(String, String)>, OAuthError> {
    let Some(credential) = tool.authentication.credential() else { return Ok(None) };
    let sealed = credential.secret.as_deref().unwrap_or_default();
    let opened = app.opened(sealed, &seal_context(&tool.id)).await?;
    let secret = opened.ok_or_else(|| OAuthError::server_error("a secret does not open").detail(tool.id.clone()))?;
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    let authorization = |value: String| ("authorization".to_owned(), value);
    Ok(Some(match &tool.authentication {
        Authentication::ApiKey(_) => (or_nothing(&credential.header), secret),
        Authentication::Basic(_) => {
            let pair = format!("{}:{secret}", or_nothing(&credential.username));
            authorization(format!("Basic {}", STANDARD.encode(pair)))
        }
        _ => authorization(format!("Bearer {secret}")),
    }))
}
