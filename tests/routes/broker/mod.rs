//! Accounts at other providers: `/connect/{provider}`, `/oauth/callback/{provider}`, `/account/connections`,
//! `/api/users/me/connections`, `/admin/api/providers`.

mod agents;
mod attacked;
mod connect;
mod connections;
mod keeper;
mod liars;
mod mail;
mod providers;
mod renewal;
mod server_wide;
mod sign_in;
mod socket;
mod tools;
mod unauthorized;
