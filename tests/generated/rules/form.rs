//! The form of an answer: its headers, page or JSON, and how it says an error.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{CACHED, Exchange, FOR_PEOPLE, Verdict, check};

impl Exchange<'_> {
    pub(super) fn is_hardened(&self) -> Verdict {
        let header = |name| self.reply.header(name);
        check(header("x-content-type-options") == "nosniff", || "no nosniff".to_owned())?;
        check(header("strict-transport-security").starts_with("max-age="), || "no HSTS".to_owned())?;
        check(!header("referrer-policy").is_empty(), || "no Referrer-Policy".to_owned())?;
        let policy = header("content-security-policy");
        let strict = policy.contains("default-src 'none'") && !policy.contains("unsafe");
        check(strict, || format!("Content-Security-Policy: {policy}"))?;
        let is_logo = self.path.starts_with("/client-logo/") && self.status() == 200;
        let may_be_kept = CACHED.contains(&self.path) || is_logo;
        let expected = if is_logo { "public, max-age=3600" } else { "public, max-age=300" };
        let expected =
            if may_be_kept && self.status() == 200 && self.method != "OPTIONS" { expected } else { "no-store" };
        check(header("cache-control") == expected, || format!("Cache-Control: {}", header("cache-control")))?;
        check(self.reply.headers.get("access-control-allow-credentials").is_none(), || "CORS with cookies".to_owned())
    }

    pub(super) fn has_a_form(&self) -> Verdict {
        let kind = self.reply.header("content-type");
        let empty = self.reply.body.is_empty();
        let ours = if self.is_form_post() { "form-post" } else { "comfort" };
        let ours = format!("<script src=\"/static/{ours}.js\" defer></script>");
        let scripts = self.reply.body.matches("<script").count();
        let is_wide = ["/account", "/admin", "/users", "/connect/"].iter().any(|path| self.path.starts_with(path));
        let takes_one = self.is_form_post() || is_wide;
        let only_ours = takes_one && scripts == 1 && self.reply.body.contains(&ours);
        check(!self.is_page() || scripts == 0 || only_ours, || "a page with a script".to_owned())?;
        check(!self.is_page() || !self.reply.body.contains("onerror=alert(1)>"), || "nothing escaped".to_owned())?;
        if self.status() < 400 || self.method == "HEAD" {
            return Ok(());
        }
        check(!empty, || format!("{} without a word", self.status()))?;
        let of_the_path = !matches!(self.status(), 404 | 405 | 421);
        if self.path.starts_with("/admin/api/") {
            return check(kind == "application/problem+json", || format!("for a program: {kind}"));
        }
        if self.is_for_programs() && (of_the_path || !self.accepts_html) {
            return check(kind == "application/json", || format!("for a program: {kind}"));
        }
        if FOR_PEOPLE.contains(&self.path) && of_the_path {
            return check(self.is_page(), || format!("for a person: {kind}"));
        }
        check(self.is_page() || kind == "application/json", || format!("neither page nor JSON: {kind}"))
    }

    /// RFC 6749 5.2 and 5.1 of RFC 6750.
    pub(super) fn says_errors_as_the_protocol_does(&self) -> Verdict {
        if self.status() < 400 || self.is_page() || self.method == "HEAD" {
            return Ok(());
        }
        let json: Value =
            serde_json::from_str(&self.reply.body).map_err(|_| format!("no JSON: {}", self.reply.body))?;
        if self.path == "/mcp" && json.get("jsonrpc").is_some() {
            return says_an_error_of_json_rpc(self.status(), &json);
        }
        let mut members: BTreeSet<&str> =
            json.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let mut due = BTreeSet::from(["error", "error_description"]);
        if self.status() == 422 {
            due.insert("violations");
        }
        if self.path.starts_with("/admin/api/") {
            due.extend(["type", "title", "status", "detail"]);
            members.remove("field");
        }
        check(members == due, || format!("members of {json}"))?;
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let (code, description) = (text("error"), text("error_description"));
        let letters = |text: &str| text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E));
        check(!description.is_empty() && letters(&description), || format!("description {description:?}"))?;
        let expected = match code.as_str() {
            "invalid_client" | "invalid_token" => 401,
            "access_denied" | "insufficient_scope" => 403,
            "not_found" => 404,
            "method_not_allowed" => 405,
            "conflict" => 409,
            "precondition_failed" => 412,
            "content_too_large" => 413,
            "unsupported_media_type" => 415,
            "misdirected_request" => 421,
            "invalid_arguments" => 422,
            "upgrade_required" => 426,
            "invalid_request"
            | "invalid_grant"
            | "invalid_scope"
            | "invalid_target"
            | "unauthorized_client"
            | "unsupported_grant_type" => 400,
            _ => return Err(format!("no error code of ours: {code}")),
        };
        check(self.status() == expected, || format!("{code} with {}", self.status()))?;
        let challenge = self.reply.header("www-authenticate");
        let challenged = match code.as_str() {
            "invalid_client" => challenge.starts_with("Basic ") == self.authorized,
            "invalid_token" | "insufficient_scope" => challenge.starts_with("Bearer "),
            _ => challenge.is_empty(),
        };
        check(challenged, || format!("{code}: WWW-Authenticate: {challenge:?}"))?;
        check(code != "method_not_allowed" || !self.reply.header("allow").is_empty(), || "405 without Allow".to_owned())
    }
}

/// JSON-RPC 2.0 section 5.1, with the codes of MCP (2026-07-28, Error Codes).
fn says_an_error_of_json_rpc(status: u16, json: &Value) -> Verdict {
    let members: BTreeSet<&str> = json.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let due = BTreeSet::from(["jsonrpc", "error"]);
    let known = members == due || members == BTreeSet::from(["jsonrpc", "error", "id"]) && !json["id"].is_null();
    check(known, || format!("members of {json}"))?;
    let expected: &[i64] = match status {
        404 => &[-32601],
        _ => &[-32700, -32600, -32602, -32020, -32022],
    };
    let code = json["error"]["code"].as_i64().unwrap_or_default();
    check(expected.contains(&code), || format!("{status} with {code}"))?;
    check(json["error"]["message"].as_str().is_some_and(|said| !said.is_empty()), || format!("message of {json}"))
}
