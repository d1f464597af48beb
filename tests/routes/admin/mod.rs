//! `/admin/api/…`

mod access_token;
mod claims;
mod client_keys;
mod clients;
mod relying_party;
mod token;
mod tool_groups;
mod tools;
mod users;
