//! Authorization requests, and the answer that carries their state back.

use ostiary::protocol::authorize::{
    AuthorizationRequest, AuthorizationResponse, Delivery, ResponseMode, response, state,
};
use ostiary::protocol::parameters::Parameters;
use url::Url;

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fa.example%2Fcb&scope=read%3Atools&state=x%20y\
      &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&resource=https%3A%2F%2Fa",
    b"response_type=token&request=x&request_uri=y&response_mode=fragment",
    b"response_type=code&response_mode=form_post&scope=openid&nonce=n&prompt=login%20consent&max_age=0&state=%22%3E%3Cscript%3E",
    b"response_type=code&response_mode=query&code_challenge=x&code_challenge_method=plain&resource=%23",
    b"response_type=code&audience=a&audience=b&resource=urn:a&resource=urn:b&state=a%0d%0ab%26code%3Dc%23",
];

pub fn check(data: &[u8]) {
    let Ok(parameters) = Parameters::parse(data) else { return };
    match AuthorizationRequest::parse(&parameters) {
        Ok(request) => {
            let sent = |name: &str| parameters.first(name);
            assert_eq!(sent("response_type"), Some("code"));
            assert!(sent("request").is_none() && sent("request_uri").is_none());
            assert!(matches!(sent("response_mode"), None | Some("query" | "form_post")));
            assert_eq!(
                ResponseMode::of(&parameters) == ResponseMode::FormPost,
                sent("response_mode") == Some("form_post")
            );
            assert_eq!(request.code_challenge.as_deref(), sent("code_challenge"));
            assert_eq!(request.code_challenge.as_deref().map(|_| "S256"), sent("code_challenge_method"));
            for resource in &request.resources {
                let url = Url::parse(resource).expect("an absolute URI");
                assert!(url.fragment().is_none() && resource.is_ascii(), "{resource}");
            }
        }
        Err(error) => assert_describable(&error),
    }
    carries_the_state_back(&parameters);
}

/// RFC 6749 4.1.2: exactly the value that came, whatever is in it.
fn carries_the_state_back(parameters: &Parameters) {
    let state = state(parameters);
    assert_eq!(state, parameters.optional("state").ok().flatten().filter(|state| state.len() <= 4096));
    for redirect_uri in ["https://client.example/cb", "https://client.example/cb?kept=%2f", "com.example.app:/cb"] {
        let outcome = AuthorizationResponse::Code("a.b");
        let delivery = response(redirect_uri, ResponseMode::Query, "https://auth.example", state, outcome);
        let Delivery::Redirect(location) = delivery else { panic!("a form, though the query was asked for") };
        let there = Url::parse(&location).expect("a URL");
        assert!(location.starts_with(redirect_uri) && location.is_ascii() && there.fragment().is_none());
        let pairs: Vec<(String, String)> = there.query_pairs().into_owned().collect();
        let all = |name: &str| pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect::<Vec<_>>();
        assert_eq!(all("state"), state.into_iter().collect::<Vec<_>>());
        assert_eq!((all("code"), all("iss")), (vec!["a.b"], vec!["https://auth.example"]));

        let delivery = response(redirect_uri, ResponseMode::FormPost, "https://auth.example", state, outcome);
        let Delivery::FormPost(form) = delivery else { panic!("a redirect, though a form was asked for") };
        assert_eq!(form.action, redirect_uri, "nothing is added to it");
        let state = state.map(|state| ("state", state.to_owned()));
        let code = ("code", "a.b".to_owned());
        let iss = ("iss", "https://auth.example".to_owned());
        assert_eq!(form.fields, [Some(code), state, Some(iss)].into_iter().flatten().collect::<Vec<_>>());
    }
}
