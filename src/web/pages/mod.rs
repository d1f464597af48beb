//! The pages people see: a struct a page, filled by a handler and rendered by the template of the same name.
//!
//! Every page works without script: `comfort.js` only adds to those of an account. Each value is escaped by the template, so a struct holds plain text. What the
//! pages need of a Content-Security-Policy: `style-src 'self'`, and `img-src 'self'` with [`Brand::logo_url`]'s origin.

mod account;
mod admin;
mod brand;
mod consent;
mod form_post;
mod login;
mod message;
mod moment;
mod select_account;
mod sign_out;
mod start;
#[cfg(test)]
mod tests;

pub use account::{
    AccountPage, AgentConnectedPage, AgentRow, AppRow, AppsPage, Around, ClientPage, ClientSecretPage, ConfirmPage,
    ConnectPage, ConnectionRow, ConnectionsPage, Field, GroupRow, PROFILE_FIELDS, PasswordPage, PasswordProblem,
    ProfilePage, SessionRow, SessionsPage, SetPasswordPage, SignInRow, ToolRow, ToolsPage, Typed, profile_fields,
    profile_hint,
};
pub use admin::{
    AdminLoginPage, AdminOverviewPage, AdminTokenMadePage, AdminTokenPage, AuditPage, Control, ControlKind,
    CurrentUser, Fact, KeyRow, KeysPage, NewUserPage, NounActionPage, NounFormPage, NounListPage, NounMadePage,
    NounRow, SettingsPage, SetupPage, Shown, SignedInHere, Tick, UserRow, UsersPage,
};
pub use brand::{Brand, DEFAULT_COLOR, brand_css};
pub use consent::{ClientLinks, ClientTrust, ConsentPage, Destination, ScopeLine};
pub use form_post::FormPostPage;
pub use login::{LoginPage, LoginProblem};
pub use message::{Link, MessagePage};
pub use moment::Moment;
pub use select_account::SelectAccountPage;
pub use sign_out::SignOutPage;
pub use start::StartPage;
