//! Codes in a map, instead of KV.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::model::code::CodeRecord;
use ostiary::ports::{Clock, Codes, Stored};

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestCodes {
    hops: Arc<Hops>,
    clock: Arc<dyn Clock>,
    records: Mutex<HashMap<String, CodeRecord>>,
    blind: AtomicBool,
    pub fault: FaultSwitch,
}

impl TestCodes {
    pub fn new(hops: Arc<Hops>, clock: Arc<dyn Clock>) -> Self {
        let (records, blind, fault) = (Mutex::default(), AtomicBool::new(false), FaultSwitch::default());
        Self { hops, clock, records, blind, fault }
    }

    /// All that is remembered now, also what has expired.
    pub fn records(&self) -> HashMap<String, CodeRecord> {
        self.records.lock().expect("no test panics here").clone()
    }

    /// From now on exactly this is remembered.
    pub fn set_records(&self, records: HashMap<String, CodeRecord>) {
        *self.records.lock().expect("no test panics here") = records;
    }

    /// Whether it sees nothing, as a location to which KV has not come yet.
    pub fn set_blind(&self, blind: bool) {
        self.blind.store(blind, Ordering::SeqCst);
    }
}

#[async_trait]
impl Codes for TestCodes {
    async fn put(&self, code_hash: &str, record: &CodeRecord) -> Stored<()> {
        self.hops.hop("codes").await;
        self.fault.guard("codes", || {
            let mut records = self.records.lock().expect("no test panics here");
            records.insert(code_hash.to_owned(), record.clone());
            Ok(())
        })
    }

    async fn get(&self, code_hash: &str) -> Stored<Option<CodeRecord>> {
        self.hops.hop("codes").await;
        self.fault.guard("codes", || {
            let record = self.records.lock().expect("no test panics here").get(code_hash).cloned();
            let seen = record.filter(|record| self.clock.now() < record.expires_at);
            Ok(seen.filter(|_| !self.blind.load(Ordering::SeqCst)))
        })
    }
}
