//! The grants of the token endpoint, a file each.

pub mod authorization_code;
pub mod client_credentials;
pub mod ended;
mod issue;
pub mod refresh_token;

use crate::app::App;
use crate::model::grant::commands::Lifetimes;

/// How long what a grant issues lives, as the operator set it.
fn lifetimes(app: &App) -> Lifetimes {
    let config = &app.config;
    Lifetimes {
        access: config.access_ttl,
        refresh: config.refresh_ttl,
        grant: config.grant_ttl,
        retry: config.retry_window,
    }
}
