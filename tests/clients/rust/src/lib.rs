//! What the programs for both crates have in common: the lines of tests/clients/support/program.ts, and how they reach the
//! server.

use std::{env, error::Error, fmt, io};

use oauth2::{ErrorResponse, HttpRequest, HttpResponse, RequestTokenError, http};
use serde_json::{Value, json};
use ureq::Agent;

/// An OAuth error as the library shows it: `error` and `error_description`.
#[derive(Debug)]
pub struct Refused(pub Value);

/// Does what each line says, until there are no more.
pub fn serve(mut obey: impl FnMut(&Value) -> Result<Value, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lines() {
        let answer = match obey(&serde_json::from_str(&line?)?) {
            Ok(answer) => answer,
            Err(error) => error.downcast::<Refused>()?.0,
        };
        println!("{answer}");
    }
    Ok(())
}

/// The secret of the client; without one it is public.
pub fn secret() -> Option<String> {
    env::var("CLIENT_SECRET").ok().filter(|secret| !secret.is_empty())
}

/// The libraries read the body of a refusal themselves, and warn of clients that follow redirects.
pub fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

/// How a library reaches the server: any HTTP client will do. Without TLS, which the server of the tests has not.
pub fn send(agent: &Agent, mut request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let address = request.uri().to_string().replacen("https://", "http://", 1);
    *request.uri_mut() = address.parse().map_err(http::Error::from)?;
    let (head, mut body) = agent.run(request)?.into_parts();
    Ok(HttpResponse::from_parts(head, body.read_to_vec()?))
}

/// An OAuth error as `Refused`, anything else as it is.
pub fn shown<E: Error + 'static, T: ErrorResponse + 'static>(error: RequestTokenError<E, T>) -> Box<dyn Error> {
    match error {
        RequestTokenError::ServerResponse(refusal) => Refused(json!(refusal)).into(),
        other => other.into(),
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Refused {}
