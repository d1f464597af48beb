//! The cron trigger: clean-up. Whatever goes wrong is logged, and the next tick tries again.

use log::Level;
use worker::Env;

use super::console::report;
use super::isolate;
use crate::service::cleanup;

/// One tick of the trigger.
pub async fn tick(env: &Env) {
    let app = match isolate::isolate(env) {
        Ok(isolate) => isolate.app.clone(),
        Err(error) => return report(Level::Error, "cleanup", &error.to_string()),
    };
    if let Err(error) = cleanup::clean_up(&app).await {
        report(Level::Error, "cleanup", &error.to_string());
    }
}
