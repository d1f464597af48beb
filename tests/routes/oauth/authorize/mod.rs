//! `/oauth/authorize`

mod destination;
mod pkce;
mod post;
mod request;
mod scope;
