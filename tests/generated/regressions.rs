//! What was generated once and found something, as ordinary tests; and that what is spoiled was right before.

use crate::bases::{
    ADMIN, ADMIN_PAGES, AUTHORIZE, BROKER, Base, CONSENT, END_SESSION, LOGIN, NOUN_PAGES, OPEN, TOKEN, TOKENS_OUT,
};
use crate::run::{Case, Run};

/// How a request that is not spoiled is answered.
fn meant(base: Base) -> &'static str {
    match base {
        Base::AuthorizeNobody | Base::AuthorizeSelect | Base::LoginPage | Base::SwitchAccount => "200 sign-in page",
        Base::AuthorizeAlice | Base::AuthorizePlain | Base::AuthorizeOpenid | Base::KeepAccount | Base::Resume => {
            "200 consent page"
        }
        Base::AuthorizeRemembered | Base::AuthorizeSkipped | Base::AuthorizeHint | Base::Approve | Base::ApproveWeb => {
            "303 to the client: code"
        }
        Base::AuthorizeFormPost => "200 to the client: code",
        Base::Deny | Base::LoginCancel => "303 to the client: access_denied",
        Base::AuthorizePost => "303 /oauth/authorize",
        Base::Login => "303 /consent",
        Base::LoginForPage | Base::LogoutPage => "303 /account",
        Base::LoginUnknown => "403 sign-in page",
        Base::Logout | Base::SignOut => "303 /logout",
        Base::EndSessionHint => "303 to the client: signed out",
        Base::EndSessionPost => "303 /oauth/logout",
        Base::UserinfoRefused => "403 insufficient_scope",
        Base::Answered => "409 Already answered",
        Base::CodeUsed | Base::RefreshOld | Base::AgentTokenWrong => "400 invalid_grant",
        Base::CreateTaken | Base::AdminToken | Base::RetireSigning => "409 conflict",
        Base::NotForClient => "400 unauthorized_client",
        Base::CreateUser
        | Base::PasswordLink
        | Base::CreateClient
        | Base::CreateTool
        | Base::CreateGroup
        | Base::CreateScope
        | Base::CreateResource
        | Base::CreateProvider
        | Base::CreateInitialToken => "201 ",
        Base::RemoveScope | Base::RemoveConnection => "204 ",
        Base::Connect => "303 https://mailer.example/authorize",
        Base::ProvidersAnswer => "200 mailer is connected",
        Base::ProvidersNo => "403 access_denied",
        Base::Disconnect => "303 /account/connections",
        Base::NounCreate => "303 /admin/scopes/films",
        Base::NounSave => "303 /admin/clients/plain",
        Base::NounRemove => "303 /admin/scopes",
        Base::UsersSelect | Base::UsersSwitch => "303 /users",
        Base::RemoveClientByTag => "412 precondition_failed",
        Base::AgentSocket => "101 ",
        Base::CallUnfit => "422 invalid_arguments",
        Base::CallOff => "404 not_found",
        Base::AdminLogin => "303 /admin/audit",
        Base::AdminGoOn => "303 /admin",
        Base::AdminLogout => "303 /admin/login",
        _ => "200 ",
    }
}

#[test]
fn every_request_that_is_not_spoiled_is_answered_as_it_was_meant() {
    let run = Run::new();
    let mut others = Vec::new();
    for base in
        [AUTHORIZE, LOGIN, CONSENT, END_SESSION, TOKEN, TOKENS_OUT, ADMIN, ADMIN_PAGES, NOUN_PAGES, BROKER, OPEN]
            .concat()
    {
        let case = Case::Spoiled { base, mutations: Vec::new(), and_still_good: base != Base::CodeUsed };
        assert_eq!(run.check(&case), Ok(()), "{base:?}");
        let answered = run.histogram().only().unwrap_or_default().to_owned();
        if answered != meant(base) {
            others.push((base, answered));
        }
    }
    assert_eq!(others, [], "(what it was, and how it was answered)");
}
