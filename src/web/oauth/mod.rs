//! The endpoints of the protocol.

pub mod authorize;
pub mod introspect;
pub mod logout;
pub mod metadata;
pub mod register;
pub mod revoke;
pub mod token;
pub mod userinfo;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;

/// The client's credentials, from the header or the body.
fn credentials(headers: &HeaderMap, form: &Parameters) -> Result<ClientCredentials, OAuthError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let authorization = values.next().map(HeaderValue::as_bytes);
    if values.next().is_some() {
        return Err(OAuthError::invalid_request("the Authorization header is repeated"));
    }
    ClientCredentials::parse(authorization, form)
}

/// A refused client that tried the `Authorization` header is told which scheme is right (RFC 6749 5.2).
fn challenge(headers: &HeaderMap, error: OAuthError) -> Response {
    let challenged = error.code == ErrorCode::InvalidClient && headers.contains_key(header::AUTHORIZATION);
    let mut response = error.into_response();
    if challenged {
        let basic = HeaderValue::from_static("Basic realm=\"ostiary\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    }
    response
}
