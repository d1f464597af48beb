//! What a person sees of Ostiary: sign in, consent, account, sign out.

pub mod agents;
pub mod apps;
pub mod client;
pub mod client_logo;
pub mod connect;
pub mod connections;
pub mod consent;
pub mod home;
pub mod login;
pub mod logout;
pub mod password;
pub mod profile;
mod provider_sign_in;
pub mod sessions;
pub mod set_password;
mod shown;
pub mod tools;
