//! A switch that makes a twin fail.

use std::sync::Mutex;

use ostiary::ports::{StorageError, Stored};

/// How a twin behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// As it should.
    #[default]
    None,
    /// It does nothing and fails.
    Fail,
    /// It does what it was asked, and its answer is lost.
    FailAfterEffect,
}

/// One twin's switch.
#[derive(Debug, Default)]
pub struct FaultSwitch(Mutex<Fault>);

impl FaultSwitch {
    /// From now on.
    pub fn set(&self, fault: Fault) {
        *self.0.lock().expect("no test panics here") = fault;
    }

    /// Does `effect` as the switch says.
    pub fn guard<T>(&self, store: &'static str, effect: impl FnOnce() -> Stored<T>) -> Stored<T> {
        let fault = *self.0.lock().expect("no test panics here");
        match fault {
            Fault::None => effect(),
            Fault::Fail => Err(StorageError::new(store, "a fault of the test")),
            Fault::FailAfterEffect => effect().and(Err(StorageError::new(store, "a lost answer of the test"))),
        }
    }
}
