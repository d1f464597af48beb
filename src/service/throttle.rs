//! The rate limit in front: approximate, by the network a request came from.

use crate::app::{App, Context};
use crate::model::login_guard::network;
use crate::service::errors::log_failure;

/// Whether the network of this request may sign in once more. A limit that fails keeps nobody out, for guesses at one
/// account are slowed by its guard; but the log says so, since guesses at many accounts are not slowed meanwhile.
pub async fn allows_sign_in(app: &App, context: &Context) -> bool {
    allows(app, network(context.address())).await
}

async fn allows(app: &App, key: String) -> bool {
    app.limiter.allow(&key).await.unwrap_or_else(|error| {
        log_failure("limiter_failed", &error);
        true
    })
}
