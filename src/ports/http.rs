//! Other servers.

use std::time::Duration;

use async_trait::async_trait;

use super::Stored;

/// How long an answer of another server may take, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// From the request to the last byte.
    pub deadline: Duration,
    /// The longest body.
    pub bytes: usize,
}

/// What another server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    /// The status; a redirect is one of them, none is followed.
    pub status: u16,
    /// `Content-Type`, as it was sent.
    pub content_type: Option<String>,
    /// `Cache-Control` and `Age`, as they were sent.
    pub caching: Caching,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// For how long an answer may be kept: see [`crate::protocol::cache_control`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caching {
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Age`, in seconds.
    pub age: Option<String>,
}

/// What another server is sent. Without `Debug`: its headers may hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// Where.
    pub url: String,
    /// The headers; none is added but those that the runtime must.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}

/// Asks other servers. Which may be asked is for [`crate::protocol::outbound`] to say, before.
#[async_trait]
pub trait HttpClient: Send + Sync {
    /// `GET url`, with no cookies and no credentials. An answer beyond `limits` is an error.
    async fn get(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply>;

    /// Sends `request`, with no cookies and no credentials but its own. An answer beyond `limits` is an error.
    async fn send(&self, request: HttpRequest, limits: HttpLimits) -> Stored<HttpReply>;

    /// `POST url` with a form, `application/x-www-form-urlencoded`, likewise. The body of the answer is not read.
    async fn post_form(&self, url: &str, form: String, limits: HttpLimits) -> Stored<HttpReply>;
}
