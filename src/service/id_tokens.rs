//! ID tokens (OpenID Connect Core 3.1.3.3): issued beside an access token when `openid` was allowed.

use futures_util::join;
use serde_json::{Map, Value};

use super::tokens::sign_with;
use super::{claims, scopes};
use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::grant::commands::Issued;
use crate::protocol::authentication::{ACR, AMR};
use crate::protocol::claims_request::ClaimsRequest;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token::{self, IdTokenClaims, at_hash};
use crate::store::users;

/// What an ID token is issued beside.
pub struct Exchange<'a> {
    /// What the grant's object allowed.
    pub issued: &'a Issued,
    /// That of the authorization request, at the exchange of its code only (Core 12.2).
    pub nonce: Option<&'a str>,
    /// The access token.
    pub access_token: &'a str,
    /// What [`by_name`] found.
    pub by_name: Map<String, Value>,
}

/// Signs the ID token of an exchange. The same [`Issued`] gives the same claims, and their lifetime is the access token's.
///
/// # Errors
/// As [`sign_with`].
pub async fn sign(app: &App, context: &Context, client: &Client, exchange: Exchange<'_>) -> Result<String, OAuthError> {
    let Exchange { issued, nonce, access_token, by_name: more } = exchange;
    let authority = &issued.authority;
    let by_password = !authority.at_a_provider;
    let claims = IdTokenClaims {
        iss: app.config.issuer.as_str(),
        sub: &authority.user_id,
        aud: &client.id,
        exp: issued.expires_at.seconds(),
        iat: issued.issued_at.seconds(),
        auth_time: authority.auth_time.seconds(),
        nonce,
        // What a provider asked for nobody here knows.
        acr: by_password.then_some(ACR),
        amr: by_password.then_some([AMR]),
        azp: &client.id,
        sid: &authority.sid,
        at_hash: at_hash(access_token),
        more,
    };
    let signing_input = |kid: &str, algorithm| id_token::signing_input(kid, algorithm, &claims);
    sign_with(app, context, client.relying_party.id_token_alg, signing_input).await
}

/// What is known of a user under the names that were asked for, as far as the client may still have it. Asks nobody when none
/// were.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn by_name(
    app: &App,
    context: &Context,
    client: &Client,
    user_id: &str,
    names: &[String],
) -> Result<Map<String, Value>, OAuthError> {
    if names.is_empty() {
        return Ok(Map::new());
    }
    let (found, table) = join!(app.database.run(users::select(user_id)), scopes::all(app, context));
    let asked = ClaimsRequest { id_token: names.to_vec(), ..ClaimsRequest::default() };
    let names = claims::allowed(asked, &table?, client).id_token;
    Ok(users::read(&found?)?.map(|user| claims::named(&user.known(), &names)).unwrap_or_default())
}
