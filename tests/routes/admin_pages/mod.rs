//! `/setup`, `/admin` and what is below it for browsers.

mod setup;
mod sign_in;
