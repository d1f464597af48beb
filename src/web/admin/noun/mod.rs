//! What administrators look after, kind by kind. The admin API, its OpenAPI document and the admin pages are made of this: a
//! kind that is a [`Noun`] and in [`ALL`] has all of them.

mod about;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

pub use self::about::{About, Action, Field, FieldKind};
use super::{Administered, clients, initial_tokens, providers, resources, scopes, tool_groups, tools, users};
use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::listing::{Page, PageRequest};
use crate::store::versioned::Versioned;

/// What is answered, or why not.
pub type Answer<T> = Result<T, OAuthError>;

/// A kind of thing that administrators make, list, read, change and remove. Each is shown as a JSON object.
#[async_trait]
pub trait Noun: Sync {
    /// What it is called, and of what it consists.
    fn about(&self) -> &'static About;

    /// A page of the list, by the filters of `query`.
    async fn list(&self, app: &App, query: &Parameters, page: &PageRequest) -> Answer<Page<Value>>;

    /// One.
    async fn read(&self, app: &App, id: &str) -> Answer<Value>;

    /// Makes one of a JSON object. A secret is shown this once.
    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value>;

    /// Changes what a JSON object names, and nothing else.
    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value>;

    /// Removes one.
    async fn remove(&self, by: &Administered, id: &str) -> Answer<()>;

    /// What goes along when one is removed, by count. Of most kinds: nothing.
    async fn dependents(&self, _app: &App, _id: &str) -> Answer<Value> {
        Err(OAuthError::not_found("nothing goes along with these"))
    }

    /// Does one of [`About::actions`]. No other name comes here. What was said of its input is a JSON object.
    async fn act(&self, _by: &Administered, _id: &str, _action: &Action, _body: &[u8]) -> Answer<Value> {
        Err(OAuthError::not_found("there is no such action"))
    }

    /// Whether a page offers this for one that is shown so.
    fn offers(&self, _shown: &Value, _action: &Action) -> bool {
        true
    }

    /// What stands at first in the form of an action, about one that is shown so.
    fn initial(&self, _shown: &Value, field: &Field) -> String {
        field.initial.to_owned()
    }
}

/// All of them, in the order of the admin pages.
pub static ALL: [&dyn Noun; 8] = [
    &users::Users,
    &clients::Clients,
    &scopes::Scopes,
    &resources::Resources,
    &initial_tokens::InitialTokens,
    &tools::Tools,
    &tool_groups::ToolGroups,
    &providers::Providers,
];

/// Has the database tell, from now on, of which revision is what is read and written.
pub fn watch(app: &mut Arc<App>, row: Versioned) -> Arc<Versioned> {
    let row = Arc::new(row);
    *app = Arc::new(app.with_database(row.clone()));
    row
}

/// The kind below this part of a path.
#[must_use]
pub fn of_path(path: &str) -> Option<&'static dyn Noun> {
    ALL.into_iter().find(|noun| noun.about().path == path)
}
