//! The login guard: one object an account name, which checks passwords and slows whoever guesses them.
//!
//! The slow hash runs here: one hop, holding up nobody but those who try the same name.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use worker::wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, ObjectNamespace, Request, Response, State, Storage, durable_object, wasm_bindgen};

use super::call::{call, no_fetch, obeyed};
use super::{namespace, storage};
use crate::cloudflare::clock;
use crate::cloudflare::hop::hop;
use crate::cloudflare::isolate;
use crate::cloudflare::random::WorkerRandom;
use crate::config::Jurisdiction;
use crate::model::login_guard::{Knock, LoginAttempt, LoginGuardState};
use crate::model::password;
use crate::ports::{Clock, LoginGuard, Random, StorageError, Stored};
use crate::protocol::time::Timestamp;

/// Time for a hash (30 ms of CPU) behind a few others of the same name.
const DEADLINE: Duration = Duration::from_secs(4);
const STORE: &str = "login_guard";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Command {
    Attempt { address: String, held: bool, password: String, stored: Option<String> },
    Hash { password: String },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Attempted(LoginAttempt),
    Hashed(String),
}

/// The guard of one account name.
#[durable_object(alarm)]
pub struct LoginGuardObject {
    state: State,
    env: Env,
}

impl DurableObject for LoginGuardObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, _request: Request) -> worker::Result<Response> {
        no_fetch()
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.look().await?;
        Response::empty()
    }
}

#[wasm_bindgen(
    wasm_bindgen = worker::wasm_bindgen, wasm_bindgen_futures = worker::wasm_bindgen_futures, js_sys = worker::js_sys
)]
impl LoginGuardObject {
    /// A command from outside, as text.
    ///
    /// # Errors
    /// When it is none, or the storage fails.
    pub async fn obey(&self, command: String) -> Result<String, JsValue> {
        obeyed(&command, |command| self.answer(command)).await
    }
}

impl LoginGuardObject {
    async fn answer(&self, command: Command) -> worker::Result<Reply> {
        match command {
            Command::Attempt { address, held, password, stored } => {
                let knock = Knock { address: &address, held };
                Ok(Reply::Attempted(self.attempt(knock, &password, stored.as_deref()).await?))
            }
            Command::Hash { password } => hash(&password),
        }
    }

    async fn attempt(&self, knock: Knock<'_>, password: &str, stored: Option<&str>) -> worker::Result<LoginAttempt> {
        let (storage, now) = (self.state.storage(), self.now());
        let before: Option<LoginGuardState> = storage::read(&storage)?;
        let mut state = before.clone().unwrap_or_default();
        let attempt = state.attempt(knock, now, || password::is_right(password, stored));
        remember(&storage, before.as_ref(), &state, now).await?;
        Ok(attempt)
    }

    /// The alarm: forgets everything once all of it is old, else looks again then.
    async fn look(&self) -> worker::Result<()> {
        let (storage, now) = (self.state.storage(), self.now());
        let state: Option<LoginGuardState> = storage::read(&storage)?;
        match state.and_then(|state| state.forget_at()).filter(|moment| *moment > now) {
            Some(moment) => storage::wake_after(&storage, clock::until(moment, now)).await,
            None => storage.delete_all().await,
        }
    }

    fn now(&self) -> Timestamp {
        isolate::clock(&self.env).now()
    }
}

/// Writes what changed.
async fn remember(
    storage: &Storage,
    before: Option<&LoginGuardState>,
    after: &LoginGuardState,
    now: Timestamp,
) -> worker::Result<()> {
    let kept = after.forget_at().map(|_| after);
    if kept == before {
        return Ok(());
    }
    storage::write(storage, kept)?;
    if let (None, Some(moment)) = (before, after.forget_at()) {
        storage::wake_after(storage, clock::until(moment, now)).await?;
    }
    storage.sync().await
}

fn hash(password: &str) -> worker::Result<Reply> {
    let mut salt = [0; 16];
    WorkerRandom.fill(&mut salt);
    Ok(Reply::Hashed(password::hash(password, &salt).map_err(|error| error.to_string())?))
}

/// All login guards, as the port.
pub struct ObjectLoginGuard {
    namespace: ObjectNamespace,
}

impl ObjectLoginGuard {
    /// The guards in the namespace bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str, jurisdiction: Option<Jurisdiction>) -> worker::Result<Self> {
        Ok(Self { namespace: namespace::bound(env, binding, jurisdiction)? })
    }

    async fn send(&self, account: &str, command: Command) -> Stored<Reply> {
        hop(STORE, DEADLINE, call(|| self.namespace.id_from_name(account)?.get_stub(), &command)).await
    }
}

#[async_trait]
impl LoginGuard for ObjectLoginGuard {
    async fn attempt(
        &self,
        account: &str,
        knock: Knock<'_>,
        password: &str,
        stored: Option<&str>,
    ) -> Stored<LoginAttempt> {
        let command = Command::Attempt {
            address: knock.address.to_owned(),
            held: knock.held,
            password: password.to_owned(),
            stored: stored.map(str::to_owned),
        };
        match self.send(account, command).await? {
            Reply::Attempted(attempt) => Ok(attempt),
            Reply::Hashed(_) => Err(StorageError::new(STORE, "an attempt was answered with a hash")),
        }
    }

    async fn hash(&self, place: &str, password: &str) -> Stored<String> {
        match self.send(place, Command::Hash { password: password.to_owned() }).await? {
            Reply::Hashed(phc) => Ok(phc),
            Reply::Attempted(_) => Err(StorageError::new(STORE, "a hash was answered as if it were an attempt")),
        }
    }
}
