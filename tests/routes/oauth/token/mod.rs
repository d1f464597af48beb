//! `POST /oauth/token`

mod authorization_code;
mod client_auth;
mod client_credentials;
mod refresh_token;
mod request;
