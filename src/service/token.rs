//! The token endpoint (RFC 6749 3.2): who asks, and which grant answers.

use futures_util::join;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, GrantType};
use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::protocol::token::{TokenRequest, TokenResponse};
use crate::service::client_auth::{authenticate, authenticate_for};
use crate::service::grants::{authorization_code, client_credentials, refresh_token};
use crate::service::signing_keys;

/// Exchanges a grant for tokens.
///
/// # Errors
/// RFC 6749 5.2.
pub async fn exchange(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    request: TokenRequest,
) -> Result<TokenResponse, OAuthError> {
    let answer = dispatch(app, context, credentials, request).await;
    if answer.is_ok() {
        note_use(app, context, credentials.client_id());
    }
    if let Err(error) = &answer {
        let happening = Happening::refused(EventKind::TokenRefused, error.to_string());
        context.record(happening.client_as_sent(credentials.client_id()));
    }
    answer
}

async fn dispatch(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    request: TokenRequest,
) -> Result<TokenResponse, OAuthError> {
    match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, resources } => {
            let suits = |client: &Client| allowed(client, GrantType::AuthorizationCode);
            // The code is looked up beside the client, which saves a hop when the client is not known yet; and so are the keys, as
            // a failure there must not burn the code.
            let (client, stored, keys) = join!(
                authenticate(app, context, credentials, suits),
                authorization_code::load(app, context, &code),
                signing_keys::known(app, context.now())
            );
            let client = client?;
            keys?;
            let exchange = authorization_code::Exchange { stored: stored?, redirect_uri, code_verifier, resources };
            authorization_code::exchange(app, context, &client, exchange).await
        }
        TokenRequest::RefreshToken { refresh_token, scope, resources } => {
            let suits = |client: &Client| allowed(client, GrantType::RefreshToken);
            let client = authenticate(app, context, credentials, suits).await?;
            let exchange = refresh_token::Exchange { refresh_token, scope, resources };
            refresh_token::exchange(app, context, &client, exchange).await
        }
        TokenRequest::ClientCredentials { scope, resources } => {
            let suits = |client: &Client| {
                allowed(client, GrantType::ClientCredentials)?;
                client_credentials::scope(app, client, scope.as_ref())
            };
            let (client, keys) =
                join!(authenticate_for(app, context, credentials, suits), signing_keys::known(app, context.now()));
            let (client, scope) = client?;
            keys?;
            client_credentials::issue(app, context, &client, scope, &resources).await
        }
    }
}

/// A client that came by itself and is not used goes one day; so that the day is known, its first use of each day is told to
/// the Queue. Until the record in the isolate knows of it, some more uses are, which does no harm.
fn note_use(app: &App, context: &Context, client_id: &str) {
    let today = context.now().floor_to_day();
    let client = app.clients.get(client_id, context.now());
    if client.and_then(|client| client.last_used_on()).is_some_and(|last| last < today) {
        context.record(Happening::done(EventKind::ClientUsed).by(client_id).client(client_id));
    }
}

fn allowed(client: &Client, grant_type: GrantType) -> Result<(), OAuthError> {
    if client.allows(grant_type) {
        return Ok(());
    }
    Err(OAuthError::unauthorized_client(format!("the client may not use the grant type {}", grant_type.as_str())))
}
