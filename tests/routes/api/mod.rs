//! `/api/…`

mod call;
mod clients_me;
mod isolation;
mod switches;
mod users_me;
