//! ID tokens (OpenID Connect Core 3.1.3.3): issued beside an access token when `openid` was allowed.

use serde_json::Map;

use super::claims;
use super::tokens::sign_with;
use crate::app::App;
use crate::model::client::Client;
use crate::model::grant::commands::Issued;
use crate::protocol::authentication::{ACR, AMR};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token::{self, IdTokenClaims, at_hash};
use crate::store::users;

/// Signs the ID token of an exchange. `nonce` is that of the authorization request, at the exchange of its code only
/// (Core 12.2). The same [`Issued`] gives the same claims, and their lifetime is the access token's.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used or, for claims by name, the database fails.
pub async fn sign(
    app: &App,
    client: &Client,
    issued: &Issued,
    nonce: Option<&str>,
    access_token: &str,
) -> Result<String, OAuthError> {
    let authority = &issued.authority;
    let more = if authority.id_token_claims.is_empty() {
        Map::new()
    } else {
        let found = app.database.run(users::select(&authority.user_id)).await?;
        users::read(&found)?.map(|user| claims::named(&user.known(), &authority.id_token_claims)).unwrap_or_default()
    };
    let claims = IdTokenClaims {
        iss: app.config.issuer.as_str(),
        sub: &authority.user_id,
        aud: &client.id,
        exp: issued.expires_at.seconds(),
        iat: issued.issued_at.seconds(),
        auth_time: authority.auth_time.seconds(),
        nonce,
        acr: ACR,
        amr: [AMR],
        azp: &client.id,
        sid: &authority.sid,
        at_hash: at_hash(access_token),
        more,
    };
    sign_with(app, client.relying_party.id_token_alg, |kid, algorithm| id_token::signing_input(kid, algorithm, &claims))
        .await
}
