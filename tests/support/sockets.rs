//! Lists, instead of WebSockets: those that were opened, and what was told to whoever waits at one.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{Opened, Sockets, Stored};
use serde_json::Value;

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestSockets {
    hops: Arc<Hops>,
    pub fault: FaultSwitch,
    opened: Mutex<Vec<(Value, Option<String>)>>,
    told: Mutex<Vec<(String, Value)>>,
}

impl TestSockets {
    pub fn new(hops: Arc<Hops>) -> Self {
        Self { hops, fault: FaultSwitch::default(), opened: Mutex::default(), told: Mutex::default() }
    }

    /// Those that were opened since the last call: with what each begins, and the subprotocol that was chosen.
    pub fn take_opened(&self) -> Vec<(Value, Option<String>)> {
        std::mem::take(&mut self.opened.lock().expect("no test panics here"))
    }

    /// What was told since the last call, each with the socket it was told to.
    pub fn take(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.told.lock().expect("no test panics here"))
    }
}

#[async_trait]
impl Sockets for TestSockets {
    async fn open(&self, state: &str, protocol: Option<&str>) -> Stored<Opened> {
        self.hops.hop("sockets").await;
        self.fault.guard("sockets", || {
            let state = serde_json::from_str(state).expect("JSON");
            self.opened.lock().expect("no test panics here").push((state, protocol.map(str::to_owned)));
            Ok(Opened(Arc::new(())))
        })
    }

    async fn notify(&self, socket_id: &str, message: &str) -> Stored<()> {
        self.hops.hop("sockets").await;
        self.fault.guard("sockets", || {
            let message = serde_json::from_str(message).expect("JSON");
            self.told.lock().expect("no test panics here").push((socket_id.to_owned(), message));
            Ok(())
        })
    }
}
