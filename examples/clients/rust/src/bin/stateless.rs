//! A web app that keeps nothing on the server: what it must remember lies in signed cookies, before the sign-in the state,
//! afterwards who signed in. So any number of servers can serve it that have the same `COOKIE_KEY`. It calls no API in the
//! person's name, so it throws the tokens away.

use std::{collections::HashMap, env, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRef, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use web_apps::{Failure, Oidc, Pending, Person, failed, port, signed_in, signed_out};

/// So long a person may take to sign in, and so long they are signed in then.
const SIGN_IN_LASTS: Duration = Duration::from_secs(10 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const PENDING: &str = "rust_sign_in";
const PERSON: &str = "rust_person";

#[derive(Clone)]
struct App {
    oidc: Arc<Oidc>,
    key: Key,
}

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Self {
        app.key.clone()
    }
}

/// The name is in there, since one cookie must not do for the other; and the end, since a browser may keep it longer.
#[derive(Deserialize, Serialize)]
struct Sealed<T> {
    name: String,
    until: u64,
    value: T,
}

impl App {
    fn cookie<T: Serialize>(&self, name: &'static str, value: T, lasts: Duration) -> Result<Cookie<'static>, Failure> {
        let until = now() + lasts.as_secs();
        let text = serde_json::to_string(&Sealed { name: name.to_owned(), until, value })?;
        let https = self.oidc.here.starts_with("https:");
        Ok(Cookie::build((name, text)).path("/").http_only(true).same_site(SameSite::Lax).secure(https).build())
    }
}

fn read<T: DeserializeOwned>(jar: &SignedCookieJar, name: &str) -> Option<T> {
    let sealed: Sealed<T> = serde_json::from_str(jar.get(name)?.value()).ok()?;
    (sealed.name == name && sealed.until > now()).then_some(sealed.value)
}

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs()
}

async fn home(jar: SignedCookieJar) -> Response {
    match read::<Person>(&jar, PERSON) {
        Some(person) => signed_in(&person.name).into_response(),
        None => signed_out().into_response(),
    }
}

async fn sign_in(State(app): State<App>, jar: SignedCookieJar) -> Result<(SignedCookieJar, Redirect), Problem> {
    let (url, pending) = app.oidc.begin();
    Ok((jar.add(app.cookie(PENDING, pending, SIGN_IN_LASTS)?), Redirect::to(&url)))
}

async fn callback(
    State(app): State<App>,
    jar: SignedCookieJar,
    Query(answer): Query<HashMap<String, String>>,
) -> Result<(SignedCookieJar, Redirect), Problem> {
    let pending: Pending = read(&jar, PENDING).ok_or(Problem("Nothing was asked for from here.".into()))?;
    let (person, _tokens) = app.oidc.finish(pending, &answer).await?;
    let jar = jar.remove(Cookie::build(PENDING).path("/")).add(app.cookie(PERSON, person, DAY)?);
    Ok((jar, Redirect::to("/")))
}

async fn sign_out(State(app): State<App>, jar: SignedCookieJar) -> Result<(SignedCookieJar, Redirect), Problem> {
    let url = match read::<Person>(&jar, PERSON) {
        Some(person) => app.oidc.sign_out(&person)?,
        None => "/".to_owned(),
    };
    Ok((jar.remove(Cookie::build(PERSON).path("/")), Redirect::to(&url)))
}

/// What went wrong, as a page.
struct Problem(Failure);

impl<E: Into<Failure>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        failed(&self.0)
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let key = env::var("COOKIE_KEY").map_err(|_| "COOKIE_KEY is missing: openssl rand -hex 32")?;
    if key.len() < 64 {
        return Err("COOKIE_KEY is too short: openssl rand -hex 32".into());
    }
    let app = App { oidc: Arc::new(Oidc::discover().await?), key: Key::from(key.as_bytes()) };
    println!("Open {}", app.oidc.here);
    let routes = Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/sign-out", post(sign_out))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{}", port())).await?;
    Ok(axum::serve(listener, routes).await?)
}
