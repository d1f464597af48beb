//! How a tool's request proves who sends it: sealed where it is kept, opened for each call.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;
use crate::model::tool::{Authentication, GivenAuthentication, Tool, seal_context};
use crate::protocol::error::OAuthError;
use crate::protocol::tool_request::is_header_name;

/// Longest secret.
const LONGEST: usize = 4096;

/// What an administrator sent, its secret sealed; one that was left out is that of `before`, if it is of the same kind.
///
/// # Errors
/// `invalid_request` for what cannot be sent in a header.
pub async fn sealed(
    app: &App,
    id: &str,
    given: GivenAuthentication,
    before: &Authentication,
) -> Result<Authentication, OAuthError> {
    use GivenAuthentication as Given;
    Ok(match given {
        Given::None => Authentication::None,
        Given::ApiKey { header, secret } => {
            if !is_header_name(&header) {
                return Err(OAuthError::invalid_request("this header cannot hold an API key"));
            }
            let kept = matches!(before, Authentication::ApiKey { .. }).then(|| before.secret()).flatten();
            Authentication::ApiKey { header, secret: seal(app, id, (secret, is_header_text), kept).await? }
        }
        Given::Bearer { secret } => {
            let kept = matches!(before, Authentication::Bearer { .. }).then(|| before.secret()).flatten();
            Authentication::Bearer { secret: seal(app, id, (secret, is_header_text), kept).await? }
        }
        Given::Basic { username, secret } => {
            if username.contains(':') || !is_basic_text(&username) {
                return Err(OAuthError::invalid_request("a username has no colon and no control characters"));
            }
            let kept = matches!(before, Authentication::Basic { .. }).then(|| before.secret()).flatten();
            Authentication::Basic { username, secret: seal(app, id, (secret, is_basic_text), kept).await? }
        }
    })
}

async fn seal(
    app: &App,
    id: &str,
    (given, is_good): (Option<String>, fn(&str) -> bool),
    kept: Option<&str>,
) -> Result<String, OAuthError> {
    match (given, kept) {
        (Some(secret), _) if !is_good(&secret) => {
            Err(OAuthError::invalid_request("the secret is too long, or holds letters that cannot be sent in a header"))
        }
        (Some(secret), _) => Ok(app.sealer.seal(secret.as_bytes(), &seal_context(id)).await?),
        (None, Some(kept)) => Ok(kept.to_owned()),
        (None, None) => Err(OAuthError::invalid_request("the secret of the authentication is missing")),
    }
}

/// Visible ASCII (RFC 9110 section 5.5).
fn is_header_text(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_graphic())
}

/// Any text without control characters (RFC 7617 section 2).
fn is_basic_text(text: &str) -> bool {
    text.len() <= LONGEST && !text.chars().any(char::is_control)
}

/// The header that proves who sends the request of `tool`, if there is one.
///
/// # Errors
/// `server_error` when the secret does not open: its key is gone, or the row was changed by hand.
pub async fn header(app: &App, tool: &Tool) -> Result<Option<(String, String)>, OAuthError> {
    let Some(sealed) = tool.authentication.secret() else { return Ok(None) };
    let opened =
        app.sealer.open(sealed, &seal_context(&tool.id)).await?.and_then(|bytes| String::from_utf8(bytes).ok());
    let secret = opened.ok_or_else(|| OAuthError::server_error("a secret does not open").detail(tool.id.clone()))?;
    let authorization = |value: String| Some(("authorization".to_owned(), value));
    Ok(match &tool.authentication {
        Authentication::None => None,
        Authentication::ApiKey { header, .. } => Some((header.clone(), secret)),
        Authentication::Bearer { .. } => authorization(format!("Bearer {secret}")),
        Authentication::Basic { username, .. } => {
            authorization(format!("Basic {}", STANDARD.encode(format!("{username}:{secret}"))))
        }
    })
}
