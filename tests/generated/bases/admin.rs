//! What administrators send, and what anybody may.

use super::Base;
use super::people::{carol, nobody, page_form};
use crate::draft::{Carrier, Draft};
use crate::support::forge::es256_kid;
use crate::world::{OLD_KEY, World};

/// The draft, when it is one of these.
pub fn draft(base: Base, world: &World) -> Option<Draft> {
    let known = |name: &str| world.get(name);
    Some(match base {
        Base::ListUsers => admin(world, "GET", "/admin/api/users", Carrier::Query).fields(&[("limit", "2")]),
        Base::CreateUser => admin(world, "POST", "/admin/api/users", Carrier::Json)
            .fields(&[("name", "dave"), ("password", known("password"))])
            .members(&[("role", "\"user\""), ("claims", r#"{"email":"d@example.com","email_verified":true}"#)]),
        Base::CreateTaken => {
            let draft = admin(world, "POST", "/admin/api/users", Carrier::Json);
            draft.fields(&[("name", "BOB")]).members(&[("role", "\"admin\"")])
        }
        Base::EditUser => {
            let path = format!("/admin/api/users/{}", known("alice"));
            admin(world, "PATCH", &path, Carrier::Json)
                .fields(&[("name", "alice2"), ("role", "admin")])
                .members(&[("disabled", "false")])
        }
        Base::CreateTool => {
            tool_members(admin(world, "POST", "/admin/api/tools", Carrier::Json)).fields(&[("name", "new_one")])
        }
        Base::EditTool => {
            tool_members(admin(world, "PATCH", &format!("/admin/api/tools/{}", known("tool")), Carrier::Json))
        }
        Base::TryTool => admin(world, "POST", &format!("/admin/api/tools/{}/try", known("tool")), Carrier::Json)
            .fields(&[("user", "bob"), ("scope", "call:tools read:tools")])
            .members(&[("arguments", r#"{"q":"x","n":1}"#)]),
        Base::CreateGroup => admin(world, "POST", "/admin/api/tool-groups", Carrier::Json)
            .fields(&[("name", "group-2"), ("description", "D")])
            .members(&[("tools", r#"["search","other"]"#), ("default_enabled", "true")]),
        Base::ListClients => {
            admin(world, "GET", "/admin/api/clients", Carrier::Query).fields(&[("after", "plain"), ("limit", "200")])
        }
        Base::CreateClient => client_members(admin(world, "POST", "/admin/api/clients", Carrier::Json))
            .fields(&[("client_id", "new-one")])
            .members(&[("public", "false")]),
        Base::EditClient => client_members(admin(world, "PATCH", "/admin/api/clients/plain", Carrier::Json))
            .members(&[("disabled", "true")]),
        Base::PasswordLink => {
            let path = format!("/admin/api/users/{}/password-link", world.get("alice"));
            admin(world, "POST", &path, Carrier::Query)
        }
        Base::ReplaceSecret => admin(world, "POST", "/admin/api/clients/server/secret", Carrier::Query),
        Base::AdminLogin => nobody(world, page_form("/admin/login"))
            .known(world, &[("csrf_token", "csrf"), ("token", "admin_token")])
            .fields(&[("to", "/admin/audit?event=sign_in"), ("action", "sign_in")]),
        Base::AdminGoOn => carol(world, page_form("/admin/login"))
            .known(world, &[("csrf_token", "carol_csrf")])
            .fields(&[("to", "/admin"), ("action", "continue")]),
        Base::AdminLoginPage => {
            carol(world, Draft::new("GET", "/admin/login", Carrier::Query)).fields(&[("to", "/admin/users")])
        }
        Base::AdminHome => operator(world, Draft::new("GET", "/admin", Carrier::Query)),
        Base::AdminAudit => operator(world, Draft::new("GET", "/admin/audit", Carrier::Query))
            .fields(&[
                ("actor", "admin"),
                ("event", "user_created"),
                ("from", "2026-11-21T08:00"),
                ("to", "2030-01-01T00:00"),
            ])
            .fields(&[("subject", ""), ("client_id", "web")]),
        Base::AdminToken => operator(world, page_form("/admin/token")).known(world, &[("csrf_token", "operator_csrf")]),
        Base::AdminLogout => {
            operator(world, page_form("/admin/logout")).known(world, &[("csrf_token", "operator_csrf")])
        }
        Base::ListKeys => admin(world, "GET", "/admin/api/keys", Carrier::Query),
        Base::Stats => admin(world, "GET", "/oauth/stats", Carrier::Query),
        Base::Metrics => admin(world, "GET", "/metrics", Carrier::Query),
        Base::PromoteKey => admin(world, "POST", &format!("/admin/api/keys/{}/promote", es256_kid()), Carrier::Query),
        Base::RetireKey => admin(world, "POST", &format!("/admin/api/keys/{OLD_KEY}/retire"), Carrier::Query),
        Base::RetireSigning => admin(world, "POST", &format!("/admin/api/keys/{}/retire", es256_kid()), Carrier::Query),
        Base::Logo => Draft::new("GET", "/client-logo/web", Carrier::Query).header("accept", "image/*"),
        Base::ProviderMetadata => Draft::new("GET", "/.well-known/openid-configuration", Carrier::Query),
        Base::Metadata => Draft::new("GET", "/.well-known/oauth-authorization-server", Carrier::Query)
            .header("origin", "https://app.example"),
        Base::Jwks => Draft::new("GET", "/.well-known/jwks.json", Carrier::Query),
        Base::OpenApi => Draft::new("GET", "/admin/api/openapi.json", Carrier::Query),
        Base::Root => Draft::new("GET", "/", Carrier::Query).accepts_html(),
        _ => return None,
    })
}

/// The browser in which the operator is signed in.
pub fn operator(world: &World, draft: Draft) -> Draft {
    draft.cookie("__Host-ostiary_admin", world.get("operator_session")).accepts_html()
}

pub fn admin(world: &World, method: &str, path: &str, carrier: Carrier) -> Draft {
    Draft::new(method, path, carrier).header("x-admin-token", world.get("admin_token"))
}

fn tool_members(draft: Draft) -> Draft {
    draft.fields(&[("description", "What it does")]).members(&[
        ("input_schema", r##"{"type":"object","properties":{"q":{"$ref":"#/$defs/t"}},"required":["q"],"$defs":{"t":{"type":"string"}}}"##),
        ("request", r#"{"method":"PUT","url":"https://tools.example/{q}","query":{"a":"{q}"},"headers":{"X-A":"{q}"},"body":{"form":{"q":"{q}"}}}"#),
        ("authentication", r#"{"basic":{"username":"u","secret":"s"}}"#),
        ("timeout_seconds", "5"),
        ("max_bytes", "1000"),
        ("default_enabled", "false"),
    ])
}

fn client_members(draft: Draft) -> Draft {
    draft
        .fields(&[("client_name", "A new name"), ("client_uri", "https://app.example/"), ("scope", "read:tools")])
        .fields(&[("logo_uri", "https://app.example/logo.png"), ("consent_policy", "once")])
        .fields(&[("backchannel_logout_uri", "https://app.example/out"), ("userinfo_signed_response_alg", "")])
        .fields(&[("id_token_signed_response_alg", "RS256")])
        .members(&[
            ("redirect_uris", "[\"https://app.example/cb\",\"http://127.0.0.1/cb\",\"com.example.new:/cb\"]"),
            ("grant_types", "[\"authorization_code\",\"refresh_token\"]"),
            ("require_pkce", "true"),
            ("first_party", "false"),
            ("resource_server", "true"),
            ("post_logout_redirect_uris", "[\"https://app.example/bye\"]"),
            ("resources", "[\"https://api.example/\"]"),
            ("access_token_minutes", "30"),
            ("refresh_token_hours", "720"),
            ("grant_hours", "0"),
        ])
}
