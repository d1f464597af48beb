//! `/users`: one user after the other, with the switches of the one that is selected.

use axum::http::StatusCode;
use axum::response::Response;

use super::frame::{around, show};
use super::visitor::Stranger;
use super::{AdminForm, AdminPage};
use crate::model::user::user_client_id;
use crate::protocol::error::OAuthError;
use crate::service::listing::{Page, PageRequest};
use crate::service::tools::switches::Hand;
use crate::service::users::{self, NewUser, UserFilter};
use crate::store::{self, admin_sessions};
use crate::web::error_page::sentence;
use crate::web::pages::{CurrentUser, NewUserPage, NounMadePage, Tick, UserRow, UsersPage};
use crate::web::query::{done, encoded};
use crate::web::redirect::see_other;
use crate::web::render::brand;
use crate::web::switching::{self, group_rows, standing, switched, tool_rows};

const PATH: &str = "/users";
const ROWS: i64 = 25;
/// More tools than anybody ticks one by one.
const MOST_TICKS: i64 = 200;

/// The users, and the current one.
pub async fn list(page: AdminPage) -> Result<Response, Stranger> {
    let q = page.query.first("q").unwrap_or_default();
    let filter = UserFilter { prefix: Some(q.to_owned()).filter(|q| !q.is_empty()), role: None };
    let request = PageRequest { after: page.query.first("after").unwrap_or_default().to_owned(), limit: ROWS };
    let found = users::list(&page.app, &filter, &request).await?;
    let current = admin_sessions::selected(&*page.app.database, page.cookie.hash()).await.map_err(OAuthError::from)?;
    let (groups, tools) = match &current {
        Some(user) => standing(&page.app, &user.id).await?,
        None => Default::default(),
    };
    let is_current = |id: &str| current.as_ref().is_some_and(|current| current.id == id);
    let row = |user: &crate::model::user::User| UserRow {
        is_current: is_current(&user.id),
        is_off: user.disabled_at.is_some(),
        id: user.id.clone(),
        name: user.name.clone(),
    };
    let rows: Vec<UserRow> = found.rows.iter().map(row).collect();
    let next = next_page(&found, q);
    let client_id = current.as_ref().map(|user| user_client_id(&user.id)).unwrap_or_default();
    let (groups, tools) = (group_rows(&groups), tool_rows(&tools));
    let shown = UsersPage {
        brand: &brand(&page.app),
        around: around(&page, PATH),
        q,
        rows: &rows,
        later: !request.after.is_empty(),
        next: next.as_deref(),
        current: current.as_ref().map(|user| CurrentUser { id: &user.id, name: &user.name, client_id: &client_id }),
        groups: &groups,
        tools: &tools,
        done: done(&page.query, &switching::DONE),
    };
    Ok(show(&page, StatusCode::OK, shown.render())?)
}

fn next_page<T>(found: &Page<T>, q: &str) -> Option<String> {
    found.next.as_ref().map(|next| format!("{PATH}?after={}&q={}", encoded(next), encoded(q)))
}

/// Makes a user the current one.
pub async fn select(AdminForm { page, fields }: AdminForm) -> Result<Response, Stranger> {
    let select = admin_sessions::select(page.cookie.hash(), fields.required("id")?);
    page.app.database.run(select).await.map_err(OAuthError::from)?;
    Ok(see_other(PATH))
}

/// Moves a switch of the current user.
pub async fn switch(AdminForm { page, fields }: AdminForm) -> Result<Response, Stranger> {
    // The page may be an old one: the user that it showed is the one that is meant.
    let hand = Hand { user_id: fields.required("user_id")?, actor: &page.acting.actor };
    users::find(&page.app, hand.user_id).await?;
    let done = switched(&page.app, &page.context, hand, &fields).await?;
    Ok(see_other(&format!("{PATH}?done={done}")))
}

/// The form of a new user, with what is on for new users.
pub async fn new(page: AdminPage) -> Result<Response, Stranger> {
    let ticks = ticks(&page, None).await?;
    Ok(form(&page, StatusCode::OK, ("", &ticks), None)?)
}

/// Makes a user, and shows id and secret of the user client this once.
pub async fn create(AdminForm { page, fields }: AdminForm) -> Result<Response, Stranger> {
    let ticked = |kind: &'static str| -> Vec<String> {
        let prefix = format!("{kind}.");
        fields.iter().filter_map(|(name, _)| name.strip_prefix(&prefix)).map(str::to_owned).collect()
    };
    let (tools, groups) = (ticked("tool"), ticked("group"));
    let name = fields.optional("name")?.unwrap_or_default();
    let new = NewUser {
        account: None,
        name: name.to_owned(),
        password: None,
        role: None,
        claims: None,
        tools: Some(tools.clone()),
        tool_groups: Some(groups.clone()),
    };
    match users::create(&page.app, &page.context, &page.acting.actor, new).await {
        Ok((user, secret)) => {
            // The secret is shown this once, whether or not the user becomes the current one.
            let select = admin_sessions::select(page.cookie.hash(), &user.id);
            let _ = page.app.database.run(select).await;
            let made = NounMadePage {
                brand: &brand(&page.app),
                around: around(&page, PATH),
                title: &format!("{} is made", user.name),
                shown: &[("Client id", &user_client_id(&user.id)), ("Secret", &secret)],
                back: PATH,
            };
            Ok(show(&page, StatusCode::OK, made.render())?)
        }
        Err(error) if matches!(error.code.status(), 400 | 409) => {
            let ticks = ticks(&page, Some((&tools, &groups))).await?;
            let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
            Ok(form(&page, status, (name, &ticks), Some(&sentence(&error.description)))?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The boxes: as they were ticked, else as new users have it.
async fn ticks(page: &AdminPage, ticked: Option<(&[String], &[String])>) -> Result<Vec<Tick>, OAuthError> {
    let database = &*page.app.database;
    let mut ticks = Vec::new();
    for group in store::tool_groups::list(database, "", MOST_TICKS).await? {
        let on = ticked.map_or(group.default_enabled, |(_, groups)| groups.contains(&group.name));
        ticks.push(Tick { box_name: format!("group.{}", group.name), label: format!("Group {}", group.name), on });
    }
    for tool in store::tools::list(database, "", MOST_TICKS).await? {
        let on = ticked.map_or(tool.default_enabled, |(tools, _)| tools.contains(&tool.name));
        ticks.push(Tick { box_name: format!("tool.{}", tool.name), label: tool.name, on });
    }
    Ok(ticks)
}

fn form(
    page: &AdminPage,
    status: StatusCode,
    (name, ticks): (&str, &[Tick]),
    problem: Option<&str>,
) -> Result<Response, OAuthError> {
    let shown = NewUserPage { brand: &brand(&page.app), around: around(page, PATH), name, ticks, problem };
    show(page, status, shown.render())
}
