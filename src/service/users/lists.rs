//! Users, page by page.

use crate::app::App;
use crate::model::user::{Role, User};
use crate::protocol::error::OAuthError;
use crate::service::listing::{Page, PageRequest};
use crate::store::users;

/// Which users are listed; by itself all.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// How their names begin, whatever the case of ASCII letters.
    pub prefix: Option<String>,
    /// Their role.
    pub role: Option<Role>,
}

/// Lists users: in the order of their ids or, looked for by name, of their names.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, filter: &UserFilter, request: &PageRequest) -> Result<Page<User>, OAuthError> {
    let (after, limit) = (request.after.as_str(), request.limit);
    let statement = match (&filter.prefix, filter.role) {
        (Some(prefix), role) => users::select_by_prefix(prefix, role, after, limit),
        (None, Some(role)) => users::select_by_role(role, after, limit),
        (None, None) => users::select_page(after, limit),
    };
    let rows = users::read_all(&app.database.run(statement).await?)?;
    let by_name = filter.prefix.is_some();
    Ok(Page::of(rows, request, |user| if by_name { user.name.clone() } else { user.id.clone() }))
}
