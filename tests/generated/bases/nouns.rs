//! What administrators look after: the rest of the admin API, and its pages.

use super::Base;
use super::admin::{admin, operator};
use super::people::page_form;
use crate::draft::{Carrier, Draft};
use crate::world::World;

/// The draft, when it is one of these.
pub fn draft(base: Base, world: &World) -> Option<Draft> {
    of_programs(base, world).or_else(|| of_people(base, world))
}

fn of_programs(base: Base, world: &World) -> Option<Draft> {
    let one = |method: &str, kind: &str, known: &str, carrier| {
        admin(world, method, &format!("/admin/api/{kind}/{}", world.get(known)), carrier)
    };
    let new = |kind: &str| admin(world, "POST", &format!("/admin/api/{kind}"), Carrier::Json);
    Some(match base {
        Base::EditClientByTag => one("PATCH", "clients", "plain", Carrier::Json)
            .header("if-match", world.get("tag"))
            .fields(&[("client_name", "By its tag")]),
        Base::RemoveClientByTag => one("DELETE", "clients", "plain", Carrier::Query).header("if-match", "\"1\""),
        Base::ClientDependents => admin(world, "GET", "/admin/api/clients/plain/dependents", Carrier::Query),
        Base::CreateScope => new("scopes")
            .fields(&[("name", "films:see"), ("description", "See films")])
            .members(&[("open", "true"), ("claims", r#"["email","birthdate"]"#)]),
        Base::EditScope => one("PATCH", "scopes", "scope", Carrier::Json)
            .fields(&[("description", "See all photos")])
            .members(&[("open", "false"), ("claims", "[]")]),
        Base::RemoveScope => one("DELETE", "scopes", "scope", Carrier::Query),
        Base::CreateResource => new("resources").fields(&[
            ("resource", "https://films.example/api"),
            ("name", "Films"),
            ("scope", "read:tools photos"),
        ]),
        Base::EditResource => {
            one("PATCH", "resources", "resource", Carrier::Json).fields(&[("name", "Pictures"), ("scope", "")])
        }
        Base::CreateInitialToken => {
            new("initial-access-tokens").fields(&[("name", "for another")]).members(&[("expires_in", "3600")])
        }
        Base::EditInitialToken => {
            one("PATCH", "initial-access-tokens", "initial_token", Carrier::Json).fields(&[("name", "for nobody")])
        }
        _ => return None,
    })
}

fn of_people(base: Base, world: &World) -> Option<Draft> {
    let page = |path: &str| operator(world, Draft::new("GET", path, Carrier::Query));
    let form = |path: &str| operator(world, page_form(path)).known(world, &[("csrf_token", "operator_csrf")]);
    Some(match base {
        Base::NounList => page("/admin/users").fields(&[("q", "a"), ("after", "usr_a")]),
        Base::NounNew => page("/admin/new/tools"),
        Base::NounForm => page("/admin/clients/web").fields(&[("done", "saved")]),
        Base::NounCreate => form("/admin/scopes").fields(&[
            ("name", "films"),
            ("description", "See films"),
            ("open", "on"),
            ("claims", "email\r\nphone_number"),
        ]),
        Base::NounSave => form("/admin/clients/plain")
            .known(world, &[("revision", "revision")])
            .fields(&[("client_name", "Saved"), ("redirect_uris", "https://plain.example/cb?a=b")])
            .fields(&[("grant_types.authorization_code", "on"), ("grant_types.refresh_token", "on")])
            .fields(&[("scope", "read:tools"), ("consent_policy", "always")])
            .fields(&[("token_endpoint_auth_method", "client_secret_basic")])
            .fields(&[("id_token_signed_response_alg", "ES256")]),
        Base::NounQuestion => page("/admin/clients/web/remove"),
        Base::NounRemove => form("/admin/scopes/photos/remove"),
        Base::NounSecret => form("/admin/clients/server/secret"),
        Base::UsersPage => page("/users").fields(&[("q", "a")]),
        Base::UsersNew => page("/users/new"),
        Base::UsersCreate => form("/users").fields(&[("name", "dave"), ("tool.search", "on"), ("group.group", "on")]),
        Base::UsersSelect => form("/users/select").known(world, &[("id", "alice")]),
        Base::UsersSwitch => {
            form("/users/switch").known(world, &[("user_id", "alice")]).fields(&[("tool", "search"), ("switch", "on")])
        }
        _ => return None,
    })
}
