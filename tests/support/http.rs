//! Other servers: what each URL answers, by script.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{HttpClient, HttpLimits, HttpReply, StorageError, Stored};

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestHttp {
    hops: Arc<Hops>,
    replies: Mutex<HashMap<String, HttpReply>>,
    asked: Mutex<Vec<String>>,
    pub fault: FaultSwitch,
}

impl TestHttp {
    pub fn new(hops: Arc<Hops>) -> Self {
        Self { hops, replies: Mutex::default(), asked: Mutex::default(), fault: FaultSwitch::default() }
    }

    /// From now on `url` answers this.
    pub fn answer(&self, url: &str, status: u16, content_type: &str, body: &[u8]) {
        let content_type = Some(content_type.to_owned()).filter(|text| !text.is_empty());
        let reply = HttpReply { status, content_type, body: body.to_vec() };
        self.replies.lock().expect("no test panics here").insert(url.to_owned(), reply);
    }

    /// The URLs that were asked since the last call.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("no test panics here"))
    }
}

#[async_trait]
impl HttpClient for TestHttp {
    async fn get(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply> {
        self.hops.hop("http").await;
        self.asked.lock().expect("no test panics here").push(url.to_owned());
        self.fault.guard("http", || {
            let reply = self.replies.lock().expect("no test panics here").get(url).cloned();
            reply
                .filter(|reply| reply.body.len() <= limits.bytes)
                .ok_or_else(|| StorageError::new("http", "no answer within the limits"))
        })
    }
}
