//! Passwords, checked and slowed as the account's object does it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use async_trait::async_trait;
use ostiary::model::login_guard::LoginGuardState;
use ostiary::ports::{Clock, LoginAttempt, LoginGuard, Random, Stored};

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

    fn attempt_now(&self, account: &str, address: &str, password: &str, stored: Option<&str>) -> LoginAttempt {
        let now = self.clock.now();
        let mut accounts = self.accounts.lock().expect("no test panics here");
        let state = accounts.entry(account.to_owned()).or_default();
        if let Some(wait) = state.wait(address, now) {
            return LoginAttempt::Slowed {
                retry_after: wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX),
            };
        }
        let verified = stored.is_some_and(|stored| verify(password, stored));
        state.record(address, verified, now);
        if verified { LoginAttempt::Verified } else { LoginAttempt::Refused }
    }
}

fn verify(password: &str, stored: &str) -> bool {
    let stored = PasswordHash::new(stored).expect("a PHC string");
    Argon2::default().verify_password(password.as_bytes(), &stored).is_ok()
}

#[async_trait]
impl LoginGuard for TestLoginGuard {
    async fn attempt(
        &self,
        account: &str,
        address: &str,
        password: &str,
        stored: Option<&str>,
    ) -> Stored<LoginAttempt> {
        self.hops.hop("login guard").await;
        self.fault.guard("login guard", || Ok(self.attempt_now(account, address, password, stored)))
    }

    async fn hash(&self, _account: &str, password: &str) -> Stored<String> {
        self.hops.hop("login guard").await;
        self.fault.guard("login guard", || {
            let mut salt = [0; 16];
            self.random.fill(&mut salt);
            let salt = SaltString::encode_b64(&salt).expect("a salt");
            Ok(Argon2::default().hash_password(password.as_bytes(), &salt).expect("a hash").to_string())
        })
    }
}
