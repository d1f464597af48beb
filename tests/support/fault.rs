//! A switch that makes a twin fail.

use std::sync::{Mutex, MutexGuard};

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
pub struct FaultSwitch(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    plan: Plan,
    /// How many calls were disturbed since the plan was made.
    disturbed: u32,
}

#[derive(Clone, Copy, Debug, Default)]
enum Plan {
    #[default]
    Well,
    Always(Fault),
    /// So many go well, none of the others does.
    From {
        after: u32,
        fault: Fault,
    },
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
            Self::Always(fault) | Self::From { after: 0, fault } => fault,
            Self::From { after, fault } => {
                *self = Self::From { after: after - 1, fault };
                Fault::None
            }
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
        self.plan(Plan::Always(fault));
    }

    /// After `after` calls that go well, for good.
    pub fn set_from(&self, after: u32, fault: Fault) {
        self.plan(Plan::From { after, fault });
    }

    /// Once, after `after` calls that go well.
    pub fn set_once_after(&self, after: u32, fault: Fault) {
        self.plan(Plan::Once { after, fault });
    }

    fn plan(&self, plan: Plan) {
        *self.state() = State { plan, disturbed: 0 };
    }

    /// How many calls were disturbed since the switch was set.
    pub fn disturbed(&self) -> u32 {
        self.state().disturbed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics here")
    }

    /// Does `effect` as the switch says.
    pub fn guard<T>(&self, store: &'static str, effect: impl FnOnce() -> Stored<T>) -> Stored<T> {
        let fault = {
            let mut state = self.state();
            let fault = state.plan.next();
            state.disturbed += u32::from(fault != Fault::None);
            fault
        };
        match fault {
            Fault::None => effect(),
            Fault::Fail => Err(StorageError::new(store, "a fault of the test")),
            Fault::FailAfterEffect => effect().and(Err(StorageError::new(store, "a lost answer of the test"))),
        }
    }
}
