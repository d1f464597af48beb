//! What OpenID Connect adds to an authorization request, `claims` above all: either the parameters of a request, or the text of
//! `claims` alone.

use ostiary::protocol::authentication::{ACR, AuthenticationRequest, Prompt};
use ostiary::protocol::parameters::Parameters;
use serde_json::{Map, Value};

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"nonce=n&prompt=login+consent+select_account&max_age=10&login_hint=alice&display=popup&ui_locales=se&acr_values=1+2",
    b"prompt=none&max_age=99999999999999999999&claims=%7B%22userinfo%22%3A%7B%22name%22%3Anull%7D%7D",
    br#"{"userinfo":{"name":{"essential":true},"email":null},"id_token":{"auth_time":{"essential":true}},"x":1}"#,
    br#"{"id_token":{"sub":{"value":"u1"},"acr":{"essential":true,"values":["urn:ostiary:acr:password","b"]}}}"#,
    br#"{"userinfo":{"sub":{"values":["u1",2,null]},"sub":null},"id_token":null}"#,
    br#"{"id_token":{"acr":{"essential":true,"value":"x"}}}"#,
    br#"{"userinfo":[],"id_token":{"a":{"a":{"a":{"a":[[[[[1e400]]]]]}}}}}"#,
];

pub fn check(data: &[u8]) {
    let parameters = if data.starts_with(b"{") {
        [("claims".to_owned(), String::from_utf8_lossy(data).into_owned())].into_iter().collect()
    } else {
        let Ok(parameters) = Parameters::parse(data) else { return };
        parameters
    };
    match AuthenticationRequest::parse(&parameters) {
        Ok(request) => {
            says_what_was_sent(&request, &parameters);
            let text = serde_json::to_string(&request).expect("it is sealed into the interaction");
            assert_eq!(serde_json::from_str::<AuthenticationRequest>(&text).expect("and read again"), request);
        }
        Err(error) => assert_describable(&error),
    }
}

fn says_what_was_sent(request: &AuthenticationRequest, parameters: &Parameters) {
    let sent = |name: &str| parameters.first(name).filter(|value| !value.is_empty());
    assert_eq!(request.nonce.as_deref(), sent("nonce"));
    assert!(request.nonce.as_ref().is_none_or(|nonce| nonce.len() <= 2048));
    let words: Vec<&str> = sent("prompt").unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect();
    for (word, prompt) in Prompt::ALL {
        assert_eq!(request.prompts(prompt), words.contains(&word), "{words:?}");
    }
    assert!(!request.prompts(Prompt::None) || request.prompt.len() == 1);
    if let Some(seconds) = request.max_age {
        assert_eq!(Some(seconds.as_secs()), sent("max_age").and_then(|text| text.parse().ok()));
    }
    let Some(claims) = sent("claims") else {
        return assert!(request.claims.is_empty() && request.subjects.is_none());
    };
    let claims: Map<String, Value> = serde_json::from_str(claims).expect("an object");
    for (place, names) in [("userinfo", &request.claims.userinfo), ("id_token", &request.claims.id_token)] {
        let asked: Vec<&String> =
            claims.get(place).and_then(Value::as_object).into_iter().flat_map(Map::keys).collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), asked, "{place}");
    }
    demands_are_met_or_refused(request, &claims);
}

/// OpenID Connect Core 5.5.1: a subject is that one or nobody, and an essential context class ours or an error.
fn demands_are_met_or_refused(request: &AuthenticationRequest, claims: &Map<String, Value>) {
    let wanted = |place: &str, name: &str| claims.get(place).and_then(|claims| claims.get(name)).cloned();
    let subjects = ["userinfo", "id_token"].map(|place| wanted(place, "sub").unwrap_or_default()["value"].clone());
    if let Some(subject) = subjects.iter().find_map(Value::as_str) {
        assert!(!request.accepts("somebody else than any fuzzer wrote"), "{subject}");
    }
    let acr = wanted("id_token", "acr").unwrap_or_default();
    if acr["essential"] == true
        && let Some(value) = acr["value"].as_str()
    {
        assert_eq!(value, ACR);
    }
}
