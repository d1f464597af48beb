//! `/admin/api/…`

mod claims;
mod client_keys;
mod clients;
mod relying_party;
mod token;
mod users;
