//! The crate `openidconnect` for the tests, line by line: see tests/clients/support/relying_party_program.ts.

mod app;
mod types;

use std::{env, error::Error};

use app::{App, Setup};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut app = App::discover(Setup {
        issuer: env::var("ISSUER")?,
        id: env::var("CLIENT_ID")?,
        secret: client::secret(),
        redirect_uri: env::var("REDIRECT_URI")?,
        signed_out_uri: env::var("SIGNED_OUT_URI")?,
    })?;
    client::serve(|order| obey(&mut app, order))
}

fn obey(app: &mut App, order: &Value) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    match text("do") {
        "authorize" => Ok(json!({"url": app.authorize(text("scope"))})),
        "redeem" => app.redeem(text("callback")),
        "userinfo" => app.userinfo(),
        "refresh" => app.refresh(),
        "sign_out" => Ok(json!({"url": app.sign_out(text("state"))?})),
        unknown => Err(format!("unknown order: {unknown}").into()),
    }
}
