//! What a person may do with their own account. Each use case is given the id of the user who is signed in, and touches what
//! is theirs only.

pub mod apps;
pub mod client;
pub mod password;
pub mod profile;
pub mod sessions;
pub mod tickets;
