//! `/admin/api/…`

mod claims;
mod clients;
mod relying_party;
mod token;
mod users;
