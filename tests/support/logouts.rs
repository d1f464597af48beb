//! A list, instead of the Queue.

use std::sync::Mutex;

use ostiary::model::logout_notice::LogoutNotice;
use ostiary::ports::Logouts;

#[derive(Debug, Default)]
pub struct TestLogouts(Mutex<Vec<LogoutNotice>>);

impl TestLogouts {
    /// The notices since the last call, in their order.
    pub fn take(&self) -> Vec<LogoutNotice> {
        std::mem::take(&mut self.0.lock().expect("no test panics here"))
    }
}

impl Logouts for TestLogouts {
    fn send(&self, notices: Vec<LogoutNotice>) {
        self.0.lock().expect("no test panics here").extend(notices);
    }
}
