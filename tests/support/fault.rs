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
pub struct FaultSwitch(Mutex<Plan>);

#[derive(Clone, Copy, Debug, Default)]
enum Plan {
    #[default]
    Well,
    Always(Fault),
    /// So many go well, the next does not, all others do.
    Once {
        after: u32,
        fault: Fault,
    },
}

impl Plan {
    fn next(&mut self) -> Fault {
        match *self {
            Self::Well => Fault::None,
            Self::Always(fault) => fault,
            Self::Once { after: 0, fault } => {
                *self = Self::Well;
                fault
            }
            Self::Once { after, fault } => {
                *self = Self::Once { after: after - 1, fault };
                Fault::None
            }
        }
    }
}

impl FaultSwitch {
    /// From now on.
    pub fn set(&self, fault: Fault) {
        *self.0.lock().expect("no test panics here") = Plan::Always(fault);
    }

    /// Once, after `after` calls that go well.
    pub fn set_once_after(&self, after: u32, fault: Fault) {
        *self.0.lock().expect("no test panics here") = Plan::Once { after, fault };
    }

    /// Does `effect` as the switch says.
    pub fn guard<T>(&self, store: &'static str, effect: impl FnOnce() -> Stored<T>) -> Stored<T> {
        let fault = self.0.lock().expect("no test panics here").next();
        match fault {
            Fault::None => effect(),
            Fault::Fail => Err(StorageError::new(store, "a fault of the test")),
            Fault::FailAfterEffect => effect().and(Err(StorageError::new(store, "a lost answer of the test"))),
        }
    }
}
