//! What may be answered while a port fails, and what the next try gets: the first line that fits decides.

use crate::support::fault::Fault;

/// What is allowed while a port fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// As if nothing had happened.
    Success,
    /// 503 `temporarily_unavailable`, told as the request tells its failures.
    Unavailable,
    /// Either, depending on which call failed.
    Either,
    /// As if nothing had happened, or a page or redirect of this status, depending on which call failed.
    SuccessOr(u16),
    /// This refusal.
    Refused(u16, &'static str),
    /// The result of a tool that failed (MCP: `isError`), which is no failure of the request.
    ToolError,
}

struct Rule {
    /// How the request's name begins.
    request: &'static str,
    port: &'static str,
    outcome: Outcome,
}

const fn while_failing(request: &'static str, port: &'static str, outcome: Outcome) -> Rule {
    Rule { request, port, outcome }
}

use Outcome::{Either, Refused, Success, SuccessOr, ToolError, Unavailable};

const WHILE_FAILING: &[Rule] = &[
    // KV may lag or fail: the grant's row knows the code, too.
    while_failing("", "codes", Success),
    // The rate limit in front is approximate; guesses at one account are slowed by its guard.
    while_failing("", "limiter", Success),
    // A consent page is one without the logo, too.
    while_failing("logo", "http", Refused(404, "not_found")),
    // Nearly every token is signed with a key of the settings, and those can be told at least.
    while_failing("keys", "database", Success),
    // A choice that is written down holds; what follows from it is, by whoever needs the keys next.
    while_failing("signing keys: promote", "database", Either),
    while_failing("signing keys: retire", "database", Either),
    while_failing("signing keys page: promote", "database", Either),
    while_failing("signing keys page: retire", "database", Either),
    // A tool's own server is another's; our caller is told that it was not us.
    while_failing("call: renewed", "http", SuccessOr(502)),
    while_failing("call", "http", Refused(502, "bad_gateway")),
    while_failing("tools: try", "http", Refused(502, "bad_gateway")),
    while_failing("mcp: call", "http", ToolError),
    // People have passwords, so a page is shown without the providers by which they may sign in, too.
    while_failing("login page", "database", Success),
    while_failing("authorize: nobody signed in", "database", Either),
    while_failing("consent: somebody else", "database", Either),
    while_failing("password link: page", "database", Either),
    // A provider that does not answer is another's; the person is told that it was not us.
    while_failing("elsewhere", "http", SuccessOr(502)),
    // That a session's use cannot be written down turns nobody away.
    while_failing("account page", "database", Either),
    while_failing("logged out", "database", Either),
    // The list knows the apps without their objects, but for their last use.
    while_failing("account page", "grants", Success),
    // The list has the grants as ended, and is asked wherever they are used.
    while_failing("account: ", "grants", Success),
    while_failing("password link", "grants", Success),
    // The agent is gone; that its tokens cannot be given back is in the log.
    while_failing("account: remove an agent", "http", Success),
    while_failing("account: remove an agent", "database", Either),
    // The object ends the grant; that the list cannot be told changes nothing.
    while_failing("revoke: refresh", "database", Either),
    // The list has the grants of a session as ended; that their objects cannot be told changes nothing.
    while_failing("client's logout", "grants", Success),
    // Its secret is shown this once, whether or not the new user becomes the current one.
    while_failing("users page: make", "database", Either),
    // So is a provider. That it cannot take tokens back keeps nobody from forgetting them.
    while_failing("provider's answer", "http", SuccessOr(502)),
    while_failing("account: disconnect", "http", Success),
    while_failing("account: disconnect", "database", Either),
    while_failing("connections: remove", "http", Success),
    while_failing("connections: remove", "database", Either),
    // That a use cannot be noted turns nobody away, and a write of tokens is tried again.
    while_failing("call: connected", "database", Either),
    while_failing("call: renewed", "database", Either),
    // Anything else that fails decides something.
    while_failing("", "", Unavailable),
];

