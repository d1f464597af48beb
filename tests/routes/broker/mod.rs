//! Accounts at other providers: `/connect/{provider}`, `/oauth/callback/{provider}`, `/account/connections`,
//! `/api/users/me/connections`, `/admin/api/providers`.

mod attacked;
mod connect;
mod connections;
mod liars;
mod providers;
mod sign_in;
mod tools;
