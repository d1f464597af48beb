//! Passwords, checked and slowed as the account's object does it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
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
            Ok(hash(password, &salt))
        })
    }
}

/// For next to nothing, since a thousand tests sign somebody in; a hash says itself what it costs to check. What the real one costs is
/// shown beside it (`model/password.rs`) and by the built Worker.
fn hash(password: &str, salt: &[u8; 16]) -> String {
    let cheap = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None).expect("parameters");
    let salt = SaltString::encode_b64(salt).expect("a salt");
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap).hash_password(password.as_bytes(), &salt);
    hash.expect("a hash").to_string()
}
