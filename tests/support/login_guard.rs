//! Passwords, checked and slowed as the account's object does it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::model::login_guard::{Knock, LoginAttempt, LoginGuardState};
use ostiary::model::password;
use ostiary::ports::{Clock, LoginGuard, Random, Stored};

use super::fault::FaultSwitch;
use super::hops::Hops;

pub struct TestLoginGuard {
    hops: Arc<Hops>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    accounts: Mutex<HashMap<String, LoginGuardState>>,
    pub fault: FaultSwitch,
}

impl TestLoginGuard {
    pub fn new(hops: Arc<Hops>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { hops, clock, random, accounts: Mutex::default(), fault: FaultSwitch::default() }
    }

    /// As if nobody had ever tried to sign in.
    pub fn forget(&self) {
        self.accounts.lock().expect("no test panics here").clear();
    }

    fn attempt_now(&self, account: &str, knock: Knock<'_>, password: &str, stored: Option<&str>) -> LoginAttempt {
        let now = self.clock.now();
        let mut accounts = self.accounts.lock().expect("no test panics here");
        let state = accounts.entry(account.to_owned()).or_default();
        state.attempt(knock, now, || password::is_right(password, stored))
    }
}

#[async_trait]
impl LoginGuard for TestLoginGuard {
    async fn attempt(
        &self,
        account: &str,
        knock: Knock<'_>,
        password: &str,
        stored: Option<&str>,
    ) -> Stored<LoginAttempt> {
        self.hops.hop("login guard").await;
        self.fault.guard("login guard", || Ok(self.attempt_now(account, knock, password, stored)))
    }

    async fn hash(&self, _place: &str, password: &str) -> Stored<String> {
        self.hops.hop("login guard").await;
        self.fault.guard("login guard", || {
            let mut salt = [0; 16];
            self.random.fill(&mut salt);
            Ok(password::hash(password, &salt).expect("a hash"))
        })
    }
}
