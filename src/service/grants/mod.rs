//! The grants of the token endpoint, a file each.

pub mod authorization_code;
pub mod client_credentials;
pub mod ended;
mod issue;
pub mod refresh_token;

use crate::app::App;
use crate::model::client::Client;
use crate::model::grant::commands::Lifetimes;

/// How long what a grant issues lives, as the operator set it, or shorter as an administrator did for this client.
fn lifetimes(app: &App, client: &Client) -> Lifetimes {
    let config = &app.config;
    Lifetimes {
        access: client.lifetimes.access(config.access_ttl),
        refresh: client.lifetimes.refresh(config.refresh_ttl),
        grant: client.lifetimes.grant(config.grant_ttl),
        retry: config.retry_window,
    }
}
