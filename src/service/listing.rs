//! Lists, page by page. What is added or removed between two pages moves nothing else: the next begins after a row's own place.

use crate::protocol::error::OAuthError;

/// Which page is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// After what it begins: empty, or [`Page::next`] of the one before.
    pub after: String,
    /// How many rows at most.
    pub limit: i64,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// After what the next begins; `None`: this is the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The answer to `request`; a full page is taken to have a next one, which may be empty.
    #[must_use]
    pub fn of(rows: Vec<T>, request: &PageRequest, place: impl FnOnce(&T) -> String) -> Self {
        let full = i64::try_from(rows.len()) == Ok(request.limit);
        let next = rows.last().filter(|_| full).map(place);
        Self { rows, next }
    }

    /// The same page of what `shown` makes of its rows.
    #[must_use]
    pub fn map<U>(self, shown: fn(&T) -> U) -> Page<U> {
        Page { rows: self.rows.iter().map(shown).collect(), next: self.next }
    }
}

/// For an `after` that no page of this list gave.
#[must_use]
pub fn not_of_this_list() -> OAuthError {
    OAuthError::invalid_request("after is not the next of a page of this list").field("after")
}
