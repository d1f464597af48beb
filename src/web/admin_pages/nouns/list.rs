//! `GET /admin/{noun}`

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::{Stranger, Wanted, text};
use crate::protocol::time::Timestamp;
use crate::service::listing::PageRequest;
use crate::web::admin::noun::{About, Field, FieldKind};
use crate::web::admin_pages::frame::{around, show};
use crate::web::pages::{Moment, NounListPage, NounRow};
use crate::web::query::{done, encoded};
use crate::web::render::brand;

/// How many rows a page has.
const ROWS: i64 = 25;
const DONE: [(&str, &str); 1] = [("removed", "Removed.")];

/// A page of the list.
pub async fn list(wanted: Wanted) -> Result<Response, Stranger> {
    let (page, about) = (&wanted.page, wanted.noun.about());
    let request = PageRequest { after: page.query.first("after").unwrap_or_default().to_owned(), limit: ROWS };
    let found = wanted.noun.list(&page.app, &page.query, &request).await?;
    let rows: Vec<NounRow> = found.rows.iter().map(|row| shown(&wanted, row)).collect();
    let searched = about.filters.iter().any(|(name, _)| *name == "q");
    let list = wanted.list();
    let next = found.next.map(|next| next_page(&wanted, &next));
    let shown = NounListPage {
        brand: &brand(&page.app),
        around: around(page, &list),
        title: about.title_of_list,
        one: about.one,
        path: about.path,
        q: searched.then(|| page.query.first("q").unwrap_or_default()),
        rows: &rows,
        later: !request.after.is_empty(),
        next: next.as_deref(),
        done: done(&page.query, &DONE),
    };
    Ok(show(page, StatusCode::OK, shown.render())?)
}

/// The same list, narrowed as it is, from there on.
fn next_page(wanted: &Wanted, after: &str) -> String {
    let filters = wanted.noun.about().filters.iter();
    let kept = filters.filter_map(|(name, _)| Some((name, wanted.page.query.first(name)?)));
    let mut address = format!("{}?after={}", wanted.list(), encoded(after));
    for (name, value) in kept {
        address.extend(["&", name, "=", &encoded(value)]);
    }
    address
}

fn shown(wanted: &Wanted, row: &Value) -> NounRow {
    let about = wanted.noun.about();
    let member = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = member(about.id);
    NounRow {
        href: wanted.one(&id),
        title: member(about.title),
        id,
        tags: tags(about, row),
        made: Timestamp::parse_rfc3339(&member("created_at")).map(|made| Moment::new(made, wanted.page.context.now())),
    }
}

/// What is not as usual: flags that are set, by what they are called, and words that are not those of an empty form.
fn tags(about: &About, row: &Value) -> Vec<String> {
    let tag = |field: &Field| {
        let text = text::stored(field, row);
        let unusual = text != field.initial && !text.is_empty();
        unusual.then(|| if field.kind == FieldKind::Flag { field.label.to_owned() } else { text })
    };
    about.fields.iter().filter(|field| field.tagged).filter_map(tag).collect()
}
