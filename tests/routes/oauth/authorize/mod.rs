//! `/oauth/authorize`

mod claims;
mod destination;
mod hint;
mod pkce;
mod post;
mod prompt;
mod request;
mod scope;
