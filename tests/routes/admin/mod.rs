//! `/admin/api/…`

mod access_token;
mod audit;
mod claims;
mod client_keys;
mod clients;
mod entries;
mod lists;
mod plans;
mod relying_party;
mod removal;
mod scopes;
mod settings;
mod token;
mod tool_groups;
mod tools;
mod users;
