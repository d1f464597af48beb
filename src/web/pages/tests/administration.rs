//! The pages by which administrators get in, and those that only show, in every shape that changes their markup, all their fields
//! hostile.

use super::account::{AROUND, around, moment};
use super::markup::{tags, value};
use super::samples::{BRAND, Sample, hostile, shown};
use crate::model::audit::AuditRow;
use crate::protocol::time::Timestamp;
use crate::service::administration::sessions::Offer;
use crate::store::beginnings::Beginnings;
use crate::web::pages::{
    AdminLoginPage, AdminOverviewPage, AdminTokenMadePage, AdminTokenPage, AuditPage, Field, SettingsPage, SetupPage,
    SignedInHere,
};

pub fn pages() -> Vec<Sample> {
    [entrances(), setups(), overviews(), tokens(), settings(), audits()].concat()
}

fn entrances() -> Vec<Sample> {
    let nobody = AdminLoginPage {
        brand: &BRAND,
        csrf_token: hostile!("csrf"),
        to: hostile!("to"),
        person: None,
        has_token: true,
        has_setup: true,
        problem: None,
    };
    let as_who = |offer| AdminLoginPage { person: Some(SignedInHere { name: hostile!("person"), offer }), ..nobody };
    let wrong = AdminLoginPage { problem: Some(hostile!("trouble")), ..nobody };
    let without = AdminLoginPage { has_token: false, ..nobody };
    let closed = AdminLoginPage { has_setup: false, ..without };
    let of_person = shown(&["csrf", "to", "person"]);
    vec![
        ("entrance", nobody.render().unwrap(), shown(&["csrf", "to"])),
        ("entrance of an administrator", as_who(Offer::Continue).render().unwrap(), of_person.clone()),
        ("entrance after a while", as_who(Offer::SignInAgain).render().unwrap(), of_person.clone()),
        ("entrance of somebody else", as_who(Offer::Nothing).render().unwrap(), of_person),
        ("refused entrance", wrong.render().unwrap(), shown(&["csrf", "to", "trouble"])),
        ("entrance before set-up", without.render().unwrap(), shown(&[])),
        ("entrance without a token", closed.render().unwrap(), shown(&[])),
    ]
}

fn setups() -> Vec<Sample> {
    let open = SetupPage { brand: &BRAND, csrf_token: hostile!("csrf"), asks_code: false, problem: None };
    let asking = SetupPage { asks_code: true, ..open };
    let wrong = SetupPage { problem: Some(hostile!("problem")), ..asking };
    let made = AdminTokenMadePage { brand: &BRAND, token: hostile!("token") };
    vec![
        ("set-up", open.render().unwrap(), shown(&["csrf"])),
        ("set-up with a code", asking.render().unwrap(), shown(&["csrf"])),
        ("wrong set-up", wrong.render().unwrap(), shown(&["csrf", "problem"])),
        ("admin token", made.render().unwrap(), shown(&["token"])),
    ]
}

fn overviews() -> Vec<Sample> {
    let empty = AdminOverviewPage { brand: &BRAND, around: AROUND, there: Beginnings::default() };
    let there = Beginnings { user: true, administrator: true, client: true };
    let full = AdminOverviewPage { there, ..empty };
    vec![
        ("administration", empty.render().unwrap(), around(&[])),
        ("administration in use", full.render().unwrap(), around(&[])),
    ]
}

fn tokens() -> Vec<Sample> {
    let stored = AdminTokenPage { brand: &BRAND, around: AROUND, is_secret: false };
    let secret = AdminTokenPage { is_secret: true, ..stored };
    vec![
        ("new admin token", stored.render().unwrap(), around(&[])),
        ("secret admin token", secret.render().unwrap(), around(&[])),
    ]
}

fn settings() -> Vec<Sample> {
    let rows = [("NAME".to_owned(), Some(hostile!("value").to_owned())), ("OTHER".to_owned(), None)];
    let deployed =
        SettingsPage { brand: &BRAND, around: AROUND, version: hostile!("version"), development: false, rows: &rows };
    let development = SettingsPage { development: true, ..deployed };
    vec![
        ("settings", deployed.render().unwrap(), around(&["value", "version"])),
        ("settings of development", development.render().unwrap(), around(&["value", "version"])),
    ]
}

