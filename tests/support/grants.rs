//! Grants in a map, instead of an object each: the same state machine, the same alarm.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::model::grant::commands::{Command, End, Presented, Redeem, Refresh, Reply, Revoke, Unheard};
use ostiary::model::grant::{GrantState, Wake, apply, wake};
use ostiary::ports::{Clock, Grants, Random, Stored};
use ostiary::protocol::digest::base64url;
use ostiary::protocol::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestGrants {
    hops: Arc<Hops>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    ids: Mutex<HashSet<String>>,
    states: Mutex<HashMap<String, GrantState>>,
    pub fault: FaultSwitch,
}

impl TestGrants {
    pub fn new(hops: Arc<Hops>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let (ids, states, fault) = (Mutex::default(), Mutex::default(), FaultSwitch::default());
        Self { hops, clock, random, ids, states, fault }
    }

    /// What a grant remembers now; no hop.
    pub fn state(&self, id: &str) -> Option<GrantState> {
        self.states.lock().expect("no test panics here").get(id).cloned()
    }

    /// What all grants remember now.
    pub fn states(&self) -> HashMap<String, GrantState> {
        self.states.lock().expect("no test panics here").clone()
    }

    /// From now on they remember exactly this.
    pub fn set_states(&self, states: HashMap<String, GrantState>) {
        *self.states.lock().expect("no test panics here") = states;
    }

    /// Every alarm that is due fires now.
    pub fn fire_alarms(&self) {
        let now = self.clock.now();
        let mut states = self.states.lock().expect("no test panics here");
        *states = states.drain().filter_map(|(id, state)| Some((id, woken(&state, now)?))).collect();
    }

    /// Commands travel to an object and its state to storage as JSON, so they do here.
    async fn ask(&self, id: &str, command: Command) -> Stored<Reply> {
        self.hops.hop("grants").await;
        self.fault.guard("grants", || {
            let now = self.clock.now();
            let mut states = self.states.lock().expect("no test panics here");
            let state = states.remove(id).and_then(|state| woken(&state, now));
            let (state, reply) = apply(state, as_stored(&command), now);
            if let Some(state) = state {
                states.insert(id.to_owned(), as_stored(&state));
            }
            Ok(as_stored(&reply))
        })
    }
}

fn woken(state: &GrantState, now: Timestamp) -> Option<GrantState> {
    match wake(state, now) {
        (_, Wake::Remove) => None,
        (state, Wake::At(_)) => Some(state),
    }
}

fn as_stored<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let text = serde_json::to_string(value).expect("JSON");
    serde_json::from_str(&text).expect("the same value")
}

#[async_trait]
impl Grants for TestGrants {
    fn new_id(&self) -> Stored<String> {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes);
        let id = base64url(&bytes);
        self.ids.lock().expect("no test panics here").insert(id.clone());
        Ok(id)
    }

    fn is_id(&self, id: &str) -> bool {
        self.ids.lock().expect("no test panics here").contains(id)
    }

    async fn redeem(&self, id: &str, command: Redeem) -> Stored<Reply> {
        self.ask(id, Command::Redeem(Box::new(command))).await
    }

    async fn refresh(&self, id: &str, command: Refresh) -> Stored<Reply> {
        self.ask(id, Command::Refresh(command)).await
    }

    async fn unheard(&self, id: &str, command: Unheard) -> Stored<Reply> {
        self.ask(id, Command::Unheard(command)).await
    }

    async fn status(&self, id: &str, token: Presented) -> Stored<Reply> {
        self.ask(id, Command::Status(token)).await
    }

    async fn revoke(&self, id: &str, command: Revoke) -> Stored<Reply> {
        self.ask(id, Command::Revoke(command)).await
    }

    async fn end(&self, id: &str, command: End) -> Stored<Reply> {
        self.ask(id, Command::End(command)).await
    }

    async fn ends_at(&self, id: &str) -> Stored<Reply> {
        self.ask(id, Command::EndsAt).await
    }

    async fn used_at(&self, id: &str) -> Stored<Reply> {
        self.ask(id, Command::UsedAt).await
    }
}
