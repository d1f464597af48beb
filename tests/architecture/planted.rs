//! The guard itself: it sees what is planted, and does not bark at what is allowed.

use super::rules::violations;

#[test]
fn a_wrong_arrow_is_seen_however_it_is_written() {
    for (file, text) in [
        ("protocol/scope.rs", "use crate::ports::Clock;"),
        ("protocol/scope.rs", "fn f() { crate::model::user::f() }"),
        ("protocol/scope.rs", "use super::super::ports::Clock;"),
        ("protocol/mod.rs", "use super::ports;"),
        ("protocol/jose/mod.rs", "use crate::{protocol::time::Timestamp, ports::{Clock, Random}};"),
        ("protocol/scope.rs", "use {super::time, super::super::{protocol::error, model}};"),
        ("protocol/scope.rs", "use crate::*;"),
        ("protocol/scope.rs", "use crate as all; use all::ports;"),
        ("protocol/scope.rs", "mod tests { use super::super::super::ports; }"),
        ("protocol/scope.rs", "fn f(value: Vec<crate::model::user::User>) {}"),
        ("protocol/scope.rs", "macro_rules! m { () => { $crate::model::user::f() } }"),
        ("protocol/scope.rs", "fn f<'a>(c: &'a str) -> char { 'x' } use crate::ports;"),
        ("protocol/scope.rs", r##"const A: &str = r#"""#; use crate::ports;"##),
        ("protocol/scope.rs", "/* /* */ */ use crate::ports;"),
        ("protocol/scope.rs", "pub(in crate::model) fn f() {}"),
        ("model/user.rs", "use crate::ports::Clock;"),
        ("ports.rs", "use super::store::users;"),
        ("ports.rs", "use crate::app::App;"),
        ("store/users.rs", "use crate::service::login;"),
        ("store/users.rs", "use crate::config::Config;"),
        ("service/login.rs", "use crate::web::router;"),
        ("web/router.rs", "use crate::cloudflare::d1;"),
        ("config.rs", "use crate::ports::Clock;"),
    ] {
        assert!(!violations(file, text).is_empty(), "{file}: {text}");
    }
}

#[test]
fn the_runtime_is_named_in_its_room_only() {
    for text in [
        "use worker::Env;",
        "use worker;",
        "extern crate worker;",
        "fn f(env: &worker::Env) {}",
        "#[worker::send] fn f() {}",
    ] {
        assert_eq!(violations("service/login.rs", text).len(), 1, "{text}");
        assert_eq!(violations("cloudflare/d1.rs", text), [""; 0], "{text}");
    }
    assert_eq!(violations("service/login.rs", "use axum::Router;").len(), 1);
    assert_eq!(violations("web/router.rs", "use axum::Router;"), [""; 0]);
    assert_eq!(violations("web/router.rs", "use ostiary::model;").len(), 1);
}

#[test]
fn nothing_waits_in_the_pure_rooms() {
    assert_eq!(violations("model/user.rs", "async fn f() {}").len(), 1);
    assert_eq!(violations("service/login.rs", "async fn f() { g().await }"), [""; 0]);
}

#[test]
fn a_file_of_more_than_500_lines_is_seen() {
    assert_eq!(violations("model/user.rs", &"\n".repeat(500)), [""; 0]);
    assert_eq!(violations("model/user.rs", &"\n".repeat(501)).len(), 1);
}

#[test]
fn a_new_room_must_be_given_its_place() {
    assert_eq!(violations("attic/mod.rs", "").len(), 1);
}

#[test]
fn what_is_allowed_is_left_alone() {
    for (file, text) in [
        ("lib.rs", "pub mod app; use worker::Env;"),
        ("protocol/scope.rs", "use super::error::OAuthError; use crate::protocol::time;"),
        ("protocol/scope.rs", "mod tests { use super::*; fn f(&self) { self.g() } }"),
        ("protocol/jose/jwk.rs", "use super::super::digest; use super::{a as b, c::{self, *}};"),
        ("protocol/scope.rs", "//! [`crate::ports::Clock`]\n/* crate::ports */ const A: &str = \"use crate::ports;\";"),
        ("protocol/scope.rs", r##"const A: &str = r#"use crate::ports; " worker::Env"#;"##),
        ("protocol/scope.rs", r#"const A: char = '"'; const B: char = '\''; const C: &str = "\" use crate::ports;";"#),
        ("protocol/scope.rs", "pub(crate) fn f(worker: u8) -> u8 { worker }"),
        ("ports.rs", "use crate::model::audit::Event; use super::protocol::time;"),
        ("store/users.rs", "use crate::{model::user::User, ports::{Database, Statement}};"),
        ("web/router.rs", "use crate::{app::App, config::Config, service::login};"),
        ("cloudflare/d1.rs", "use crate::web::router; use crate::model;"),
    ] {
        assert_eq!(violations(file, text), [""; 0], "{file}: {text}");
    }
}
