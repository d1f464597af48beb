//! The pages of administrators. Around them is what is around those of an account, with other sections.

mod login;
mod noun;
mod overview;
mod setup;

pub use self::login::{AdminLoginPage, SignedInHere};
pub use self::noun::{Control, ControlKind, Fact, NounFormPage, NounListPage, NounMadePage, NounRow, Shown};
pub use self::overview::AdminOverviewPage;
pub use self::setup::{AdminTokenMadePage, SetupPage};
