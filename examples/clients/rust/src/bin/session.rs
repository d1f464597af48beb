//! A web app with sessions on the server: the browser holds the number of its session and nothing else. The tokens stay
//! here, so the app can call APIs in the person's name, and renews them when they are over.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use openidconnect::CsrfToken;
use web_apps::{Failure, Oidc, Pending, Person, Tokens, failed, port, problem, signed_in, signed_out};

const COOKIE: &str = "rust_session";

#[derive(Clone)]
enum Session {
    Pending(Pending),
    Person(Box<Person>, Tokens),
}

struct App {
    oidc: Oidc,
    /// In memory, so a restart signs everybody out. Where there are several servers, this is a database.
    sessions: Mutex<HashMap<String, Session>>,
}

impl App {
    fn find(&self, jar: &CookieJar) -> Option<(String, Session)> {
        let id = jar.get(COOKIE)?.value().to_owned();
        let session = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).get(&id)?.clone();
        Some((id, session))
    }

    fn keep(&self, id: String, session: Session) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(id, session);
    }

    fn forget(&self, id: &str) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// A session under a new number, so that nobody can know it who put a cookie into this browser before.
    fn begin(&self, session: Session) -> Cookie<'static> {
        let id = CsrfToken::new_random().into_secret();
        self.keep(id.clone(), session);
        let https = self.oidc.here.starts_with("https:");
        Cookie::build((COOKIE, id)).path("/").http_only(true).same_site(SameSite::Lax).secure(https).build()
    }
}

async fn home(State(app): State<Arc<App>>, jar: CookieJar) -> Response {
    let Some((id, Session::Person(person, tokens))) = app.find(&jar) else { return signed_out().into_response() };
    // In a task of its own, since this one is dropped when the person leaves, and new tokens with it.
    match tokio::spawn(current_name(app, id, person, tokens)).await.unwrap_or_else(|error| Err(error.into())) {
        Ok(Some(name)) => signed_in(&name).into_response(),
        Ok(None) => signed_out().into_response(),
        Err(error) => failed(&error),
    }
}

/// What the server says now; nothing when the sign-in has ended there. That it fails for a moment ends nothing.
async fn current_name(
    app: Arc<App>,
    id: String,
    person: Box<Person>,
    tokens: Tokens,
) -> Result<Option<String>, Failure> {
    if let Some(name) = app.oidc.name(&tokens).await? {
        return Ok(Some(name));
    }
    let Some(tokens) = app.oidc.refresh(&tokens).await? else {
        app.forget(&id);
        return Ok(None);
    };
    // The new refresh token is kept before anything else is done: the old one is used up.
    app.keep(id, Session::Person(person, tokens.clone()));
    app.oidc.name(&tokens).await
}

async fn sign_in(State(app): State<Arc<App>>, jar: CookieJar) -> (CookieJar, Redirect) {
    let (url, pending) = app.oidc.begin();
    (jar.add(app.begin(Session::Pending(pending))), Redirect::to(&url))
}

async fn callback(
    State(app): State<Arc<App>>,
    jar: CookieJar,
    Query(answer): Query<HashMap<String, String>>,
) -> Response {
    let Some((id, Session::Pending(pending))) = app.find(&jar) else {
        return (StatusCode::BAD_REQUEST, problem("Nothing was asked for from here.")).into_response();
    };
    app.forget(&id);
    match app.oidc.finish(pending, &answer).await {
        Ok((person, tokens)) => {
            (jar.add(app.begin(Session::Person(person.into(), tokens))), Redirect::to("/")).into_response()
        }
        Err(error) => failed(&error),
    }
}

async fn sign_out(State(app): State<Arc<App>>, jar: CookieJar) -> Response {
    let Some((id, Session::Person(person, _))) = app.find(&jar) else { return Redirect::to("/").into_response() };
    app.forget(&id);
    let url = app.oidc.sign_out(&person).unwrap_or_else(|_| "/".to_owned());
    (jar.remove(Cookie::build(COOKIE).path("/")), Redirect::to(&url)).into_response()
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let app = Arc::new(App { oidc: Oidc::discover().await?, sessions: Mutex::default() });
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
