//! Errors of the admin API: problem details (RFC 9457), with the members `error` and `error_description` that every other
//! path has, and `field` where a member or parameter is at fault.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;

use super::error::{Reported, members};
use crate::protocol::error::OAuthError;

/// Around everything, since a path below the admin API that is nowhere, or came to another host, is answered elsewhere.
pub async fn errors_as_problems(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let below = path.strip_prefix("/admin/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    if below { as_problem(response, is_head) } else { response }
}

fn as_problem(answer: Response, is_head: bool) -> Response {
    let Some(Reported(error)) = answer.extensions().get::<Reported>() else { return answer };
    let problem = described(error, answer.status().canonical_reason().unwrap_or_default());
    let body = if is_head { String::new() } else { problem.to_string() };
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, Body::from(body))
}

/// `about:blank` says that the title is that of the status (RFC 9457 section 4.2.1): which problem it is, `error` says.
fn described(error: &OAuthError, title: &str) -> Value {
    let mut members = members(error);
    let description = members.get("error_description").cloned().unwrap_or_default();
    let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
    add("type", "about:blank".into());
    add("title", title.into());
    add("status", error.code.status().into());
    add("detail", description);
    if let Some(field) = &error.field {
        add("field", field.as_ref().into());
    }
    members.into()
}
