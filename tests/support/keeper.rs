//! Tokens at other providers, renewed in one place as their objects do it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use ostiary::app::App;
use ostiary::model::renewal::{Renewed, Wanted};
use ostiary::ports::{StorageError, Stored, TokenKeeper};
use ostiary::service::upstream::renew;

use super::fault::FaultSwitch;
use super::hops::Hops;

type Running = Shared<BoxFuture<'static, String>>;

pub struct TestKeeper {
    hops: Arc<Hops>,
    app: App,
    running: Arc<Mutex<HashMap<String, (Wanted, Running)>>>,
    pub fault: FaultSwitch,
}

impl TestKeeper {
    /// The objects live in the isolate of `app`.
    pub fn new(hops: Arc<Hops>, app: App) -> Self {
        Self { hops, app, running: Arc::default(), fault: FaultSwitch::default() }
    }

    /// As if every object had been stopped, whatever it was doing.
    pub fn stop(&self) {
        self.running.lock().expect("no test panics here").clear();
    }

    fn begin(&self, wanted: &Wanted) -> Running {
        let (app, wanted, running) = (self.app.clone(), wanted.clone(), Arc::clone(&self.running));
        let renewal = async move {
            let answer = renew::obey(&app, &wanted).await;
            running.lock().expect("no test panics here").remove(&wanted.connection);
            answer
        };
        renewal.boxed().shared()
    }

    /// What is under way; `None` if nothing was: then this is, from now on.
    fn joined(&self, wanted: &Wanted) -> (Option<Wanted>, Running) {
        let mut running = self.running.lock().expect("no test panics here");
        if let Some((asked, known)) = running.get(&wanted.connection) {
            return (Some(asked.clone()), known.clone());
        }
        let begun = self.begin(wanted);
        running.insert(wanted.connection.clone(), (wanted.clone(), begun.clone()));
        (None, begun)
    }

    async fn answer(&self, wanted: &Wanted) -> String {
        loop {
            let (of_another, running) = self.joined(wanted);
            let answer = running.await;
            if of_another.is_none_or(|asked| asked == *wanted) || wanted.is_met_by(&answer) {
                return answer;
            }
        }
    }
}

#[async_trait]
impl TokenKeeper for TestKeeper {
    async fn renew(&self, wanted: Wanted) -> Stored<Renewed> {
        self.hops.hop("keeper").await;
        let mut takes_effect = false;
        let verdict = self.fault.guard("keeper", || {
            takes_effect = true;
            Ok(())
        });
        let answer = if takes_effect {
            self.answer(&Wanted::read(&wanted.written()).expect("a wish")).await
        } else {
            String::new()
        };
        verdict?;
        Ok(Renewed::read(&answer).expect("an answer"))
    }
}

/// What stands in for the keeper in the isolate of the objects, which ask none.
pub struct NoKeeper;

#[async_trait]
impl TokenKeeper for NoKeeper {
    async fn renew(&self, _wanted: Wanted) -> Stored<Renewed> {
        Err(StorageError::new("keeper", "an object asks no other"))
    }
}
