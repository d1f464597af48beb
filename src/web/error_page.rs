//! Errors as people see them.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use log::Level;
use serde_json::json;

use super::accept::prefers_html;
use super::error::Reported;
use super::headers::harden_bare;
use super::pages::{Brand, MessagePage};
use super::render::{brand, html};
use crate::app::{App, log_line};
use crate::config::ConfigError;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::throttle::TOO_MANY;

/// What everybody is told while `OAUTH_ENABLED` is `false`.
pub const SWITCHED_OFF: &str = "this server is switched off for now";

/// An error where nobody has said who asks: a browser gets a page, a program JSON.
#[must_use]
pub fn as_accepted(app: &App, headers: &HeaderMap, error: OAuthError) -> Response {
    let response = error.into_response();
    if prefers_html(headers) { error_page(app, None, false, response) } else { response }
}

/// The answer as a person is shown it: in place of an error a page, with the error's status and headers. `from_a_client`
/// says whether a client's request was at fault, rather than a form of ours.
#[must_use]
pub fn error_page(app: &App, request_id: Option<&str>, from_a_client: bool, answer: Response) -> Response {
    let Some(Reported(error)) = answer.extensions().get::<Reported>().cloned() else { return answer };
    // Whoever came to a wrong address would be refused the colours, too.
    let brand = Brand { has_colors: error.code != ErrorCode::MisdirectedRequest, ..brand(app) };
    let code = error.code.as_str();
    let page = match error.code {
        ErrorCode::NotFound => MessagePage::not_found(&brand),
        ErrorCode::TemporarilyUnavailable if error.description == SWITCHED_OFF => MessagePage::switched_off(&brand),
        ErrorCode::TemporarilyUnavailable => MessagePage::unavailable(&brand),
        ErrorCode::TooManyRequests if error.description == TOO_MANY => MessagePage::too_many(&brand),
        ErrorCode::MisdirectedRequest => MessagePage::new(&brand, "Wrong address", sentence(&error.description)),
        _ if from_a_client => MessagePage::authorize_error(&brand, &error.description),
        _ => MessagePage::new(&brand, "This did not work", sentence(&error.description)),
    };
    let page = page.with_error_code(code);
    let page = match request_id {
        Some(request_id) => page.with_request_id(request_id),
        None => page,
    };
    let (mut parts, _) = answer.into_parts();
    let Ok(written) = html(parts.status, page.render()) else {
        return OAuthError::server_error("the page cannot be written").into_response();
    };
    let (of_page, body) = written.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(of_page.headers);
    Response::from_parts(parts, body)
}

/// A description as a page has it: beginning with a capital, unless that is a name of the protocol, and with a full stop.
pub fn sentence(description: &str) -> String {
    let is_name = description.split(' ').next().is_some_and(|word| word.contains('_'));
    let mut letters = description.chars();
    match letters.next().filter(|_| !is_name) {
        Some(letter) => format!("{}{}.", letter.to_uppercase(), letters.as_str()),
        None => format!("{description}."),
    }
}

/// What every request gets while a setting is wrong: a page that names it, and a line in the log.
#[must_use]
pub fn setting_error(error: &ConfigError) -> Response {
    let problem = error.to_string();
    log_line(Level::Error, "setting_wrong", json!({ "setting": error.setting, "problem": error.problem }));
    let page = MessagePage::settings_wrong(&problem);
    let mut response = match html(StatusCode::INTERNAL_SERVER_ERROR, page.render()) {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    harden_bare(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_description_is_shown_as_a_sentence_with_names_of_the_protocol_as_they_are() {
        assert_eq!(sentence("this form is too old; load it again"), "This form is too old; load it again.");
        assert_eq!(sentence("client_id is not known"), "client_id is not known.");
        assert_eq!(sentence("élan vital"), "Élan vital.");
    }
}
