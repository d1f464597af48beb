//! The rate limits in front: what is counted, for whom, and how those are told who come too often.

mod gates;
mod guesses;
mod passwords;
mod users;

use crate::support::request::Ask;

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "203.0.113.9";

/// The request, as it comes from this address.
fn from(address: &str, ask: Ask) -> Ask {
    ask.header("cf-connecting-ip", address)
}
