//! Requests of clients that a person be signed out.

use ostiary::protocol::logout::LogoutRequest;
use ostiary::protocol::parameters::Parameters;
use ostiary::protocol::redirect_uri::with_parameters;
use url::Url;

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"id_token_hint=a.b.c&client_id=web&post_logout_redirect_uri=https%3A%2F%2Fa.example%2F&state=x%20y&logout_hint=z",
    b"",
    b"state=a&state=b",
    b"state=a%0d%0ab%26code%3Dc%23%ff",
];

pub fn check(data: &[u8]) {
    let Ok(parameters) = Parameters::parse(data) else { return };
    match LogoutRequest::parse(&parameters) {
        Ok(request) => {
            for (name, read) in [
                ("id_token_hint", &request.id_token_hint),
                ("client_id", &request.client_id),
                ("post_logout_redirect_uri", &request.post_logout_redirect_uri),
                ("state", &request.state),
            ] {
                assert_eq!(read.as_deref(), parameters.first(name).filter(|value| !value.is_empty()), "{name}");
            }
            if let Some(state) = &request.state {
                assert!(state.len() <= 4096);
                carries_it_back(state);
            }
        }
        Err(error) => assert_describable(&error),
    }
}

/// RP-Initiated Logout 3: unchanged, whatever is in it, and nothing beside it.
fn carries_it_back(state: &str) {
    for registered in ["https://client.example/", "https://client.example/bye?kept=%2f"] {
        let location = with_parameters(registered, &[("state", state)]);
        assert!(location.starts_with(registered) && location.is_ascii());
        let there = Url::parse(&location).expect("a URL");
        assert!(there.fragment().is_none());
        let states: Vec<_> = there.query_pairs().filter(|(name, _)| name != "kept").collect();
        assert_eq!(states, [("state".into(), state.into())]);
    }
}
