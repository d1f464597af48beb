//! `/api/…`

mod clients_me;
