//! Requests, put together by role: anybody, a client, an administrator, a person's browser.

use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine as _;

use super::secrets;

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    pub path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn method(method: Method, path: &str) -> Self {
        Self { method, ..Self::get(path) }
    }

    /// A form.
    pub fn post(path: &str, form: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        Self::post_raw(path, "application/x-www-form-urlencoded", body.as_bytes())
    }

    /// A body as it is.
    pub fn post_raw(path: &str, content_type: &str, body: &[u8]) -> Self {
        Self { body: body.to_vec(), ..Self::method(Method::POST, path) }.header("content-type", content_type)
    }

    /// JSON.
    pub fn json(method: Method, path: &str, body: &serde_json::Value) -> Self {
        let body = body.to_string().into_bytes();
        Self { body, ..Self::method(method, path) }.header("content-type", "application/json")
    }

    /// The same by another method, at another path.
    pub fn with_method(self, method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A client that authenticates by Basic.
    pub fn basic(self, id: &str, secret: &str) -> Self {
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
        self.header("authorization", &format!("Basic {credentials}"))
    }

    /// A bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// A person's browser.
    pub fn accepts_html(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Its method, and its path without the query.
    pub fn target(&self) -> (String, String) {
        (self.method.to_string(), self.path.split('?').next().unwrap_or_default().to_owned())
    }

    pub fn build(self, host: &str) -> Request<Body> {
        secrets::of_request(&self.path, &self.headers, &self.body);
        let mut request = Request::builder().method(self.method).uri(self.path);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            request = request.header(header::HOST, host);
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        request.body(Body::from(self.body)).expect("a request")
    }
}
