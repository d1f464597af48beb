//! Token revocation (RFC 7009): a refresh token takes its grant along, an access token dies alone.

use futures_util::join;

use crate::app::{App, Context, Happening};
use crate::model::audit::{EventKind, TokenDates};
use crate::model::client::Client;
use crate::model::grant::RefreshToken;
use crate::model::grant::commands::{Presented, Reply, Revoke};
use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::access_token::AccessTokenClaims;
use crate::service::client_auth::{any, authenticate};
use crate::service::grants::ended;
use crate::service::signing_keys;
use crate::service::tokens::{self, grant_of};
use crate::store::revoked_tokens;

/// Takes `token` back. Another client's token is left alone, an unknown one is no error (RFC 7009 2.2).
///
/// # Errors
/// `invalid_client`.
pub async fn revoke(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    token: &str,
) -> Result<(), OAuthError> {
    let now = context.now();
    let (client, keys) = join!(authenticate(app, context, credentials, any), signing_keys::known(app, now));
    let client = client?;
    if let Some(token) = RefreshToken::parse(token).filter(|token| app.grants.is_id(&token.grant_id)) {
        let presented = Presented::Refresh { number: token.number, mac: token.mac };
        return in_grant(app, context, &client, (&token.grant_id, None), presented).await;
    }
    keys?;
    let Some(claims) = tokens::verify(app, context, token).await?.filter(|claims| claims.client_id == client.id) else {
        return Ok(());
    };
    if !signing_keys::stands(app, now, &claims.kid).await? {
        return Ok(());
    }
    match grant_of(app, &claims.jti) {
        Some((grant_id, id)) => {
            let presented = Presented::Access { id, expires_at: claims.exp };
            in_grant(app, context, &client, (grant_id, Some(&claims.sub)), presented).await
        }
        None => without_grant(app, context, &client, &claims).await,
    }
}

async fn in_grant(
    app: &App,
    context: &Context,
    client: &Client,
    (grant_id, user_id): (&str, Option<&str>),
    token: Presented,
) -> Result<(), OAuthError> {
    let dates = dates(&token);
    let reply = app.grants.revoke(grant_id, Revoke { token, client_id: client.id.clone() }).await?;
    match reply {
        Reply::Revoked => {
            let revoked = user_id.into_iter().fold(revoked(client).grant(grant_id), Happening::to);
            context.record(dates.into_iter().fold(revoked, Happening::tokens));
        }
        Reply::Ended => ended::by_its_client(app, context, client, grant_id).await,
        _ => {}
    }
    Ok(())
}

/// A refresh token takes the whole grant along, so what is said of that is enough.
fn dates(token: &Presented) -> Option<TokenDates> {
    match token {
        Presented::Access { id, expires_at } => {
            Some(TokenDates { generation: id.generation, access_expires_at: *expires_at, refresh_expires_at: None })
        }
        Presented::Refresh { .. } => None,
    }
}

async fn without_grant(
    app: &App,
    context: &Context,
    client: &Client,
    claims: &AccessTokenClaims,
) -> Result<(), OAuthError> {
    app.database.run(revoked_tokens::insert(&claims.jti, claims.exp)).await?;
    context.record(revoked(client).to(&claims.sub));
    Ok(())
}

fn revoked(client: &Client) -> Happening {
    Happening::done(EventKind::TokenRevoked).by(&client.id).client(&client.id)
}
