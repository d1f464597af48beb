//! The request that a tool makes: a template that an administrator writes, filled from the arguments of a call.
//!
//! Scheme, host and port are constant. `{name}` stands for an argument in the path, in the value of a query parameter, a
//! header or a field, and in texts of a JSON body; each is escaped for its place, so that no argument can become anything but
//! what stands there. `{{` and `}}` are braces.

mod check;
mod fields;
mod json;
mod pieces;
mod url;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::check::{check, is_header_name};
use super::violation::Violation;

/// What callers send.
pub type Arguments = Map<String, Value>;

/// A request with places for arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTemplate {
    /// How it is sent.
    pub method: Method,
    /// Where it is sent; only its path may have places, and each of them is needed.
    pub url: String,
    /// Parameters of the query. One whose argument is missing is left out; a list is sent as so many parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
    /// Headers. One whose argument is missing is left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What is sent in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyTemplate>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "each is the method of its name")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A body with places for arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyTemplate {
    /// The arguments as they came, as `application/json`.
    Arguments,
    /// `application/json`. A text that is one place is the argument itself, of whatever type; where it is missing, the member
    /// or element is left out.
    Json(Value),
    /// `application/x-www-form-urlencoded`, as the query.
    Form(BTreeMap<String, String>),
}

/// A request that is ready, but for its authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// How it is sent.
    pub method: Method,
    /// Where it is sent.
    pub url: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<String>,
}

impl RequestTemplate {
    /// The request with these arguments, which fit the tool's schema.
    ///
    /// # Errors
    /// The argument that cannot stand where it would.
    pub fn fill(&self, arguments: &Arguments) -> Result<Filled, Violation> {
        let mut headers = fields::headers(&self.headers, arguments)?;
        let (content_type, body) = match &self.body {
            None => (None, None),
            Some(BodyTemplate::Arguments) => (Some("application/json"), Some(json::text(arguments))),
            Some(BodyTemplate::Json(value)) => (Some("application/json"), Some(json::fill(value, arguments)?)),
            Some(BodyTemplate::Form(form)) => {
                (Some("application/x-www-form-urlencoded"), Some(fields::encoded(form, arguments)?))
            }
        };
        headers.extend(content_type.map(|content_type| ("content-type".to_owned(), content_type.to_owned())));
        let url = url::fill(&self.url, &fields::encoded(&self.query, arguments)?, arguments)?;
        Ok(Filled { method: self.method, url, headers, body })
    }
}

#[cfg(test)]
mod tests;
