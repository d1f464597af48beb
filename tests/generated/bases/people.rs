//! What browsers send for people.

use super::Base;
use crate::draft::{Carrier, Draft};
use crate::support::flow::CHALLENGE;
use crate::world::World;

/// The draft, when it is one of these.
pub fn draft(base: Base, world: &World) -> Option<Draft> {
    Some(match base {
        Base::AuthorizeNobody => authorize(world, "web", "web_redirect").accepts_html(),
        Base::AuthorizeAlice => alice(world, authorize(world, "server", "server_redirect")),
        Base::AuthorizeRemembered => bob(world, authorize(world, "server", "server_redirect")),
        Base::AuthorizeSkipped => alice(world, authorize(world, "own", "own_redirect")),
        Base::AuthorizePlain => alice(world, authorize(world, "plain", "plain_redirect")),
        Base::AuthorizePost => Draft {
            method: "POST".to_owned(),
            carrier: Carrier::Form,
            ..alice(world, authorize(world, "server", "server_redirect"))
        },
        Base::AuthorizeOpenid => {
            let draft = alice(world, asking(world, ["server", "server_redirect", "openid email"]));
            let claims = r#"{"userinfo":{"name":{"essential":true}},"id_token":{"email":null}}"#;
            let asked = [("nonce", "n-0S6_WzA2Mj"), ("max_age", "3600"), ("login_hint", "alice"), ("claims", claims)];
            draft.fields(&asked).fields(&[("prompt", "consent"), ("resource", "https://auth.example")])
        }
        Base::AuthorizeFormPost => {
            let draft = alice(world, asking(world, ["own", "own_redirect", "openid"]));
            draft.fields(&[("response_mode", "form_post"), ("nonce", "n")])
        }
        Base::AuthorizeHint => {
            let draft = bob(world, asking(world, ["server", "server_redirect", "openid"]));
            draft.fields(&[("prompt", "none")]).known(world, &[("id_token_hint", "id_token_bob")])
        }
        Base::AuthorizeSelect => {
            let draft = alice(world, asking(world, ["server", "server_redirect", "openid"]));
            draft.fields(&[("prompt", "select_account login")])
        }
        Base::Login => sign_in(world, "login_interaction", "alice"),
        Base::LoginForPage => sign_in(world, "page_interaction", "Bob"),
        Base::LoginUnknown => sign_in(world, "login_interaction", "mallory"),
        Base::LoginCancel => {
            let fields = [("interaction", "login_interaction"), ("csrf_token", "csrf")];
            let draft = nobody(world, page_form("/login")).known(world, &fields);
            draft.fields(&[("action", "cancel")])
        }
        Base::LoginPage => nobody(world, Draft::new("GET", "/login", Carrier::Query)),
        Base::Resume => {
            let draft = alice(world, Draft::new("GET", "/consent", Carrier::Query));
            draft.known(world, &[("interaction", "consent_interaction")])
        }
        Base::Approve => answer(world, "consent_interaction", "approve"),
        Base::ApproveWeb => answer(world, "web_interaction", "approve"),
        Base::Deny => answer(world, "consent_interaction", "deny"),
        Base::SwitchAccount => answer(world, "web_interaction", "switch_account"),
        Base::KeepAccount => answer(world, "select_interaction", "keep_account"),
        Base::Answered => answer(world, "answered_interaction", "approve"),
        Base::Account => alice(world, Draft::new("GET", "/account", Carrier::Query)),
        Base::Logout => alice(world, page_form("/logout")).known(world, &[("csrf_token", "alice_csrf")]),
        Base::LogoutPage => alice(world, Draft::new("GET", "/logout", Carrier::Query)),
        Base::EndSession => {
            let draft = alice(world, Draft::new("GET", "/oauth/logout", Carrier::Query));
            end_session(world, draft.fields(&[("client_id", "server")]))
        }
        Base::EndSessionHint => {
            let draft = bob(world, Draft::new("GET", "/oauth/logout", Carrier::Query));
            end_session(world, draft.known(world, &[("id_token_hint", "id_token_bob")]))
        }
        Base::EndSessionPost => {
            let draft = Draft::new("POST", "/oauth/logout", Carrier::Form).header("origin", "https://server.example");
            end_session(world, draft.accepts_html().known(world, &[("id_token_hint", "id_token_bob")]))
        }
        Base::SignOut => {
            let fields = [("interaction", "sign_out_interaction"), ("csrf_token", "alice_csrf")];
            alice(world, page_form("/logout")).known(world, &fields).fields(&[("action", "sign_out")])
        }
        _ => return None,
    })
}

fn authorize(world: &World, client: &str, redirect: &str) -> Draft {
    let draft = Draft::new("GET", "/oauth/authorize", Carrier::Query)
        .fields(&[("response_type", "code"), ("client_id", client)])
        .known(world, &[("redirect_uri", redirect)])
        .fields(&[("scope", "read:tools"), ("state", "state-of-the-client")]);
    if client == "plain" {
        return draft;
    }
    draft.fields(&[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")])
}

/// The same with another scope.
fn asking(world: &World, [client, redirect, scope]: [&str; 3]) -> Draft {
    let mut draft = authorize(world, client, redirect);
    draft.fields.retain(|field| field.name != "scope");
    draft.fields(&[("scope", scope)])
}

fn end_session(world: &World, draft: Draft) -> Draft {
    draft.known(world, &[("post_logout_redirect_uri", "afterwards")]).fields(&[("state", "state-of-the-client")])
}

pub(super) fn nobody(world: &World, draft: Draft) -> Draft {
    draft.cookie("__Host-ostiary_browser", world.get("browser")).accepts_html()
}

pub(super) fn alice(world: &World, draft: Draft) -> Draft {
    signed_in(world, draft, ["alice_browser", "alice_session"])
}

pub(super) fn bob(world: &World, draft: Draft) -> Draft {
    signed_in(world, draft, ["bob_browser", "bob_session"])
}

pub(super) fn carol(world: &World, draft: Draft) -> Draft {
    signed_in(world, draft, ["carol_browser", "carol_session"])
}

fn signed_in(world: &World, draft: Draft, [browser, session]: [&str; 2]) -> Draft {
    let draft = draft.cookie("__Host-ostiary_browser", world.get(browser));
    draft.cookie("__Host-ostiary_session", world.get(session)).accepts_html()
}

pub(super) fn page_form(path: &str) -> Draft {
    let draft = Draft::new("POST", path, Carrier::Form);
    draft.header("origin", "https://auth.example").header("cf-connecting-ip", "192.0.2.1")
}

fn sign_in(world: &World, interaction: &str, name: &str) -> Draft {
    let draft =
        nobody(world, page_form("/login")).known(world, &[("interaction", interaction), ("csrf_token", "csrf")]);
    draft.fields(&[("username", name), ("password", world.get("password")), ("action", "sign_in")])
}

fn answer(world: &World, interaction: &str, action: &str) -> Draft {
    let fields = [("interaction", interaction), ("csrf_token", "alice_csrf")];
    alice(world, page_form("/consent")).known(world, &fields).fields(&[("action", action)])
}
