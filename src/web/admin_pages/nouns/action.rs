//! What else is done with one where something must be said for it: a form, and below it what came of it.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::Wanted;
use super::controls::control;
use super::form::{problem_of, status_of, text};
use super::text::{Problem, of_new, typed};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::web::admin::noun::{Action, Field};
use crate::web::admin_pages::frame::{around, show};
use crate::web::pages::{Control, NounActionPage};
use crate::web::render::brand;

/// What stands in the form, and what came of it.
#[derive(Default)]
struct Form<'a> {
    typed: Option<&'a Parameters>,
    problem: Option<Problem>,
    answer: Option<&'a Value>,
}

/// The form, with what it may begin with.
pub fn ask(wanted: &Wanted, object: &Value, action: &'static Action) -> Result<Response, OAuthError> {
    page(wanted, object, action, (StatusCode::OK, &Form::default()))
}

/// Does it, and shows what came of it below what was typed.
pub async fn act(wanted: &Wanted, action: &'static Action, fields: &Parameters) -> Result<Response, OAuthError> {
    let object = wanted.noun.read(&wanted.page.app, &wanted.id).await?;
    let typed = Some(fields);
    let done = match of_new(action.input, fields) {
        Ok(said) => wanted.noun.act(&wanted.by(), &wanted.id, action, said.to_string().as_bytes()).await,
        Err(problem) => {
            let form = Form { typed, problem: Some(problem), answer: None };
            return page(wanted, &object, action, (StatusCode::BAD_REQUEST, &form));
        }
    };
    match done {
        Ok(answer) => {
            let form = Form { typed, problem: None, answer: Some(&answer) };
            page(wanted, &object, action, (StatusCode::OK, &form))
        }
        // Our own fault is no answer.
        Err(error) if matches!(error.code, ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable) => Err(error),
        Err(error) => {
            let (status, problem) = (status_of(&error), Some(problem_of(action.input, &error)));
            page(wanted, &object, action, (status, &Form { typed, problem, answer: None }))
        }
    }
}

fn page(
    wanted: &Wanted,
    object: &Value,
    action: &'static Action,
    (status, form): (StatusCode, &Form<'_>),
) -> Result<Response, OAuthError> {
    let (list, one) = (wanted.list(), wanted.one(&wanted.id));
    let text_of = |field: &Field| match form.typed {
        Some(fields) => typed(field, fields),
        None => wanted.noun.initial(object, field),
    };
    let problem_at = |name: &str| form.problem.as_ref().filter(|problem| problem.field == name);
    let shown = |field: &'static Field| {
        control(field, text_of(field), problem_at(field.name).map(|problem| problem.text.clone()))
    };
    let controls: Vec<Control> = action.input.iter().map(shown).collect();
    let answer = form.answer.map(|answer| action.answer.iter().filter_map(|name| member(answer, name)).collect());
    let problem = problem_at("");
    let shown = NounActionPage {
        brand: &brand(&wanted.page.app),
        around: around(&wanted.page, &list),
        title: &format!("{}: {}", action.label, text(object, wanted.noun.about().title)),
        meaning: action.meaning,
        action: &format!("{one}/{}", action.name),
        button: action.label,
        back: &one,
        controls: &controls,
        answer,
        problem: problem.map(|problem| problem.text.as_str()),
    };
    show(&wanted.page, status, shown.render())
}

/// A member of the answer, where it says something: a text as it is, anything else as JSON.
fn member(answer: &Value, name: &'static str) -> Option<(&'static str, String)> {
    match answer.get(name)? {
        Value::Null => None,
        Value::String(text) => Some((name, text.clone())),
        value => Some((name, format!("{value:#}"))),
    }
}
