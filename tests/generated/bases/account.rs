//! What browsers send for people who look after their accounts.

use super::Base;
use super::people::{alice, bob, nobody, page_form};
use crate::draft::{Carrier, Draft};
use crate::world::World;

/// The draft, when it is one of these.
pub fn draft(base: Base, world: &World) -> Option<Draft> {
    let page = |path| Draft::new("GET", path, Carrier::Query);
    let form = |path| alice(world, page_form(path)).known(world, &[("csrf_token", "alice_csrf")]);
    let new = [("new_password", "a new one, and long"), ("repeat_password", "a new one, and long")];
    Some(match base {
        Base::ProfilePage => alice(world, page("/account/profile")),
        Base::SessionsPage => alice(world, page("/account/sessions")),
        Base::AppsPage => bob(world, page("/account/apps")),
        Base::RemoveQuestion => bob(world, page("/account/apps/remove")).fields(&[("client_id", "server")]),
        Base::ClientPage => alice(world, page("/account/client")),
        Base::SaveProfile => form("/account/profile")
            .fields(&[("name", "Alice Liddell"), ("email", "alice@example.com"), ("phone_number", "+31 20 123 4567")])
            .fields(&[("website", "https://alice.example/"), ("birthdate", "1990-12-31"), ("locale", "nl-NL")])
            .fields(&[("zoneinfo", "Europe/Amsterdam"), ("nickname", "")]),
        Base::ChangePassword => {
            form("/account/password").known(world, &[("current_password", "password")]).fields(&new)
        }
        Base::EndSessions => form("/account/sessions/end"),
        Base::RemoveApp => bob(world, page_form("/account/apps/remove"))
            .known(world, &[("csrf_token", "bob_csrf")])
            .fields(&[("client_id", "server")]),
        Base::RemoveAgent => bob(world, page_form("/account/connections/agent"))
            .known(world, &[("csrf_token", "bob_csrf")])
            .fields(&[("id", "bot")]),
        Base::ToolsPage => alice(world, page("/account/tools")),
        Base::ToolsModule => alice(world, page("/account/tools/external_tool_agents.py")),
        Base::SwitchOnPage => form("/account/tools").fields(&[("tool", "other"), ("switch", "on")]),
        Base::SaveClient => {
            let uris = "https://agent.example/cb\r\nhttp://127.0.0.1/cb";
            form("/account/client").fields(&[("redirect_uris", uris)])
        }
        Base::NewSecret => form("/account/client/secret"),
        Base::PasswordLinkPage => nobody(world, page(world.get("password_link"))),
        Base::SetPassword => {
            let draft = nobody(world, page_form(world.get("password_link")));
            draft.known(world, &[("csrf_token", "csrf")]).fields(&new)
        }
        _ => return None,
    })
}
