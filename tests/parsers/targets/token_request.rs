//! Token requests.

use ostiary::protocol::parameters::Parameters;
use ostiary::protocol::token::TokenRequest;

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"grant_type=authorization_code&code=a.b&redirect_uri=https%3A%2F%2Fa%2Fcb&code_verifier=v&resource=urn:r",
    b"grant_type=refresh_token&refresh_token=a.1.b&scope=read%3Atools+call%3Atools&resource=urn:r&resource=urn:s",
    b"grant_type=client_credentials&scope=&audience=a&audience=b",
    b"grant_type=password&grant_type=refresh_token",
];

pub fn check(data: &[u8]) {
    let Ok(parameters) = Parameters::parse(data) else { return };
    let sent = |name: &str| parameters.first(name).map(str::to_owned);
    let request = match TokenRequest::parse(&parameters) {
        Ok(request) => request,
        Err(error) => return assert_describable(&error),
    };
    assert_eq!(sent("grant_type").as_deref(), Some(request.grant_type()));
    assert!(parameters.refuse_repeated(&["resource", "audience"]).is_ok(), "{request:?}");
    let (asked_scope, asked_resources) = match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, resources } => {
            assert_eq!(Some(code), sent("code"));
            assert_eq!((redirect_uri, code_verifier), (sent("redirect_uri"), sent("code_verifier")));
            (None, resources)
        }
        TokenRequest::RefreshToken { refresh_token, scope, resources } => {
            assert_eq!(Some(refresh_token), sent("refresh_token"));
            (Some(scope), resources)
        }
        TokenRequest::ClientCredentials { scope, resources } => (Some(scope), resources),
    };
    if let Some(scope) = asked_scope {
        let words = sent("scope").unwrap_or_default();
        assert_eq!(scope.is_some(), words.contains(|c| c != ' '));
        assert!(scope.unwrap_or_default().iter().all(|scope| words.split(' ').any(|word| word == scope)));
    }
    assert!(asked_resources.iter().all(|resource| parameters.all("resource").contains(&resource.as_str())));
}
