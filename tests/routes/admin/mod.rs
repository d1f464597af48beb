//! `/admin/api/…`

mod clients;
mod token;
mod users;
