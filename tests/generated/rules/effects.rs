//! What an answer does: where it leads, what it sets, stores, and gives away.

use ostiary::model::audit::EventKind;
use serde_json::Value;
use url::form_urlencoded;

use super::{Exchange, ISSUER, Verdict, administration, check};
use crate::support::snapshot::Remembered;
use crate::world::{AFTERWARDS, PROVIDER};

/// Where a redirect of ours may lead that stays here.
const OUR_PAGES: [&str; 16] = [
    "/admin",
    "/users",
    "/oauth/authorize",
    "/oauth/logout",
    "/consent",
    "/login",
    "/logout",
    "/password/done",
    "/account",
    "/account/profile",
    "/account/password",
    "/account/sessions",
    "/account/apps",
    "/account/connections",
    "/account/tools",
    "/account/client",
];

impl Exchange<'_> {
    pub(super) fn redirects_only_where_it_may(&self, redirect_uris: &[String]) -> Verdict {
        let location = self.reply.header("location");
        if self.is_form_post() {
            return self.posts_only_where_it_may(redirect_uris);
        }
        check(self.reply.status.is_redirection() != location.is_empty(), || format!("{} {location:?}", self.status()))?;
        if location.is_empty() {
            return Ok(());
        }
        check(self.status() == 303, || format!("a redirect by {}", self.status()))?;
        if location.starts_with('/') {
            let path = location.split('?').next().unwrap_or_default();
            let known = OUR_PAGES.contains(&path) || path.starts_with("/admin/") && !path.contains("..");
            return check(known, || format!("to {location}"));
        }
        check(self.reply.header("referrer-policy") == "no-referrer", || "a referrer for the client".to_owned())?;
        if location.starts_with(PROVIDER) {
            return check(self.path.starts_with("/connect/") && self.method == "POST", || format!("to {location}"));
        }
        if self.signs_out_at_a_client() {
            let others =
                self.answer_to_client().unwrap_or_default().into_iter().filter(|(name, _)| name != "state").count();
            let registered = location.split('?').next() == Some(AFTERWARDS) && others == 0;
            return check(registered, || format!("to {location}, which nobody registered"));
        }
        let registered = redirect_uris.iter().any(|registered| leads_to(location, registered));
        check(registered, || format!("to {location}, which nobody registered"))?;
        self.answers_the_client()
    }

    /// OAuth 2.0 Form Post Response Mode: to the redirect URI as it is, and nothing else on the page leads anywhere.
    fn posts_only_where_it_may(&self, redirect_uris: &[String]) -> Verdict {
        let action =
            self.reply.body.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let action = action.replace("&#38;", "&");
        let registered = redirect_uris.iter().any(|registered| leads_to(&action, registered));
        check(registered, || format!("to {action}, which nobody registered"))?;
        check(self.reply.body.matches("<form").count() == 1, || "more than one form".to_owned())?;
        check(self.reply.header("referrer-policy") == "strict-origin", || "a referrer for the client".to_owned())?;
        self.answers_the_client()
    }

    fn answers_the_client(&self) -> Verdict {
        let location = self.reply.header("location");
        let parameters = self.answer_to_client().unwrap_or_default();
        let all =
            |name: &str| parameters.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect::<Vec<_>>();
        check(all("iss") == [ISSUER], || format!("iss in {location}"))?;
        check(all("code").len() + all("error").len() == 1, || format!("code or error in {location}"))?;
        if !self.path.ends_with("/authorize") {
            return Ok(());
        }
        let sent: Vec<String> = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(n, _)| n == "state")
            .map(|(_, v)| v.into())
            .collect();
        let comes_back = match sent.as_slice() {
            [one] if !one.is_empty() && one.len() <= 4096 => all("state") == [one.as_str()],
            _ => all("state").is_empty(),
        };
        check(comes_back, || format!("state {sent:?} in {location}"))
    }

    pub(super) fn sets_only_our_cookies(&self) -> Verdict {
        for cookie in self.reply.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap_or_default();
            let admin = cookie.starts_with("__Host-ostiary_admin=");
            let session = admin || cookie.starts_with("__Host-ostiary_session=");
            let same_site = if admin { "; SameSite=Strict" } else { "; SameSite=Lax" };
            let guarded = ["; Path=/", "; HttpOnly", same_site, "; Secure"].iter().all(|part| cookie.contains(part));
            check(guarded && (session || cookie.starts_with("__Host-ostiary_browser=")), || {
                format!("cookie {cookie}")
            })?;
            let moved = self.status() == 303 && self.reply.header("location").starts_with('/');
            let taken = self.signs_out_at_a_client() && cookie.contains("Max-Age=0");
            check(!session || moved || taken, || "a session cookie with something else than a step on".to_owned())?;
        }
        Ok(())
    }

    /// A refusal stores nothing, and nothing else stores more than it must.
    pub fn stores_only_what_it_may(&self, before: &Remembered, after: &Remembered) -> Verdict {
        let may = self.may_change();
        for (part, held) in before {
            let now = &after[part];
            check(now == held || may.contains(part), || format!("{part} changed: {}", difference(held, now)))?;
        }
        Ok(())
    }

    /// By its headers: no other page has this policy.
    fn leads_to_a_form_post(&self) -> bool {
        self.reply.header("content-security-policy").contains("script-src 'self'")
    }

    fn may_change(&self) -> &'static [&'static str] {
        let location = self.reply.header("location");
        let answered = self
            .answer_to_client()
            .is_some_and(|answer| answer.iter().any(|(name, value)| name == "code" || value == "access_denied"));
        match (self.path, self.method, self.status()) {
            // A replay is refused, and ends the grant (RFC 9700 4.14.2, RFC 6749 4.1.2).
            _ if self.events.contains(&EventKind::Replay) => &["objects", "grants"],
            ("/oauth/token" | "/token", "POST", 200) => &["objects"],
            ("/oauth/revoke" | "/revoke", "POST", 200) => &["objects", "grants", "revoked_tokens"],
            ("/oauth/authorize" | "/authorize" | "/consent", _, 200 | 303) if answered => {
                &["grants", "codes", "consents", "sessions", "session_clients"]
            }
            // A form that is posted on is only its headers here, but it is one all the same.
            ("/oauth/authorize" | "/authorize" | "/consent", "HEAD", 200) if self.leads_to_a_form_post() => {
                &["grants", "codes", "consents", "sessions", "session_clients"]
            }
            ("/login", "POST", 200 | 303) if answered => &["grants"],
            // With the session go the grants that end with it, and the clients that are told.
            ("/login" | "/logout", "POST", 303) | ("/oauth/logout", "GET" | "HEAD", 303) => {
                &["sessions", "session_clients", "grants", "objects", "sign_in_states"]
            }
            // From GET only that somebody was seen.
            ("/oauth/logout", "GET" | "HEAD", 200) => &["sessions"],
            // A new password ends what was begun with the one before.
            ("/account/password", "POST", 303) => &["users", "sessions", "session_clients", "grants", "objects"],
            (path, "POST", 303) if path.starts_with("/password/") => {
                &["users", "sessions", "session_clients", "grants", "objects", "password_tickets", "sign_in_states"]
            }
            ("/account/sessions/end", "POST", 303) => &["sessions", "session_clients", "grants", "objects"],
            ("/account/apps/remove", "POST", 303) => &["sessions", "grants", "objects", "consents"],
            ("/account/connections/agent", "POST", 303) => {
                &["sessions", "agents", "agent_sessions", "connections", "connect_states"]
            }
            ("/oauth/fastmcp/agent/authenticate", "POST", 200) => &["agents", "connect_states"],
            // A wrong code is counted.
            (path, "POST", 400) if path.starts_with("/oauth/fastmcp/agent/") => &["agent_sessions"],
            (path, "POST", 200) if path.starts_with("/oauth/fastmcp/agent/") => {
                &["agents", "agent_sessions", "connections"]
            }
            ("/account/connections/remove", "POST", 303) => &["sessions", "connections", "user_identities"],
            ("/account/connections", "POST", 303) => &["sessions", "sign_in_states"],
            ("/account/tools", "POST", 303) => &["sessions", "user_tools", "user_tool_groups"],
            ("/account/profile", "POST", 303) => &["sessions", "users"],
            ("/account/client", "POST", 303) | ("/account/client/secret", "POST", 200) => &["sessions", "clients"],
            ("/admin/login", "POST", 303) => &["admin_sessions", "sessions"],
            ("/admin/logout", "POST", 303) => &["admin_sessions"],
            // From a refusal, too, but from none of somebody who is not signed in.
            (path, ..) if path.starts_with("/account") || path == "/admin/login" => &["sessions"],
            // KV is written beside the row that says no, to save a hop; without its row a code in KV is worth nothing.
            // And the person was seen.
            ("/oauth/authorize" | "/authorize" | "/consent", _, 409) => &["codes", "sessions"],
            ("/logout", "GET" | "HEAD", 303) if location == "/account" => &["sessions"],
            (path, "DELETE", 204) if path.starts_with("/api/users/me/connections") => &["connections"],
            (path, "POST", 303) if path.starts_with("/connect/") => &["sessions", "connect_states"],
            (path, ..) if path.starts_with("/oauth/callback/") => &["sessions", "connections", "connect_states"],
            (path, ..) if path.starts_with("/connect/") => &["sessions"],
            // That it was used, or how to connect it.
            ("/api/tools/mail/call", "POST", 200) => &["connections", "connect_states"],
            (path, "PUT" | "DELETE", 200) if path.starts_with("/api/users/me/tools") => &["user_tools"],
            (path, "PUT" | "DELETE", 200) if path.starts_with("/api/users/me/tool-groups") => &["user_tool_groups"],
            (path, method, status) => administration::may_change(path, method, status),
        }
    }

    /// No secret is in the log, and none comes back from a refusal.
    pub fn keeps_secrets<'s>(&self, secrets: impl Iterator<Item = (&'static str, &'s str)>) -> Verdict {
        for (name, secret) in secrets {
            let logged = self.log.iter().find(|line| line.contains(secret));
            check(logged.is_none(), || format!("{name} in the log: {logged:?}"))?;
            // What was typed stands in the form again, whatever it was, unless it was a password; and so does the link of a form.
            let forms = ["login-form", "set-password-form", "noun-form", "new-user-form"];
            let may_tell = forms.iter().any(|form| self.reply.body.contains(form));
            let told = self.status() >= 400 && !may_tell && self.reply.body.contains(secret);
            check(!told, || format!("{name} in the answer: {}", self.reply.body))?;
        }
        Ok(())
    }
}

