//! `/admin/keys`: what tokens are signed with, and what is done about it.

use axum::http::StatusCode;
use axum::response::Response;

use super::frame::{around, show};
use super::visitor::Stranger;
use super::{AdminForm, AdminPage};
use crate::model::signing_key::KeyState;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::service::signing_keys::manage::{self, ShownKey};
use crate::web::error_page::sentence;
use crate::web::pages::{ConfirmPage, KeyRow, KeysPage, Moment};
use crate::web::query::{done, encoded};
use crate::web::redirect::see_other;
use crate::web::render::brand;

const PATH: &str = "/admin/keys";
const DONE: [(&str, &str); 2] = [
    ("promoted", "It signs from now on, everywhere within 30 seconds."),
    ("retired", "It is taken back, everywhere within 30 seconds."),
];

const PROMOTION: [&str; 2] = [
    "The key that signs by this algorithm stops. Its public half stays published until the last token that it signed is over.",
    "Every isolate signs with the new one within 30 seconds. No token in flight is lost.",
];
const RETIREMENT: [&str; 2] = [
    "It is published no more, and every token that it signed is dead: here within 30 seconds, elsewhere when the key set is read anew.",
    "It never signs again. Do this for a key that others have got hold of.",
];

/// The keys.
pub async fn list(page: AdminPage) -> Result<Response, Stranger> {
    Ok(shown(&page, StatusCode::OK, None).await?)
}

async fn shown(page: &AdminPage, status: StatusCode, problem: Option<&str>) -> Result<Response, OAuthError> {
    let keys = manage::list(&page.app, &page.context).await?;
    let rows: Vec<KeyRow<'_>> = keys.iter().map(|key| row(page, key)).collect();
    let keys = KeysPage {
        brand: &brand(&page.app),
        around: around(page, PATH),
        rows: &rows,
        done: done(&page.query, &DONE),
        problem,
    };
    show(page, status, keys.render())
}

fn row<'a>(page: &AdminPage, key: &'a ShownKey) -> KeyRow<'a> {
    let now = page.context.now();
    let moment = |moment| Moment::new(moment, now);
    let link = |what: &str| format!("{PATH}/{what}?kid={}", encoded(&key.kid));
    KeyRow {
        kid: &key.kid,
        algorithm: key.algorithm.as_str(),
        state: key.state.as_str(),
        signs: key.state == KeyState::Signing,
        slot: key.slot,
        since: moment(key.since),
        until: key.until.map(moment),
        explanation: &key.explanation,
        promote: (key.promotable_from.is_some_and(|from| from <= now)).then(|| link("promote")),
        retire: matches!(key.state, KeyState::Published | KeyState::Old).then(|| link("retire")),
    }
}

/// Says what a promotion means, and asks.
pub async fn ask_promote(page: AdminPage) -> Result<Response, Stranger> {
    Ok(ask(&page, "promote", ("Let it sign", &PROMOTION))?)
}

/// Says what a retirement means, and asks.
pub async fn ask_retire(page: AdminPage) -> Result<Response, Stranger> {
    Ok(ask(&page, "retire", ("Retire", &RETIREMENT))?)
}

fn ask(page: &AdminPage, what: &str, (verb, lines): (&str, &[&str])) -> Result<Response, OAuthError> {
    let kid = page.query.required("kid")?;
    let question = ConfirmPage {
        brand: &brand(&page.app),
        around: around(page, PATH),
        title: &format!("{verb}: {kid}"),
        lines,
        action: &format!("{PATH}/{what}"),
        hidden: &[("kid", kid)],
        button: verb,
        back: PATH,
    };
    show(page, StatusCode::OK, question.render())
}

/// Lets a key sign.
pub async fn promote(AdminForm { page, fields }: AdminForm) -> Result<Response, Stranger> {
    let changed = manage::promote(&page.app, &page.context, &page.acting.actor, kid(&fields)?).await;
    Ok(answer(&page, "promoted", changed).await?)
}

/// Takes a key back.
pub async fn retire(AdminForm { page, fields }: AdminForm) -> Result<Response, Stranger> {
    let changed = manage::retire(&page.app, &page.context, &page.acting.actor, kid(&fields)?).await;
    Ok(answer(&page, "retired", changed).await?)
}

fn kid(fields: &Parameters) -> Result<&str, OAuthError> {
    fields.required("kid")
}

async fn answer(page: &AdminPage, done: &str, changed: Result<ShownKey, OAuthError>) -> Result<Response, OAuthError> {
    match changed {
        Ok(_) => Ok(see_other(&format!("{PATH}?done={done}"))),
        Err(error) if error.code == ErrorCode::Conflict => {
            shown(page, StatusCode::CONFLICT, Some(&sentence(&error.description))).await
        }
        Err(error) => Err(error),
    }
}
