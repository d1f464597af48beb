//! What a person sees of Ostiary: sign in, consent, account, sign out.

pub mod client_logo;
pub mod consent;
pub mod home;
pub mod login;
pub mod logout;
