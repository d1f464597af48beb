//! Tells clients that a session has ended (OpenID Connect Back-Channel Logout 2.5). The Queue brings each notice until it is
//! delivered or given up; the token is signed anew for each try, since it is good for two minutes only.

use std::time::Duration;

use url::form_urlencoded::Serializer;

use super::tokens::sign_with;
use super::{audit, client_auth};
use crate::app::{App, Context, Happening, Whence};
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::model::logout_notice::LogoutNotice;
use crate::ports::HttpLimits;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::logout_token::{self, LogoutTokenClaims};
use crate::protocol::outbound;

/// docs/security.md: what requests of ours may take.
const LIMITS: HttpLimits = HttpLimits { deadline: Duration::from_secs(5), bytes: 64 * 1024 };

/// What becomes of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is delivered, or there is nobody to tell, or the client was given up: it is done with.
    Done,
    /// It comes again after this long.
    Again(Duration),
}

/// Tries to deliver a notice, and says in the log what came of it.
pub async fn deliver(app: &App, notice: &LogoutNotice) -> Verdict {
    let context = Context::new(app, notice.request_id.clone(), Whence::default());
    let outcome = try_to_deliver(app, &context, notice).await;
    let wait = notice.wait(context.now());
    let about = |happening: Happening| happening.client(notice.client_id.clone()).to(notice.user_id.clone());
    let (happening, verdict) = match (outcome, wait) {
        (Ok(Told::Nobody), _) => return Verdict::Done,
        (Ok(Told::Client), _) => (Happening::done(EventKind::LogoutTold), Verdict::Done),
        (Err(problem), None) => {
            let given_up = format!("given up after a day: {problem}");
            (Happening::refused(EventKind::LogoutTold, given_up), Verdict::Done)
        }
        (Err(problem), Some(wait)) => {
            let text = format!("{problem}; next try in {} s", wait.as_secs());
            (Happening::refused(EventKind::LogoutDelayed, text), Verdict::Again(wait))
        }
    };
    context.record(about(happening));
    audit::keep(app, context.take_events()).await;
    verdict
}

enum Told {
    Client,
    Nobody,
}

async fn try_to_deliver(app: &App, context: &Context, notice: &LogoutNotice) -> Result<Told, String> {
    let client = client_auth::fetch(app, context, &notice.client_id).await.map_err(|error| error.to_string())?;
    let client = client.filter(|client| !client.is_disabled());
    let Some((client, uri)) =
        client.as_ref().and_then(|client| Some((client, client.relying_party.backchannel_logout_uri.as_deref()?)))
    else {
        return Ok(Told::Nobody);
    };
    // It was checked when it was stored, perhaps under other rules.
    if outbound::allowed(uri, app.config.development).is_none() {
        return Err("its address is not one that may be asked".to_owned());
    }
    let token = sign(app, context, client, notice).await.map_err(|error| error.to_string())?;
    let form = Serializer::new(String::new()).append_pair("logout_token", &token).finish();
    let reply = app.http.post_form(uri, form, LIMITS).await.map_err(|error| error.to_string())?;
    // 2.8: 200, and by some frameworks 204.
    if (200..300).contains(&reply.status) { Ok(Told::Client) } else { Err(format!("it answered {}", reply.status)) }
}

async fn sign(app: &App, context: &Context, client: &Client, notice: &LogoutNotice) -> Result<String, OAuthError> {
    let iat = context.now().seconds();
    let claims = LogoutTokenClaims {
        iss: app.config.issuer.as_str(),
        sub: &notice.user_id,
        aud: &client.id,
        iat,
        exp: iat + logout_token::LIFETIME,
        jti: app.random_text::<16>(),
        sid: &notice.sid,
    };
    let signing_input = |kid: &str, algorithm| logout_token::signing_input(kid, algorithm, &claims);
    sign_with(app, context, client.relying_party.id_token_alg, signing_input).await
}
