//! `/account` and what is below it, and `/password/{ticket}`.

mod apps;
mod client;
mod home;
mod password;
mod password_link;
mod profile;
mod refused;
mod sessions;
mod tools;
