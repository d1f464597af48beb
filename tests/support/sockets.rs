//! A list, instead of the agents that wait at WebSockets.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{Sockets, Stored};
use serde_json::Value;

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestSockets {
    hops: Arc<Hops>,
    pub fault: FaultSwitch,
    told: Mutex<Vec<(String, Value)>>,
}

impl TestSockets {
    pub fn new(hops: Arc<Hops>) -> Self {
        Self { hops, fault: FaultSwitch::default(), told: Mutex::default() }
    }

    /// What was told since the last call, each with the socket it was told to.
    pub fn take(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.told.lock().expect("no test panics here"))
    }
}

#[async_trait]
impl Sockets for TestSockets {
    async fn notify(&self, socket_id: &str, message: &str) -> Stored<()> {
        self.hops.hop("sockets").await;
        self.fault.guard("sockets", || {
            let message = serde_json::from_str(message).expect("JSON");
            self.told.lock().expect("no test panics here").push((socket_id.to_owned(), message));
            Ok(())
        })
    }
}
