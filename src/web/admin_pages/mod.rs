//! The pages of administrators. All but the way in take an [`AdminPage`] or, where something is done, an [`AdminForm`], and are
//! shown by [`frame`].

pub mod audit;
pub mod destination;
pub mod frame;
pub mod home;
pub mod keys;
pub mod login;
pub mod logout;
pub mod nouns;
pub mod settings;
pub mod setup;
pub mod token;
pub mod users;
mod visitor;

pub use self::visitor::{AdminForm, AdminPage};
