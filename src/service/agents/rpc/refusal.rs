//! Refusals, by the codes of JSON-RPC. docs/api.md has them as a table.

use serde_json::{Map, Value};

use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::json_rpc::{Error, INTERNAL_ERROR, INVALID_PARAMS};
use crate::service::errors::log_refusal;

/// The socket has no token, or one that is over.
const UNAUTHORIZED: i32 = -32001;
/// The token may not do this.
const INSUFFICIENT_SCOPE: i32 = -32002;
/// A later try may work.
const UNAVAILABLE: i32 = -32003;
/// The user may not do this, or said no.
const ACCESS_DENIED: i32 = -32004;
/// Code or state are not good, or not any more.
const INVALID_GRANT: i32 = -32005;
/// There is no such thing.
const NOT_FOUND: i32 = -32006;
/// The provider failed.
const UPSTREAM: i32 = -32007;

/// The error for a refusal, which is logged.
pub(super) fn refused(error: &OAuthError) -> Error {
    log_refusal(error);
    let mut data = Map::new();
    data.insert("error".to_owned(), error.code.as_str().into());
    // What fails here is no parameter's fault, whichever was looked at.
    let field = error.field.as_deref().filter(|_| error.code.status() < 500);
    let more = [
        ("scope", error.scope.map(Value::from)),
        ("retry_after", error.retry_after.map(Value::from)),
        ("field", field.map(Value::from)),
    ];
    data.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Error::new(code(error.code), error.description.clone()).data(Value::Object(data))
}

/// Whether it is nothing that the agent did.
pub(super) const fn is_ours(error: &Error) -> bool {
    matches!(error.code, UNAVAILABLE | INTERNAL_ERROR)
}

const fn code(code: ErrorCode) -> i32 {
    match code {
        ErrorCode::InvalidToken => UNAUTHORIZED,
        ErrorCode::InsufficientScope => INSUFFICIENT_SCOPE,
        ErrorCode::TemporarilyUnavailable | ErrorCode::TooManyRequests => UNAVAILABLE,
        ErrorCode::AccessDenied => ACCESS_DENIED,
        ErrorCode::InvalidGrant => INVALID_GRANT,
        ErrorCode::NotFound => NOT_FOUND,
        ErrorCode::BadGateway | ErrorCode::GatewayTimeout => UPSTREAM,
        code if code.status() < 500 => INVALID_PARAMS,
        _ => INTERNAL_ERROR,
    }
}
