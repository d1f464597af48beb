//! The three pages.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::{Failure, Unreachable};

pub fn signed_out() -> Html<String> {
    page(r#"<p id="nobody">You are signed out.</p><a id="sign-in" href="/sign-in">Sign in</a>"#)
}

pub fn signed_in(name: &str) -> Html<String> {
    let name = escaped(name);
    let button = r#"<form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>"#;
    page(&format!(r#"<p>Signed in as <b id="name">{name}</b></p>{button}"#))
}

pub fn problem(what: &str) -> Html<String> {
    page(&format!(r#"<p id="problem">{}</p><a href="/">Back</a>"#, escaped(what)))
}

/// What was refused, or that nothing was since the server did not answer.
pub fn failed(error: &Failure) -> Response {
    let status = match error.downcast_ref() {
        Some(Unreachable(cause)) => {
            eprintln!("{cause}");
            StatusCode::SERVICE_UNAVAILABLE
        }
        None => StatusCode::BAD_REQUEST,
    };
    (status, problem(&error.to_string())).into_response()
}

fn page(body: &str) -> Html<String> {
    Html(format!(r#"<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title>{body}"#))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
