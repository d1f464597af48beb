//! The pages of administrators. Around them is what is around those of an account, with other sections.

mod audit;
mod control;
mod keys;
mod login;
mod noun;
mod overview;
mod settings;
mod setup;
mod token;
mod users;

pub use self::audit::AuditPage;
pub use self::control::{Control, ControlKind};
pub use self::keys::{KeyRow, KeysPage};
pub use self::login::{AdminLoginPage, SignedInHere};
pub use self::noun::{Fact, NounActionPage, NounFormPage, NounListPage, NounMadePage, NounRow, Shown};
pub use self::overview::AdminOverviewPage;
pub use self::settings::SettingsPage;
pub use self::setup::{AdminTokenMadePage, SetupPage};
pub use self::token::AdminTokenPage;
pub use self::users::{CurrentUser, NewUserPage, Tick, UserRow, UsersPage};
