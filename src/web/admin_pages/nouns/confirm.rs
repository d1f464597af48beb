//! `GET` and `POST /admin/{noun}/{id}/{more}`: what else is done with one, or its removal; first it is said what that means.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::action as said;
use super::form::{shown_once, text};
use super::{Stranger, Told, Wanted, nowhere};
use crate::protocol::error::OAuthError;
use crate::web::admin::noun::Action;
use crate::web::admin_pages::frame::{around, show};
use crate::web::pages::ConfirmPage;
use crate::web::redirect::see_other;
use crate::web::render::brand;

/// Says what it means, and asks.
pub async fn ask(wanted: Wanted) -> Result<Response, Stranger> {
    let about = wanted.noun.about();
    let object = wanted.noun.read(&wanted.page.app, &wanted.id).await?;
    let (verb, lines) = match action(&wanted)? {
        Some(action) if action.has_input() => return Ok(said::ask(&wanted, &object, action)?),
        Some(action) => (action.label, vec![action.meaning.to_owned()]),
        None => ("Remove", what_goes(&wanted).await?),
    };
    let (list, one) = (wanted.list(), wanted.one(&wanted.id));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let shown = ConfirmPage {
        brand: &brand(&wanted.page.app),
        around: around(&wanted.page, &list),
        title: &format!("{verb}: {}", text(&object, about.title)),
        lines: &lines,
        action: &format!("{one}/{}", wanted.more),
        hidden: &[],
        button: verb,
        back: &one,
    };
    Ok(show(&wanted.page, StatusCode::OK, shown.render())?)
}

/// Does it. A secret that comes of it is shown this once.
pub async fn act(Told { wanted, fields }: Told) -> Result<Response, Stranger> {
    let Some(action) = action(&wanted)? else {
        wanted.noun.remove(&wanted.by(), &wanted.id).await?;
        return Ok(see_other(&format!("{}?done=removed", wanted.list())));
    };
    if action.has_input() {
        return Ok(said::act(&wanted, action, &fields).await?);
    }
    let made = wanted.noun.act(&wanted.by(), &wanted.id, action, b"").await?;
    Ok(shown_once(&wanted, action.label, &made, &wanted.one(&wanted.id))?)
}

/// What is to be done; `None`: it is to be removed.
fn action(wanted: &Wanted) -> Result<Option<&'static Action>, OAuthError> {
    let known = wanted.noun.about().actions.iter().find(|action| action.name == wanted.more);
    if known.is_none() && wanted.more != "remove" {
        return Err(nowhere());
    }
    Ok(known)
}

/// What goes along with one that is removed, by count, and what that means.
async fn what_goes(wanted: &Wanted) -> Result<Vec<String>, OAuthError> {
    let about = wanted.noun.about();
    let mut lines = Vec::new();
    if !about.dependents.is_empty() {
        let counts = wanted.noun.dependents(&wanted.page.app, &wanted.id).await?;
        let count = |name: &str| counts.get(name).and_then(Value::as_i64).unwrap_or_default();
        let line = |name: &&str| match count(name) {
            1 => format!("1 {}", name.trim_end_matches('s')),
            many => format!("{many} {name}"),
        };
        lines.extend(about.dependents.iter().map(line));
    }
    lines.push(about.removal.to_owned());
    Ok(lines)
}
