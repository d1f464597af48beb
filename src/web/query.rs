//! What stands in the queries of addresses of our own pages.

use crate::protocol::parameters::Parameters;

/// What a page says was done: `texts` by what the query's `done` may be. It is there after a redirect of ours, and changes
/// nothing.
pub fn done<'a>(query: &Parameters, texts: &[(&str, &'a str)]) -> Option<&'a str> {
    let done = query.first("done")?;
    texts.iter().find(|(name, _)| *name == done).map(|(_, text)| *text)
}

/// A text as the query of an address has it.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
