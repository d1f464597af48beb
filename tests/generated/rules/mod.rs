//! What holds of every answer, whatever was asked.

mod administration;
mod effects;
mod form;

use ostiary::model::audit::EventKind;
use serde_json::Value;

use crate::support::reply::Reply;
use crate::world::PROVIDER;

/// A request as it was sent, and all that came of it.
pub struct Exchange<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub accepts_html: bool,
    pub authorized: bool,
    pub reply: &'a Reply,
    pub events: Vec<EventKind>,
    pub log: Vec<String>,
}

/// A rule: `Err` says how it is broken.
pub type Verdict = Result<(), String>;

fn check(holds: bool, rule: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(rule()) }
}

const ISSUER: &str = "https://auth.example";

/// What answers with JSON, whoever asks.
const FOR_PROGRAMS: [&str; 11] = [
    "/oauth/token",
    "/token",
    "/oauth/userinfo",
    "/userinfo",
    "/oauth/introspect",
    "/introspect",
    "/oauth/revoke",
    "/revoke",
    "/admin/api/",
    "/api/",
    "/oauth/fastmcp/agent/",
];

/// What answers with pages.
const FOR_PEOPLE: [&str; 24] = [
    "/oauth/authorize",
    "/authorize",
    "/login",
    "/consent",
    "/logout",
    "/oauth/logout",
    "/account",
    "/account/profile",
    "/account/password",
    "/account/sessions",
    "/account/sessions/end",
    "/account/apps",
    "/account/apps/remove",
    "/account/connections",
    "/account/connections/agent",
    "/account/tools",
    "/account/client",
    "/account/client/secret",
    "/account/connections/remove",
    "/admin",
    "/admin/login",
    "/admin/logout",
    "/admin/audit",
    "/admin/token",
];

/// What may be kept by anybody for a while.
const CACHED: [&str; 4] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwks.json",
    "/brand.css",
];

impl Exchange<'_> {
    fn status(&self) -> u16 {
        self.reply.status.as_u16()
    }

    fn is_for_programs(&self) -> bool {
        FOR_PROGRAMS.iter().any(|path| self.path == *path || path.ends_with('/') && self.path.starts_with(path))
    }

    fn is_page(&self) -> bool {
        self.reply.header("content-type").starts_with("text/html")
    }

    /// Whether this page hands an answer on to a client by a form.
    pub fn is_form_post(&self) -> bool {
        self.is_page() && self.reply.body.contains("id=\"form-post\"")
    }

    /// Whether somebody who is signed out goes on to a client.
    pub fn signs_out_at_a_client(&self) -> bool {
        self.path.ends_with("/logout") && self.answer_to_client().is_some()
    }

    /// The query of the redirect to a client, or the fields of the form, when there is one.
    pub fn answer_to_client(&self) -> Option<Vec<(String, String)>> {
        if self.is_form_post() {
            let names = ["code", "error", "error_description", "state", "iss"].into_iter();
            let sent = names.filter(|name| self.reply.body.contains(&format!("name=\"{name}\"")));
            return Some(sent.map(|name| (name.to_owned(), unescaped(&self.reply.field(name)))).collect());
        }
        let location = self.reply.header("location");
        let ours = location.starts_with('/') || location.is_empty() || location.starts_with(PROVIDER);
        (!ours).then(|| self.reply.location().query_pairs().into_owned().collect())
    }

    /// What is said of an error, on a page, in JSON or by redirect.
    pub fn error(&self) -> Option<String> {
        if let Some(parameters) = self.answer_to_client() {
            return parameters.into_iter().find(|(name, _)| name == "error").map(|(_, code)| code);
        }
        if self.is_page() && self.reply.body.contains("id=\"error-code\"") {
            return Some(self.reply.element("error-code").to_owned());
        }
        if self.is_page() && self.reply.body.contains("id=\"message-title\"") {
            return Some(self.reply.element("message-title").to_owned());
        }
        let json: Option<Value> = serde_json::from_str(&self.reply.body).ok();
        json.and_then(|json| json.get("error")?.as_str().map(str::to_owned))
    }

    /// The sentence that describes the error.
    pub fn sentence(&self) -> Option<String> {
        let said = self.answer_to_client().unwrap_or_default().into_iter();
        let to_client = said.filter(|(name, _)| name == "error_description").map(|(_, text)| text).next();
        let json: Option<Value> = serde_json::from_str(&self.reply.body).ok();
        let in_json = json.and_then(|json| Some(json.get("error_description")?.as_str()?.to_owned()));
        let on_page = (self.is_page() && self.status() >= 400 && self.reply.body.contains("id=\"message-text\""))
            .then(|| self.reply.element("message-text").to_owned());
        to_client.or(in_json).or(on_page)
    }

    /// Every rule there is.
    pub fn keeps_the_rules(&self, redirect_uris: &[String]) -> Verdict {
        // Whatever a provider is made to say is its own fault.
        let by_provider = self.status() == 502 && self.path.starts_with("/oauth/callback/");
        check(self.status() < 500 || by_provider, || format!("{}: {}", self.status(), self.reply.body))?;
        self.is_hardened()?;
        self.has_a_form()?;
        self.says_errors_as_the_protocol_does()?;
        self.redirects_only_where_it_may(redirect_uris)?;
        self.sets_only_our_cookies()
    }
}

/// As HTML means it.
fn unescaped(html: &str) -> String {
    let letters = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    letters.into_iter().fold(html.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter))
}
