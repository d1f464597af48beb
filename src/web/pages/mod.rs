//! The pages people see: a struct a page, filled by a handler and rendered by the template of the same name.
//!
//! Every page works without script. Each value is escaped by the template, so a struct holds plain text. What the
//! pages need of a Content-Security-Policy: `style-src 'self'`, and `img-src 'self'` with [`Brand::logo_url`]'s origin.

mod account;
mod brand;
mod consent;
mod login;
mod message;
mod start;
#[cfg(test)]
mod tests;

pub use account::AccountPage;
pub use brand::{Brand, DEFAULT_COLOR, brand_css};
pub use consent::{ClientLinks, ClientTrust, ConsentPage, Destination, ScopeLine};
pub use login::{LoginPage, LoginProblem};
pub use message::{Link, MessagePage};
pub use start::StartPage;