/// What is only in one of the two.
fn difference(held: &Value, now: &Value) -> String {
    let pieces = |value: &Value| match value {
        Value::Object(members) => members.iter().map(|(name, member)| format!("{name}: {member}")).collect(),
        Value::Array(rows) => rows.iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    };
    let (held, now): (Vec<String>, Vec<String>) = (pieces(held), pieces(now));
    let only = |of: &[String], lacks: &[String]| {
        of.iter().filter(|piece| !lacks.contains(piece)).cloned().collect::<Vec<_>>().join("\n")
    };
    format!("was {}\nis {}", only(&held, &now), only(&now, &held))
}

/// Whether an answer there goes to whoever registered `registered`: the same but for what was added to the query, and
/// for the port of a program on the person's device (RFC 8252 7.3).
fn leads_to(location: &str, registered: &str) -> bool {
    let (Ok(there), Ok(home)) = (url::Url::parse(location), url::Url::parse(registered)) else { return false };
    let on_device = home.scheme() == "http" && matches!(home.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let kept = home.query().is_none_or(|query| there.query().is_some_and(|whole| whole.starts_with(query)));
    there.scheme() == home.scheme()
        && there.host_str() == home.host_str()
        && there.path() == home.path()
        && (on_device || there.port() == home.port())
        && there.username().is_empty()
        && there.fragment().is_none()
        && kept
}
