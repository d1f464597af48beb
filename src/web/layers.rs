//! What happens around every request: its context, its log lines, its headers, the host it may come to.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use log::Level;
use serde_json::json;

use super::error::Reported;
use super::render::Redirected;
use super::{error_page, headers};
use crate::app::{App, Context, Whence, in_request, log_line};
use crate::model::network::WORKERS;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::redirect_uri::is_loopback_host;
use crate::service::audit;
use crate::service::errors::log_refusal;

/// The outermost layer: gives the request its context, and after the answer logs what happened and sends it on.
pub async fn observe(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let context = Context::new(&app, request_id(&app, request.headers()), whence(&request));
    request.extensions_mut().insert(context.clone());
    let request_id = context.request_id().into();
    in_request(Some(request_id), observed(app, context, request, next)).await
}

async fn observed(app: Arc<App>, context: Context, request: Request, next: Next) -> Response {
    let asked = log::log_enabled!(Level::Debug).then(|| asked(&request));
    let mut response = next.run(request).await;
    headers::harden(&app, response.headers_mut());
    audit::hand_on(&app, &context);
    let extensions = response.extensions();
    let error = extensions.get::<Reported>().map(|reported| &reported.0);
    if let Some(error) = error.or_else(|| extensions.get::<Redirected>().map(|redirected| &redirected.0)) {
        log_refusal(error);
    }
    if let Some((method, route)) = asked {
        let status = response.status().as_u16();
        let members = json!({ "method": method, "route": route, "status": status, "address": context.address() });
        log_line(Level::Debug, "request_answered", members);
    }
    response
}

/// What may be told of a request: method and route, since what stands in a path or query may be a secret.
fn asked(request: &Request) -> (String, Option<String>) {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    (request.method().to_string(), route)
}

/// A request to another host than the issuer's is answered by a page that names the setting, so that a deployment that
/// forgot it is noticed at once. In development any loopback host will do.
pub async fn check_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let host = request_host(&request);
    let loopback = || host.as_deref().is_some_and(|host| is_loopback_host(without_port(host)));
    if host.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(app.config.issuer.host()))
        || (app.config.development && loopback())
    {
        return next.run(request).await;
    }
    let (issuer, host) = (app.config.issuer.as_str(), host.unwrap_or_default());
    let description = format!(
        "you came to {host}, but this server is set up as {issuer}: the setting OAUTH_ISSUER_URL must be the address \
         that people use"
    );
    let error = OAuthError::new(ErrorCode::MisdirectedRequest, description);
    error_page::as_accepted(&app, request.headers(), error)
}

/// Around pages: errors are shown to a person.
pub async fn errors_as_pages(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<Context>().map(|context| context.request_id().to_owned());
    let from_a_client = request.uri().path().ends_with("/authorize");
    let response = next.run(request).await;
    error_page::error_page(&app, request_id.as_deref(), from_a_client, response)
}

fn request_id(app: &App, headers: &HeaderMap) -> String {
    let ray = headers.get("cf-ray").and_then(|ray| ray.to_str().ok());
    ray.filter(|ray| !ray.is_empty() && ray.len() <= 64).map_or_else(|| app.random_text::<12>(), str::to_owned)
}

/// What a browser calls itself is of use where it has cookies only.
fn whence(request: &Request) -> Whence {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let has_cookies = headers.contains_key(header::COOKIE);
    let address = text("cf-connecting-ip").filter(|address| address.len() <= 64).unwrap_or_default();
    // Anybody may send this header from an address of their own, and then it counts for nothing.
    let worker = text("cf-worker").filter(|zone| address == WORKERS && zone.len() <= 255);
    Whence {
        address: address.to_owned(),
        worker: worker.map(str::to_owned),
        place: request.extensions().get::<Place>().map(|Place(place)| place.clone()),
        user_agent: text("user-agent").filter(|_| has_cookies).map(str::to_owned),
    }
}

/// Where the edge takes a request to come from, as the Worker gives it to the router.
#[derive(Clone, Debug)]
pub struct Place(pub String);

fn request_host(request: &Request) -> Option<String> {
    let header = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| request.uri().authority().map(http::uri::Authority::as_str)).map(str::to_owned)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}
