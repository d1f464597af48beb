//! The grant object: the shell that gives [`model::grant`](crate::model::grant) its storage, clock and alarm.

use std::time::Duration;

use async_trait::async_trait;
use worker::wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, ObjectNamespace, Request, Response, State, durable_object, wasm_bindgen};

use super::call::{call, no_fetch, obeyed};
use super::{id, namespace, storage};
use crate::cloudflare::clock;
use crate::cloudflare::hop::hop;
use crate::cloudflare::isolate;
use crate::cloudflare::problem::storage_error;
use crate::config::Jurisdiction;
use crate::model::grant::commands::{End, Presented, Redeem, Refresh, Revoke, Unheard};
use crate::model::grant::{Command, GrantState, Reply, Wake, apply, wake};
use crate::ports::{Clock, Grants, StorageError, Stored};
use crate::protocol::time::Timestamp;

const DEADLINE: Duration = Duration::from_secs(4);
const STORE: &str = "grants";

/// One grant. An idle object is woken for nearly every refresh, so making it does nothing.
#[durable_object(alarm)]
pub struct GrantObject {
    state: State,
    env: Env,
}

impl DurableObject for GrantObject {
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
impl GrantObject {
    /// A command from outside, as text.
    ///
    /// # Errors
    /// When it is none, or the storage fails.
    pub async fn obey(&self, command: String) -> Result<String, JsValue> {
        obeyed(&command, |command| self.answer(command)).await
    }
}

impl GrantObject {
    /// Answers a command. Only a changed state is written, and the runtime holds the answer back until it is on disk.
    async fn answer(&self, command: Command) -> worker::Result<Reply> {
        let (storage, now) = (self.state.storage(), self.now());
        let before: Option<GrantState> = storage::read(&storage)?;
        let (after, reply) = apply(before.clone(), command, now);
        if after != before {
            storage::write(&storage, after.as_ref())?;
            if let Some(after) = after.filter(|after| sets_alarm(before.as_ref(), after)) {
                storage::wake_after(&storage, delay_of(&wake(&after, now).1, now)).await?;
            }
        }
        Ok(reply)
    }

    /// The alarm: drops what is over, and either wakes again or removes itself.
    async fn look(&self) -> worker::Result<()> {
        let (storage, now) = (self.state.storage(), self.now());
        let Some(before) = storage::read::<GrantState>(&storage)? else {
            return storage.delete_all().await;
        };
        let (after, next) = wake(&before, now);
        if next == Wake::Remove {
            return storage.delete_all().await;
        }
        if after != before {
            storage::write(&storage, Some(&after))?;
        }
        storage::wake_after(&storage, delay_of(&next, now)).await
    }

    fn now(&self) -> Timestamp {
        isolate::clock(&self.env).now()
    }
}

/// The alarm is set when there is first something to look at, and when the grant ends, which is sooner than it would
/// have looked. Never on use: it looks for itself when it fires.
const fn sets_alarm(before: Option<&GrantState>, after: &GrantState) -> bool {
    matches!((before, after), (None, _) | (Some(GrantState::Live(_)), GrantState::Ended { .. }))
}

fn delay_of(wake: &Wake, now: Timestamp) -> Duration {
    match wake {
        Wake::At(moment) => clock::until(*moment, now),
        Wake::Remove => clock::until(now, now),
    }
}

/// All grants, as the port.
pub struct ObjectGrants {
    namespace: ObjectNamespace,
}

impl ObjectGrants {
    /// The grants in the namespace bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str, jurisdiction: Option<Jurisdiction>) -> worker::Result<Self> {
        Ok(Self { namespace: namespace::bound(env, binding, jurisdiction)? })
    }

    async fn send(&self, id: &str, command: Command) -> Stored<Reply> {
        hop(STORE, DEADLINE, async {
            let hex = id::hexadecimal(id).ok_or("not the id of a grant")?;
            call(|| self.namespace.id_from_string(&hex)?.get_stub(), &command).await
        })
        .await
    }
}

#[async_trait]
impl Grants for ObjectGrants {
    fn new_id(&self) -> Stored<String> {
        let id = self.namespace.unique_id().map_err(|error| storage_error(STORE, &error))?;
        let hex = id.to_string();
        id::written(&hex).ok_or_else(|| StorageError::new(STORE, "the runtime's id is not 64 hexadecimal digits"))
    }

    fn is_id(&self, id: &str) -> bool {
        id::hexadecimal(id).is_some_and(|hex| self.namespace.id_from_string(&hex).is_ok())
    }

    async fn redeem(&self, id: &str, command: Redeem) -> Stored<Reply> {
        self.send(id, Command::Redeem(Box::new(command))).await
    }

    async fn refresh(&self, id: &str, command: Refresh) -> Stored<Reply> {
        self.send(id, Command::Refresh(command)).await
    }

    async fn unheard(&self, id: &str, command: Unheard) -> Stored<Reply> {
        self.send(id, Command::Unheard(command)).await
    }

    async fn status(&self, id: &str, token: Presented) -> Stored<Reply> {
        self.send(id, Command::Status(token)).await
    }

    async fn revoke(&self, id: &str, command: Revoke) -> Stored<Reply> {
        self.send(id, Command::Revoke(command)).await
    }

    async fn end(&self, id: &str, command: End) -> Stored<Reply> {
        self.send(id, Command::End(command)).await
    }

    async fn ends_at(&self, id: &str) -> Stored<Reply> {
        self.send(id, Command::EndsAt).await
    }

    async fn used_at(&self, id: &str) -> Stored<Reply> {
        self.send(id, Command::UsedAt).await
    }
}
