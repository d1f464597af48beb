//! What the server answered.

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// The same, or null when there is no body.
    pub fn json_or_null(&self) -> Value {
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// One member of the JSON body, as text.
    pub fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_else(|| panic!("no text {member} in {}", self.body)).to_owned()
    }

    /// A header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> url::Url {
        let location = self.header(header::LOCATION.as_str());
        url::Url::parse(location).unwrap_or_else(|_| panic!("{}: location {location:?}: {}", self.status, self.body))
    }

    /// A query parameter of where a redirect leads.
    pub fn location_parameter(&self, name: &str) -> Option<String> {
        self.location().query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    /// The `value` of the form field `name`.
    pub fn field(&self, name: &str) -> String {
        let at =
            self.body.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}: {}", self.body));
        let rest = &self.body[at..];
        let from = rest.find("value=\"").expect("a value") + 7;
        rest[from..from + rest[from..].find('"').expect("its end")].to_owned()
    }

    /// Whether this is a problem (RFC 9457), as the errors of the admin API are.
    pub fn is_problem(&self) -> bool {
        self.header("content-type") == "application/problem+json"
    }

    /// Fails unless this is an OAuth error in JSON with this status and code (RFC 6749 5.2), by itself or as a problem.
    #[track_caller]
    pub fn assert_error(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.text("error"), code, "{}", self.body);
        assert!(!self.text("error_description").is_empty());
        assert_eq!(self.header("cache-control"), "no-store");
        if self.is_problem() {
            let mut told = self.json();
            told.as_object_mut().expect("an object").remove("field");
            assert_eq!(told, self.problem(code, &self.text("error_description")));
        } else {
            assert_eq!(self.header("content-type"), "application/json", "{}", self.body);
        }
        self
    }

    /// Fails unless this is exactly this OAuth error in JSON; a problem may name a field.
    #[track_caller]
    pub fn assert_says(&self, status: u16, code: &str, description: &str) -> &Self {
        self.assert_error(status, code);
        assert_eq!(self.text("error_description"), description);
        if !self.is_problem() {
            assert_eq!(self.json(), json!({ "error": code, "error_description": description }));
        }
        self
    }

    /// Fails unless this is such an error of the admin API, and says that this member or parameter is at fault.
    #[track_caller]
    pub fn assert_field(&self, status: u16, code: &str, field: &str) -> &Self {
        self.assert_error(status, code);
        assert!(self.is_problem(), "{:?}", self.headers);
        assert_eq!(self.json()["field"], field, "{}", self.body);
        self
    }

    fn problem(&self, code: &str, description: &str) -> Value {
        json!({
            "type": "about:blank", "title": self.status.canonical_reason(), "status": self.status.as_u16(),
            "detail": description, "error": code, "error_description": description,
        })
    }

    /// Fails unless this has this status.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Whether this is the sign-in page.
    pub fn is_login_page(&self) -> bool {
        self.status == 200 && self.body.contains("id=\"login-form\"")
    }

    /// Whether this is the consent page.
    pub fn is_consent_page(&self) -> bool {
        self.status == 200 && self.body.contains("id=\"consent-form\"")
    }

    /// The text of the element with this id, as HTML.
    pub fn element(&self, id: &str) -> &str {
        let at = self.body.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no element {id}: {}", self.body));
        let rest = &self.body[at..];
        let from = rest.find('>').expect("its tag's end") + 1;
        let text = &rest[from..];
        text[..text.find('<').expect("its end")].trim()
    }

    /// Where the link of a page leads that only says something.
    pub fn link(&self) -> String {
        let at = self.body.find("id=\"message-link\" href=\"").unwrap_or_else(|| panic!("no link: {}", self.body));
        let rest = &self.body[at..];
        rest.split('"').nth(3).expect("an address").replace("&#38;", "&")
    }

    /// Fails unless this is a page of ours with this error code on it.
    #[track_caller]
    pub fn assert_error_page(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert!(self.header("content-type").starts_with("text/html"), "{:?}", self.headers);
        assert!(self.headers.get("location").is_none());
        assert!(self.body.contains(&format!("id=\"error-code\">{code}<")), "{}", self.body);
        self
    }

    /// Fails unless this is a redirect to the client with this error.
    #[track_caller]
    pub fn assert_error_redirect(&self, redirect_uri: &str, code: &str) -> &Self {
        assert_eq!(self.status.as_u16(), 303, "{}", self.body);
        assert!(self.header("location").starts_with(redirect_uri), "{}", self.header("location"));
        assert_eq!(self.location_parameter("error").as_deref(), Some(code));
        assert_eq!(self.location_parameter("code"), None);
        assert!(self.location_parameter("iss").is_some(), "iss (RFC 9207)");
        self
    }
}
