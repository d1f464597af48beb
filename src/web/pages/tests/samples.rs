//! Every page in every shape that changes its markup, all its fields hostile.

use super::{account, administration, noun};
use crate::web::pages::{
    Brand, ClientLinks, ClientTrust, ConsentPage, Destination, FormPostPage, Link, LoginPage, LoginProblem,
    MessagePage, ScopeLine, SelectAccountPage, SignOutPage, StartPage,
};

/// A page by name, its HTML, and the fields that it must show.
pub type Sample = (&'static str, String, Vec<&'static str>);

/// Breaks out of text, of attributes in either quote, and of a character reference. Each field gets its own.
macro_rules! hostile {
    ($field:literal) => {
        concat!($field, "<script>\"'&")
    };
}
pub(super) use hostile;

pub(super) const BRAND: Brand<'_> = Brand {
    name: hostile!("brand"),
    logo_url: Some(hostile!("logo")),
    terms_url: Some(hostile!("terms")),
    has_colors: true,
};

/// All of them.
pub fn pages() -> Vec<Sample> {
    [logins(), consents(), messages(), others(), account::pages(), administration::pages(), noun::pages()].concat()
}

pub(super) fn shown(fields: &[&'static str]) -> Vec<&'static str> {
    [&["brand", "logo", "terms"], fields].concat()
}

fn logins() -> Vec<Sample> {
    let login = LoginPage {
        brand: &BRAND,
        interaction: hostile!("sealed"),
        csrf_token: hostile!("csrf"),
        client_name: Some(hostile!("client")),
        can_cancel: true,
        username: hostile!("user"),
        problem: None,
        providers: &[],
    };
    let offered = [("idp".to_owned(), hostile!("provider").to_owned())];
    let elsewhere = LoginPage { providers: &offered, ..login };
    let wrong = LoginPage { problem: Some(LoginProblem::Wrong), ..login };
    let slowed = LoginPage { problem: Some(LoginProblem::Slowed { seconds: 8 }), username: "", ..login };
    let plain = LoginPage { brand: &Brand::OSTIARY, client_name: None, can_cancel: false, ..login };
    vec![
        ("login", login.render().unwrap(), shown(&["sealed", "csrf", "client", "user"])),
        ("login elsewhere", elsewhere.render().unwrap(), shown(&["sealed", "csrf", "client", "user", "provider"])),
        ("wrong login", wrong.render().unwrap(), shown(&["sealed", "csrf", "client", "user"])),
        ("slowed login", slowed.render().unwrap(), shown(&["sealed", "csrf", "client"])),
        ("plain login", plain.render().unwrap(), vec!["sealed", "csrf", "user"]),
    ]
}

fn consents() -> Vec<Sample> {
    let api = [hostile!("api").to_owned()];
    let consent = ConsentPage {
        brand: &BRAND,
        interaction: hostile!("sealed"),
        csrf_token: hostile!("csrf"),
        client_name: hostile!("client"),
        logo: Some(hostile!("client-logo")),
        links: ClientLinks {
            home: Some(hostile!("client-home")),
            terms: Some(hostile!("client-terms")),
            privacy: Some(hostile!("client-privacy")),
        },
        trust: ClientTrust::Unverified,
        destination: Destination::ThisDevice(hostile!("host")),
        scopes: &[ScopeLine { name: hostile!("scope"), sentence: hostile!("sentence") }],
        resources: &api,
        username: hostile!("user"),
        remembered: false,
    };
    let plain = ConsentPage {
        resources: &[],
        logo: None,
        links: ClientLinks::default(),
        scopes: &[],
        destination: Destination::Site(hostile!("host")),
        remembered: true,
        ..consent
    };
    let shown_by_all = ["sealed", "csrf", "client", "user", "host"];
    vec![
        (
            "consent",
            consent.render().unwrap(),
            shown(
                &[
                    &shown_by_all[..],
                    &["scope", "sentence", "api", "client-logo", "client-home", "client-terms", "client-privacy"],
                ]
                .concat(),
            ),
        ),
        ("plain consent", plain.render().unwrap(), shown(&shown_by_all)),
    ]
}

fn messages() -> Vec<Sample> {
    let full = MessagePage::new(&BRAND, hostile!("title"), hostile!("text"))
        .with_error_code(hostile!("code"))
        .with_request_id(hostile!("request"))
        .with_link(Link { href: hostile!("href"), text: hostile!("link") });
    let plain = MessagePage::new(&Brand::OSTIARY, hostile!("title"), "");
    let authorize = MessagePage::authorize_error(&BRAND, hostile!("text")).with_error_code(hostile!("code"));
    let settings = MessagePage::settings_wrong(hostile!("text"));
    vec![
        ("message", full.render().unwrap(), shown(&["title", "text", "code", "request", "href", "link"])),
        ("plain message", plain.render().unwrap(), vec!["title"]),
        ("authorize error", authorize.render().unwrap(), shown(&["code", "text"])),
        ("settings wrong", settings.render().unwrap(), vec!["text"]),
        ("expired", MessagePage::expired(&BRAND).render().unwrap(), shown(&[])),
        ("answered", MessagePage::answered(&BRAND).render().unwrap(), shown(&[])),
        ("password set", MessagePage::password_set(&BRAND).render().unwrap(), shown(&[])),
        ("password link over", MessagePage::password_link_over(&BRAND).render().unwrap(), shown(&[])),
        ("set-up done", MessagePage::setup_done(&BRAND).render().unwrap(), shown(&[])),
        ("set-up unneeded", MessagePage::setup_unneeded(&BRAND).render().unwrap(), shown(&[])),
        ("signed out", MessagePage::signed_out(&BRAND).render().unwrap(), shown(&[])),
        ("not found", MessagePage::not_found(&BRAND).render().unwrap(), shown(&[])),
        ("switched off", MessagePage::switched_off(&BRAND).render().unwrap(), shown(&[])),
        ("too many", MessagePage::too_many(&BRAND).render().unwrap(), shown(&[])),
        ("unavailable", MessagePage::unavailable(&BRAND).render().unwrap(), shown(&[])),
    ]
}

fn others() -> Vec<Sample> {
    let start =
        StartPage { brand: &BRAND, version: hostile!("version"), issuer: hostile!("issuer"), development: true };
    let deployed = StartPage { development: false, ..start };
    let select = SelectAccountPage {
        brand: &BRAND,
        interaction: hostile!("sealed"),
        csrf_token: hostile!("csrf"),
        client_name: hostile!("client"),
        username: hostile!("user"),
    };
    let sign_out = SignOutPage {
        brand: &BRAND,
        interaction: hostile!("sealed"),
        csrf_token: hostile!("csrf"),
        client_name: Some(hostile!("client")),
        username: hostile!("user"),
    };
    let nobody = SignOutPage { client_name: None, ..sign_out };
    let fields = [("code", hostile!("code").to_owned()), ("state", hostile!("state").to_owned())];
    let form_post = FormPostPage { brand: &BRAND, action: hostile!("action"), fields: &fields };
    vec![
        ("select account", select.render().unwrap(), shown(&["sealed", "csrf", "client", "user"])),
        ("sign out", sign_out.render().unwrap(), shown(&["sealed", "csrf", "client", "user"])),
        ("sign out for nobody", nobody.render().unwrap(), shown(&["sealed", "csrf", "user"])),
        ("form post", form_post.render().unwrap(), shown(&["action", "code", "state"])),
        ("start", start.render().unwrap(), shown(&["version", "issuer"])),
        ("deployed start", deployed.render().unwrap(), shown(&["version", "issuer"])),
    ]
}
