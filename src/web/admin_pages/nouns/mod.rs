//! The pages of every kind of thing: what the admin API does, with forms around it. What a form says becomes the JSON object that
//! the API would have been sent, so both are checked by the same rules.

mod action;
mod change;
mod claims;
mod confirm;
mod controls;
mod form;
mod list;
mod text;

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;

pub use self::change::{change, read};
pub use self::confirm::{act, ask};
pub use self::form::{create, new};
pub use self::list::list;
use super::visitor::Stranger;
use super::{AdminForm, AdminPage};
use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::web::admin::Administered;
use crate::web::admin::noun::{self, Noun};
use crate::web::extract::nothing_of_this_id;
use crate::web::query::encoded;

/// A request for a page of a kind of thing.
pub struct Wanted {
    page: AdminPage,
    noun: &'static dyn Noun,
    id: String,
    more: String,
}

/// A form of such a page.
pub struct Told {
    wanted: Wanted,
    fields: Parameters,
}

/// The parts of the path: the kind, which must be one, and what of it.
async fn parts_of<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<(&'static dyn Noun, String, String), OAuthError> {
    let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| nothing_of_this_id())?;
    let part = |name| path.iter().find(|(key, _)| *key == name).map(|(_, text)| text).unwrap_or_default();
    let noun = noun::of_path(part("noun")).ok_or_else(nowhere)?;
    Ok((noun, part("id").to_owned(), part("more").to_owned()))
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is nothing at this path")
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Stranger> {
        let (noun, id, more) = parts_of(parts, state).await?;
        Ok(Self { page: AdminPage::from_request_parts(parts, state).await?, noun, id, more })
    }
}

impl<S: Send + Sync> FromRequest<S> for Told
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Stranger;

    async fn from_request(request: Request, state: &S) -> Result<Self, Stranger> {
        let (mut parts, body) = request.into_parts();
        let (noun, id, more) = parts_of(&mut parts, state).await?;
        let AdminForm { page, fields } = AdminForm::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { wanted: Wanted { page, noun, id, more }, fields })
    }
}

impl Wanted {
    /// Who does what the admin API would do.
    fn by(&self) -> Administered {
        let page = &self.page;
        Administered { app: page.app.clone(), context: page.context.clone(), actor: page.acting.actor.clone() }
    }

    /// The address of the list.
    fn list(&self) -> String {
        format!("/admin/{}", self.noun.about().path)
    }

    /// The address of one.
    fn one(&self, id: &str) -> String {
        format!("{}/{}", self.list(), encoded(id))
    }
}
