//! Clients, page by page.

use crate::app::App;
use crate::model::client::Client;
use crate::protocol::digest::{base64url, from_base64url};
use crate::protocol::error::OAuthError;
use crate::service::listing::{Page, PageRequest, not_of_this_list};
use crate::store::clients;

/// Which clients are listed.
#[derive(Clone, Debug, Default)]
pub enum ClientFilter {
    /// All.
    #[default]
    All,
    /// Those that act for no user.
    WithoutOwner,
    /// Those that act for this user.
    OfUser(String),
    /// Those that act for no user and whose names begin so, whatever the case of ASCII letters.
    Named(String),
}

/// Lists clients: in the order of their ids or, looked for by name, of their names.
///
/// # Errors
/// `invalid_request` for an `after` that is not from this list.
pub async fn list(app: &App, filter: &ClientFilter, request: &PageRequest) -> Result<Page<Client>, OAuthError> {
    let (after, limit) = (request.after.as_str(), request.limit);
    let statement = match filter {
        ClientFilter::All => clients::select_page(after, limit),
        ClientFilter::WithoutOwner => clients::select_without_owner(after, limit),
        ClientFilter::OfUser(owner) => clients::select_by_owner(owner, after, limit),
        ClientFilter::Named(prefix) => {
            let (name, id) = place_of(after)?;
            clients::select_by_prefix(prefix, (&name, id), limit)
        }
    };
    let rows = clients::read_all(&app.database.run(statement).await?)?;
    let by_name = matches!(filter, ClientFilter::Named(_));
    Ok(Page::of(rows, request, |client| if by_name { place(client) } else { client.id.clone() }))
}

/// Names are not unique, so a place in their order is name and id.
fn place(client: &Client) -> String {
    format!("{}.{}", base64url(client.name.as_bytes()), client.id)
}

fn place_of(after: &str) -> Result<(String, &str), OAuthError> {
    if after.is_empty() {
        return Ok((String::new(), ""));
    }
    let (name, id) = after.split_once('.').ok_or_else(not_of_this_list)?;
    let name = from_base64url(name).and_then(|name| String::from_utf8(name).ok()).ok_or_else(not_of_this_list)?;
    Ok((name, id))
}
