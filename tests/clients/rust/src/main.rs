//! The crate `oauth2` for the tests, line by line: see tests/clients/support/program.ts.

mod app;

use std::{env, error::Error};

use app::App;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut app = App::new(env::var("ISSUER")?, env::var("CLIENT_ID")?, client::secret(), env::var("REDIRECT_URI")?)?;
    client::serve(|order| obey(&mut app, order))
}

fn obey(app: &mut App, order: &Value) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    match text("do") {
        "authorize" => Ok(json!({"url": app.authorize(text("scope"))})),
        "redeem" => app.redeem(text("callback")),
        "refresh" => app.refresh(),
        "call" => app.call(),
        "introspect" => app.introspect(),
        "revoke" => app.revoke(),
        "client_credentials" => app.client_credentials(text("scope")),
        unknown => Err(format!("unknown order: {unknown}").into()),
    }
}
