//! UserInfo (OpenID Connect Core 5.3): what a client may know of the person who signed in.

use futures_util::join;
use serde_json::{Map, Value};

use super::bearer::{self, Audience};
use super::client_auth;
use super::signing_keys::stands;
use super::tokens::sign_with;
use super::{claims, scopes};
use crate::app::{App, Context};
use crate::model::grant::commands::{Presented, Reply};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token;
use crate::protocol::scope::OPENID;
use crate::service::tokens;
use crate::store::grants;

/// What a client is told, as it registered to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum UserInfo {
    /// JSON.
    Plain(Map<String, Value>),
    /// A signed JWT (Core 5.3.2).
    Signed(String),
}

/// Answers for an access token with the scope `openid`. The grant, the list, the client, the scope table and the token's key are
/// asked at the same time.
///
/// # Errors
/// `invalid_token`, `insufficient_scope`; `temporarily_unavailable` when a store fails.
pub async fn answer(app: &App, context: &Context, token: &str) -> Result<UserInfo, OAuthError> {
    let refused = bearer::not_good;
    let token = bearer::admit(app, context, token, Audience::HoldsIssuer, &[OPENID]).await?;
    // A token that no person allowed tells of nobody.
    let (grant_id, id) = tokens::grant_of(app, &token.jti).ok_or_else(refused)?;
    let presented = Presented::Access { id, expires_at: token.exp };
    let (reply, subject, client, table, stands) = join!(
        app.grants.status(grant_id, presented),
        grants::subject(&*app.database, grant_id),
        client_auth::known(app, context, &token.client_id),
        scopes::all(app, context),
        stands(app, context.now(), &token.kid)
    );
    let (reply, subject, client, table, stands) = (reply?, subject?, client?, table?, stands?);
    let subject = subject.filter(|subject| stands && matches!(reply, Reply::Active(_)) && subject.status.is_live());
    let (subject, client) = subject.zip(client).ok_or_else(refused)?;

    let mut told = claims::released(&subject.user, &table, &token.scope);
    told.extend(claims::named(&subject.user, &claims::allowed(subject.claims, &table, &client).userinfo));
    told.insert("sub".to_owned(), token.sub.clone().into());
    let Some(algorithm) = client.relying_party.userinfo_alg else { return Ok(UserInfo::Plain(told)) };
    told.insert("iss".to_owned(), app.config.issuer.as_str().into());
    told.insert("aud".to_owned(), client.id.as_str().into());
    let signing_input = |kid: &str, algorithm| id_token::userinfo_signing_input(kid, algorithm, &told);
    Ok(UserInfo::Signed(sign_with(app, context, algorithm, signing_input).await?))
}
