//! Other servers: what each URL answers, by script.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{Caching, HttpClient, HttpLimits, HttpReply, HttpRequest, StorageError, Stored};

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestHttp {
    hops: Arc<Hops>,
    replies: Mutex<HashMap<String, HttpReply>>,
    asked: Mutex<Vec<String>>,
    posted: Mutex<Vec<(String, String)>>,
    sent: Mutex<Vec<HttpRequest>>,
    slow: Mutex<HashSet<String>>,
    refused: Mutex<HashSet<String>>,
    pub fault: FaultSwitch,
}

impl TestHttp {
    pub fn new(hops: Arc<Hops>) -> Self {
        Self {
            hops,
            replies: Mutex::default(),
            asked: Mutex::default(),
            posted: Mutex::default(),
            sent: Mutex::default(),
            slow: Mutex::default(),
            refused: Mutex::default(),
            fault: FaultSwitch::default(),
        }
    }

    /// From now on `url` answers this.
    pub fn answer(&self, url: &str, status: u16, content_type: &str, body: &[u8]) {
        let content_type = Some(content_type.to_owned()).filter(|text| !text.is_empty());
        let reply = HttpReply { status, content_type, caching: Caching::default(), body: body.to_vec() };
        self.set(url, reply);
    }

    /// From now on `url` answers this, which may be kept as `cache_control` says.
    pub fn answer_json(&self, url: &str, cache_control: Option<&str>, document: &serde_json::Value) {
        let caching = Caching { cache_control: cache_control.map(str::to_owned), age: None };
        let content_type = Some("application/json".to_owned());
        self.set(url, HttpReply { status: 200, content_type, caching, body: document.to_string().into_bytes() });
    }

    fn set(&self, url: &str, reply: HttpReply) {
        self.slow.lock().expect("no test panics here").remove(url);
        self.replies.lock().expect("no test panics here").insert(url.to_owned(), reply);
    }

    /// From now on `url` takes longer than anybody waits.
    pub fn never_answer(&self, url: &str) {
        self.slow.lock().expect("no test panics here").insert(url.to_owned());
    }

    /// From now on whoever proves themselves so is refused, wherever they ask (401).
    pub fn refuse(&self, authorization: &str) {
        self.refused.lock().expect("no test panics here").insert(authorization.to_owned());
    }

    fn is_refused(&self, request: &HttpRequest) -> bool {
        let refused = self.refused.lock().expect("no test panics here");
        request.headers.iter().any(|(name, value)| name == "authorization" && refused.contains(value))
    }

    /// The requests that were sent whole since the last call.
    pub fn take_sent(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut self.sent.lock().expect("no test panics here"))
    }

    /// The URLs that were asked since the last call.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("no test panics here"))
    }

    /// The forms that were posted since the last call: where, and what.
    pub fn take_posted(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.posted.lock().expect("no test panics here"))
    }

    async fn reply(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply> {
        self.hops.hop("http").await;
        if self.slow.lock().expect("no test panics here").contains(url) {
            return Err(StorageError::new("http", format!("no answer within {:?}", limits.deadline)).late());
        }
        self.fault.guard("http", || {
            let reply = self.replies.lock().expect("no test panics here").get(url).cloned();
            reply
                .filter(|reply| reply.body.len() <= limits.bytes)
                .ok_or_else(|| StorageError::new("http", "no answer within the limits"))
        })
    }
}

#[async_trait]
impl HttpClient for TestHttp {
    async fn get(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply> {
        self.asked.lock().expect("no test panics here").push(url.to_owned());
        self.reply(url, limits).await
    }

    async fn send(&self, request: HttpRequest, limits: HttpLimits) -> Stored<HttpReply> {
        let (url, is_refused) = (request.url.clone(), self.is_refused(&request));
        self.sent.lock().expect("no test panics here").push(request);
        let mut reply = self.reply(&url, limits).await?;
        if is_refused {
            (reply.status, reply.body) = (401, b"refused".to_vec());
        }
        Ok(reply)
    }

    async fn post_form(&self, url: &str, form: String, limits: HttpLimits) -> Stored<HttpReply> {
        self.posted.lock().expect("no test panics here").push((url.to_owned(), form));
        self.reply(url, limits).await
    }
}