/// What is allowed when `port` fails at `request`.
pub fn while_it_fails(request: &str, port: &str) -> Outcome {
    let fits = |rule: &&Rule| request.starts_with(rule.request) && (rule.port.is_empty() || rule.port == port);
    WHILE_FAILING.iter().find(fits).expect("the last line fits all").outcome
}

struct Next {
    request: &'static str,
    port: &'static str,
    /// When it failed so.
    fault: Fault,
    outcome: Outcome,
}

const fn next(request: &'static str, port: &'static str, fault: Fault, outcome: Outcome) -> Next {
    Next { request, port, fault, outcome }
}

const NEXT_TRY: &[Next] = &[
    // An answer of a provider counts once.
    next("elsewhere: back", "http", Fault::Fail, SuccessOr(400)),
    next("elsewhere: back", "http", Fault::FailAfterEffect, SuccessOr(400)),
    next("elsewhere: back", "database", Fault::Fail, SuccessOr(400)),
    next("elsewhere: back", "database", Fault::FailAfterEffect, SuccessOr(400)),
    // An answer of a provider counts once, and its code would be of no use again.
    next("provider's answer", "database", Fault::Fail, SuccessOr(400)),
    next("provider's answer", "database", Fault::FailAfterEffect, SuccessOr(400)),
    next("provider's answer", "http", Fault::Fail, SuccessOr(400)),
    next("provider's answer", "http", Fault::FailAfterEffect, SuccessOr(400)),
    next("connections: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    // What the provider gave could not be written: for a minute that might still happen.
    next("call: renewed", "database", Fault::Fail, Either),
    next("call: renewed", "database", Fault::FailAfterEffect, Either),
    // The object has said yes, and says so once. Nobody heard it, so the client starts over.
    next("token: code", "grants", Fault::FailAfterEffect, Refused(400, "invalid_grant")),
    // The password is changed, and the session made anew: nobody knows its cookie.
    next("account: password", "database", Fault::FailAfterEffect, SuccessOr(303)),
    // Its token was given, and is given once.
    next("agents: token", "database", Fault::FailAfterEffect, SuccessOr(400)),
    // The password is set, and the link used up.
    next("password link", "database", Fault::FailAfterEffect, SuccessOr(410)),
    // What was made is there. Its secret, which nobody has seen, is made anew at `…/secret`.
    next("users: make", "database", Fault::FailAfterEffect, Refused(409, "conflict")),
    next("tools: make", "database", Fault::FailAfterEffect, Refused(409, "conflict")),
    next("tool groups: make", "database", Fault::FailAfterEffect, Refused(409, "conflict")),
    next("providers: make", "database", Fault::FailAfterEffect, Refused(409, "conflict")),
    next("clients: make", "database", Fault::FailAfterEffect, Refused(409, "conflict")),
    next("scopes: make", "database", Fault::FailAfterEffect, Refused(409, "conflict")),
    next("resources: make", "database", Fault::FailAfterEffect, SuccessOr(409)),
    next("nouns: make", "database", Fault::FailAfterEffect, SuccessOr(409)),
    next("users page: make", "database", Fault::FailAfterEffect, SuccessOr(409)),
    // It was changed, and so is no longer what the change rests on.
    next("clients: guarded edit", "database", Fault::FailAfterEffect, SuccessOr(412)),
    // It is gone.
    next("clients: guarded removal", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("nouns: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("users: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("clients: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("scopes: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("resources: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("initial tokens: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("tools: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
    next("registered: remove", "database", Fault::FailAfterEffect, SuccessOr(401)),
    next("tool groups: remove", "database", Fault::FailAfterEffect, SuccessOr(404)),
];

/// What the same request gets when all is well again, after `port` failed so. By itself, what it always gets.
pub fn next_try(request: &str, port: &str, fault: Fault) -> Outcome {
    let fits = |next: &&Next| request.starts_with(next.request) && next.port == port && next.fault == fault;
    NEXT_TRY.iter().find(fits).map_or(Success, |next| next.outcome)
}