fn row(outcome: &str) -> AuditRow {
    let maybe = |text: &str| Some(text.to_owned());
    AuditRow {
        id: String::new(),
        at: Timestamp::from_seconds(0),
        kind: hostile!("kind").to_owned(),
        outcome: outcome.to_owned(),
        actor: maybe(hostile!("actor")),
        subject: maybe(hostile!("subject")),
        client_id: maybe(hostile!("client")),
        grant_id: None,
        address: maybe(hostile!("address")),
        request_id: hostile!("request").to_owned(),
        reason: maybe(hostile!("reason")),
    }
}

fn field(problem: Option<&'static str>) -> Field<'static> {
    Field {
        name: "actor",
        label: hostile!("label"),
        kind: "text",
        value: hostile!("value"),
        autocomplete: "off",
        longest: 500,
        required: false,
        problem,
        hint: Some(hostile!("hint")),
    }
}

fn audits() -> Vec<Sample> {
    let plain = AuditRow { actor: None, subject: None, client_id: None, address: None, reason: None, ..row("success") };
    let rows = [(moment(), row("failure")), (moment(), plain)];
    let (fields, wrong) = ([field(None)], [field(Some(hostile!("problem")))]);
    let empty = AuditPage {
        brand: &BRAND,
        around: AROUND,
        fields: &fields,
        kinds: &[(hostile!("option"), true), ("sign_in", false)],
        outcome: "failure",
        filtered: false,
        rows: &[],
        older: None,
        problem: None,
    };
    let full = AuditPage { rows: &rows, older: Some(hostile!("older")), filtered: true, ..empty };
    let nothing = AuditPage { filtered: true, ..empty };
    let refused = AuditPage { fields: &wrong, problem: Some(hostile!("trouble")), ..empty };
    let fields = ["label", "value", "hint", "option"];
    let of_rows = ["kind", "actor", "subject", "client", "address", "request", "reason", "older"];
    vec![
        ("audit", full.render().unwrap(), around(&[&fields[..], &of_rows].concat())),
        ("empty audit", empty.render().unwrap(), around(&fields)),
        ("audit of nothing", nothing.render().unwrap(), around(&fields)),
        ("refused audit", refused.render().unwrap(), around(&[&fields[..], &["problem", "trouble"]].concat())),
    ]
}

#[test]
fn the_admin_token_is_shown_once_with_what_copies_it_and_typed_where_nobody_reads_it() {
    let html = |name| pages().into_iter().find(|(page, ..)| *page == name).unwrap().1;
    let made = html("admin token");
    let made = tags(&made);
    let shown = made.iter().find(|tag| value(tag, "id") == Some("admin-token")).unwrap();
    assert_eq!(value(shown, "data-copy"), Some("admin token"));
    assert!(made.iter().any(|tag| value(tag, "src") == Some("/static/comfort.js")));
    for (page, field) in [("entrance", "token"), ("set-up with a code", "code")] {
        let html = html(page);
        let input = tags(&html).into_iter().find(|tag| value(tag, "id") == Some(field)).unwrap();
        assert_eq!((value(&input, "type"), value(&input, "value")), (Some("password"), None), "{page}");
        assert_eq!(value(&input, "autocomplete"), Some("off"), "{page}");
    }
}

#[test]
fn what_is_wrong_is_an_alert_tied_to_its_field() {
    for name in ["refused entrance", "wrong set-up", "refused audit"] {
        let (_, html, _) = pages().into_iter().find(|(page, ..)| *page == name).unwrap();
        let tags = tags(&html);
        assert!(tags.iter().any(|tag| value(tag, "role") == Some("alert")), "{name}");
        let described = tags.iter().filter_map(|tag| value(tag, "aria-describedby"));
        assert_eq!(described.filter(|ids| ids.contains("-problem")).count(), 1, "{name}");
        assert!(html.contains("<title>Error: "), "{name}");
    }
}

#[test]
fn a_sign_in_of_a_person_leads_back_to_the_page_that_was_asked_for() {
    let page = AdminLoginPage {
        brand: &BRAND,
        csrf_token: "c",
        to: "/admin/audit?event=sign_in&actor=a",
        person: None,
        has_token: true,
        has_setup: false,
        problem: None,
    };
    let html = page.render().unwrap();
    let link = tags(&html).into_iter().find(|tag| value(tag, "id") == Some("sign-in-as-person")).unwrap();
    assert_eq!(value(&link, "href"), Some("/login?admin=%2Fadmin%2Faudit%3Fevent%3Dsign_in%26actor%3Da"));
}
