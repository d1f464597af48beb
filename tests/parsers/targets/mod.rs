//! Every parser of what strangers send, each with the rules that hold of it whatever comes: reading never panics, what is
//! read is written and read again as the same, and a slow reader that somebody else wrote, or that is written for the
//! purpose, agrees.
//!
//! Run with generated input by `cargo test --test parsers`, and by libFuzzer (`make fuzz`, tests/fuzz), which learns
//! from the code it reaches.

mod agent_message;
mod authentication;
mod authorize;
mod basic;
mod client_assertion;
mod client_id_url;
mod client_metadata;
mod code;
mod cookies;
mod deployment;
mod entity_tag;
mod form;
mod id_token_hint;
mod interaction;
mod jwk;
mod jws;
mod jwt;
mod link_uri;
mod logout_request;
mod mcp;
mod network;
mod nouns;
mod outbound;
mod pkce;
mod places;
mod provider_answer;
mod received_id_token;
mod redirect_match;
mod redirect_uri;
mod refresh_token;
mod registration;
mod scope;
mod settings;
mod token_request;
mod tool;
mod user_claims;
mod verification_key;

use ostiary::protocol::error::OAuthError;

/// A parser under test.
pub struct Target {
    pub name: &'static str,
    /// Panics when a rule is broken.
    pub check: fn(&[u8]),
    /// What generated input begins from.
    pub seeds: &'static [&'static [u8]],
}

const fn target(name: &'static str, check: fn(&[u8]), seeds: &'static [&'static [u8]]) -> Target {
    Target { name, check, seeds }
}

pub const TARGETS: &[Target] = &[
    target("form", form::check, form::SEEDS),
    target("entity_tag", entity_tag::check, entity_tag::SEEDS),
    target("authorize", authorize::check, authorize::SEEDS),
    target("authentication", authentication::check, authentication::SEEDS),
    target("logout_request", logout_request::check, logout_request::SEEDS),
    target("token_request", token_request::check, token_request::SEEDS),
    target("tool", tool::check, tool::SEEDS),
    target("mcp", mcp::check, mcp::SEEDS),
    target("agent_message", agent_message::check, agent_message::SEEDS),
    target("basic", basic::check, basic::SEEDS),
    target("cookies", cookies::check, cookies::SEEDS),
    target("code", code::check, code::SEEDS),
    target("refresh_token", refresh_token::check, refresh_token::SEEDS),
    target("jwt", jwt::check, jwt::SEEDS),
    target("client_assertion", client_assertion::check, client_assertion::SEEDS),
    target("verification_key", verification_key::check, verification_key::SEEDS),
    target("id_token_hint", id_token_hint::check, id_token_hint::SEEDS),
    target("interaction", interaction::check, interaction::SEEDS),
    target("redirect_uri", redirect_uri::check, redirect_uri::SEEDS),
    target("redirect_match", redirect_match::check, redirect_match::SEEDS),
    target("settings", settings::check, settings::SEEDS),
    target("scope", scope::check, scope::SEEDS),
    target("jwk", jwk::check, jwk::SEEDS),
    target("pkce", pkce::check, pkce::SEEDS),
    target("registration", registration::check, registration::SEEDS),
    target("user_claims", user_claims::check, user_claims::SEEDS),
    target("client_metadata", client_metadata::check, client_metadata::SEEDS),
    target("nouns", nouns::check, nouns::SEEDS),
    target("provider_answer", provider_answer::check, provider_answer::SEEDS),
    target("received_id_token", received_id_token::check, received_id_token::SEEDS),
    target("places", places::check, places::SEEDS),
    target("outbound", outbound::check, outbound::SEEDS),
    target("client_id_url", client_id_url::check, client_id_url::SEEDS),
    target("link_uri", link_uri::check, link_uri::SEEDS),
    target("network", network::check, network::SEEDS),
];

/// The parts of an input that are two things: what stands before the first line end, and after it.
fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = data.splitn(2, |byte| *byte == b'\n');
    (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
}

/// A refusal may be told: RFC 6749 5.2 has fewer letters than ASCII.
fn assert_describable(error: &OAuthError) {
    let letters = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    assert!(!error.description.is_empty() && error.description.bytes().all(letters), "{error}");
    assert!((400..500).contains(&error.code.status()), "{error}");
}

/// A fault of another server (502) is told without what that server said.
fn assert_tellable_fault(error: &OAuthError) {
    assert!(!error.description.is_empty() && error.description.is_ascii(), "{error}");
    assert_eq!(error.code.status(), 502, "{error}");
}

/// Whether a sentence repeats a secret: 24 letters of a key or token or more. Our sentences have no word of that length,
/// so that none of them can be mistaken for one.
fn repeats(said: &str, secret: &str) -> bool {
    let of_a_key = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut runs = secret.split(|c: char| !of_a_key(c)).filter(|run| run.len() >= 24);
    runs.any(|run| said.contains(run))
}
