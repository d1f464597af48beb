//! Answers of JSON-RPC as those of HTTP.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::protocol::json_rpc::{self, Refusal};
use crate::service::mcp::Answer;
use crate::web::error::Reported;

/// The answer to what is no message.
pub(super) fn refused(Refusal { id, error }: Refusal) -> Response {
    (StatusCode::BAD_REQUEST, Json(json_rpc::Response::failed(id, error))).into_response()
}

/// The answers to what was asked. A notification gets none (Streamable HTTP: 202), and those of a batch are one list, whose
/// status can't be that of one of them.
pub(super) fn answered(is_batch: bool, mut answers: Vec<Answer>) -> Response {
    let reported = answers.iter_mut().find_map(|answer| answer.reported.take());
    let status =
        answers.first().map_or(StatusCode::ACCEPTED, |answer| status(if is_batch { 200 } else { answer.status }));
    let mut told = answers.into_iter().map(|answer| answer.response);
    let mut response = match (is_batch, told.len()) {
        (_, 0) => status.into_response(),
        (true, _) => (status, Json(told.collect::<Vec<_>>())).into_response(),
        (false, _) => (status, Json(told.next())).into_response(),
    };
    if let Some(error) = reported {
        response.extensions_mut().insert(Reported(Arc::new(error)));
    }
    response
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
