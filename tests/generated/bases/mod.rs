//! Requests that are right, each the beginning of many that are not.

mod account;
mod admin;
mod clients;
mod people;

use crate::draft::{Draft, Field};
use crate::world::World;

/// A right request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    AuthorizeNobody,
    AuthorizeAlice,
    AuthorizeRemembered,
    AuthorizeSkipped,
    AuthorizePlain,
    AuthorizePost,
    AuthorizeOpenid,
    AuthorizeFormPost,
    AuthorizeHint,
    AuthorizeSelect,
    Login,
    LoginForPage,
    LoginUnknown,
    LoginCancel,
    LoginPage,
    Resume,
    Approve,
    ApproveWeb,
    Deny,
    SwitchAccount,
    KeepAccount,
    Answered,
    Account,
    ProfilePage,
    SessionsPage,
    AppsPage,
    RemoveQuestion,
    ClientPage,
    SaveProfile,
    ChangePassword,
    EndSessions,
    RemoveApp,
    ToolsPage,
    ToolsModule,
    SwitchOnPage,
    SaveClient,
    NewSecret,
    PasswordLinkPage,
    SetPassword,
    Logout,
    LogoutPage,
    EndSession,
    EndSessionHint,
    EndSessionPost,
    SignOut,
    CodeWeb,
    CodeServer,
    CodePlain,
    CodeUsed,
    RefreshWeb,
    RefreshServer,
    RefreshPrevious,
    RefreshOld,
    ClientCredentials,
    UserClientCredentials,
    NotForClient,
    IntrospectAccess,
    IntrospectRefresh,
    IntrospectClient,
    RevokeAccess,
    RevokeRefresh,
    RevokeClient,
    ListUsers,
    CreateUser,
    CreateTaken,
    EditUser,
    CallTool,
    CallUnfit,
    CallOff,
    McpCall,
    McpList,
    SwitchTool,
    SwitchGroup,
    ListSwitches,
    CreateTool,
    EditTool,
    TryTool,
    CreateGroup,
    PasswordLink,
    ListClients,
    CreateClient,
    EditClient,
    ReplaceSecret,
    AdminLogin,
    AdminGoOn,
    AdminLoginPage,
    AdminHome,
    AdminAudit,
    AdminToken,
    AdminLogout,
    ListKeys,
    PromoteKey,
    RetireKey,
    RetireSigning,
    Logo,
    OwnClients,
    OwnTools,
    UserinfoGet,
    UserinfoPost,
    UserinfoBody,
    UserinfoRefused,
    Metadata,
    ProviderMetadata,
    Jwks,
    OpenApi,
    Root,
}

pub const AUTHORIZE: &[Base] = &[
    Base::AuthorizeNobody,
    Base::AuthorizeAlice,
    Base::AuthorizeRemembered,
    Base::AuthorizeSkipped,
    Base::AuthorizePlain,
    Base::AuthorizePost,
    Base::AuthorizeOpenid,
    Base::AuthorizeFormPost,
    Base::AuthorizeHint,
    Base::AuthorizeSelect,
];
pub const LOGIN: &[Base] =
    &[Base::Login, Base::LoginForPage, Base::LoginUnknown, Base::LoginCancel, Base::LoginPage, Base::Logout];
pub const CONSENT: &[Base] = &[
    Base::Approve,
    Base::ApproveWeb,
    Base::Deny,
    Base::SwitchAccount,
    Base::KeepAccount,
    Base::Answered,
    Base::Resume,
    Base::Account,
    Base::LogoutPage,
];
pub const ACCOUNT: &[Base] = &[
    Base::Account,
    Base::ProfilePage,
    Base::SessionsPage,
    Base::AppsPage,
    Base::RemoveQuestion,
    Base::ClientPage,
    Base::SaveProfile,
    Base::ChangePassword,
    Base::EndSessions,
    Base::RemoveApp,
    Base::ToolsPage,
    Base::ToolsModule,
    Base::SwitchOnPage,
    Base::SaveClient,
    Base::NewSecret,
    Base::PasswordLinkPage,
    Base::SetPassword,
];
pub const END_SESSION: &[Base] = &[Base::EndSession, Base::EndSessionHint, Base::EndSessionPost, Base::SignOut];
pub const TOKEN: &[Base] = &[
    Base::CodeWeb,
    Base::CodeServer,
    Base::CodePlain,
    Base::CodeUsed,
    Base::RefreshWeb,
    Base::RefreshServer,
    Base::RefreshPrevious,
    Base::RefreshOld,
    Base::ClientCredentials,
    Base::UserClientCredentials,
    Base::NotForClient,
];
pub const TOKENS_OUT: &[Base] = &[
    Base::CallTool,
    Base::CallUnfit,
    Base::CallOff,
    Base::McpCall,
    Base::McpList,
    Base::SwitchTool,
    Base::SwitchGroup,
    Base::ListSwitches,
    Base::IntrospectAccess,
    Base::IntrospectRefresh,
    Base::IntrospectClient,
    Base::RevokeAccess,
    Base::RevokeRefresh,
    Base::RevokeClient,
    Base::OwnClients,
    Base::OwnTools,
    Base::UserinfoGet,
    Base::UserinfoPost,
    Base::UserinfoBody,
    Base::UserinfoRefused,
];
pub const ADMIN: &[Base] = &[
    Base::CreateUser,
    Base::CreateTaken,
    Base::EditUser,
    Base::CreateTool,
    Base::EditTool,
    Base::TryTool,
    Base::CreateGroup,
    Base::PasswordLink,
    Base::CreateClient,
    Base::EditClient,
    Base::ListUsers,
    Base::ListClients,
    Base::ReplaceSecret,
    Base::ListKeys,
    Base::PromoteKey,
    Base::RetireKey,
    Base::RetireSigning,
];
pub const ADMIN_PAGES: &[Base] = &[
    Base::AdminLogin,
    Base::AdminGoOn,
    Base::AdminLoginPage,
    Base::AdminHome,
    Base::AdminAudit,
    Base::AdminToken,
    Base::AdminLogout,
];
pub const OPEN: &[Base] = &[Base::Logo, Base::Metadata, Base::ProviderMetadata, Base::Jwks, Base::OpenApi, Base::Root];

impl Base {
    pub fn draft(self, world: &World) -> Draft {
        let of_people = people::draft(self, world).or_else(|| account::draft(self, world));
        let of_clients = || clients::draft(self, world);
        of_people.or_else(of_clients).or_else(|| admin::draft(self, world)).expect("it is one of these")
    }
}

impl Draft {
    /// Fields that hold what is known in this world under these names.
    fn known(mut self, world: &World, fields: &[(&str, &str)]) -> Self {
        self.fields.extend(fields.iter().map(|(name, known)| Field::text(name, world.get(known))));
        self
    }
}
