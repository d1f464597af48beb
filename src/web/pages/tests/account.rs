//! The pages of an account, in every shape that changes their markup, all their fields hostile.

use super::markup::{tags, value};
use super::samples::{BRAND, Sample, hostile, pages as all_pages, shown};
use crate::model::password::Unfit;
use crate::protocol::time::Timestamp;
use crate::web::pages::{
    AccountPage, AgentConnectedPage, AgentRow, AppRow, AppsPage, Around, Brand, ClientPage, ClientSecretPage,
    ConfirmPage, ConnectPage, ConnectionRow, ConnectionsPage, Field, GroupRow, Moment, PasswordPage, PasswordProblem,
    ProfilePage, ScopeLine, SessionRow, SessionsPage, SetPasswordPage, SignInRow, ToolRow, ToolsPage, Typed,
    profile_fields,
};

pub(super) const AROUND: Around<'_> = Around {
    csrf_token: hostile!("csrf"),
    username: hostile!("user"),
    label: hostile!("navigation"),
    sections: &[("/account", "Overview"), ("/account/apps", hostile!("section"))],
    current: "/account/apps",
    sign_out: "/logout",
};

pub fn pages() -> Vec<Sample> {
    [overviews(), profiles(), passwords(), sessions(), apps(), tools(), connections(), clients(), confirmations()]
        .concat()
}

/// What every page of an account shows, and these.
pub(super) fn around(fields: &[&'static str]) -> Vec<&'static str> {
    shown(&[&["csrf", "user", "navigation", "section"], fields].concat())
}

pub(super) fn moment() -> Moment {
    Moment::new(Timestamp::from_seconds(0), Timestamp::from_seconds(90))
}

fn overviews() -> Vec<Sample> {
    let page = AccountPage { brand: &BRAND, around: AROUND, sessions: 1, apps: 0 };
    let one = AccountPage { sessions: 2, apps: 1, ..page };
    let more = AccountPage { sessions: 3, apps: 7, ..page };
    vec![
        ("account", page.render().unwrap(), around(&[])),
        ("account of one app", one.render().unwrap(), around(&[])),
        ("account of many", more.render().unwrap(), around(&[])),
    ]
}

fn profiles() -> Vec<Sample> {
    let rows = profile_fields(|_| hostile!("value"), |_| None, |_| None);
    let page = ProfilePage { brand: &BRAND, around: AROUND, rows: &rows, done: None, problem: None };
    let saved = ProfilePage { done: Some(hostile!("done")), ..page };
    let problem = |claim: &str| (claim == "email").then_some(hostile!("problem"));
    let wrong = profile_fields(|_| hostile!("value"), |_| Some(hostile!("hint")), problem);
    let wrong = ProfilePage { rows: &wrong, ..page };
    let too_long = ProfilePage { problem: Some(hostile!("trouble")), ..page };
    vec![
        ("profile", page.render().unwrap(), around(&["value"])),
        ("saved profile", saved.render().unwrap(), around(&["value", "done"])),
        ("wrong profile", wrong.render().unwrap(), around(&["value", "hint", "problem"])),
        ("long profile", too_long.render().unwrap(), around(&["value", "trouble"])),
    ]
}

fn passwords() -> Vec<Sample> {
    let rows: Vec<Field<'_>> = [Typed::Current, Typed::New, Typed::Again].map(|typed| typed.field(None)).to_vec();
    let page = PasswordPage { brand: &BRAND, around: AROUND, rows: &rows, done: None };
    let wrong = [Typed::Current.field(Some(hostile!("problem"))), Typed::New.field(None)];
    let wrong = PasswordPage { rows: &wrong, ..page };
    let said = PasswordPage { done: Some(hostile!("done")), ..page };
    let none = PasswordPage { rows: &[], ..page };
    let link = SetPasswordPage {
        brand: &BRAND,
        csrf_token: hostile!("csrf"),
        username: hostile!("user"),
        action: "/password/ticket",
        rows: &rows[1..],
        providers: &[],
    };
    let offered = [("idp".to_owned(), hostile!("provider").to_owned())];
    let elsewhere = SetPasswordPage { providers: &offered, ..link };
    let again = [Typed::New.field(None), Typed::Again.field(Some(hostile!("problem")))];
    let plain = SetPasswordPage { brand: &Brand::OSTIARY, rows: &again, ..link };
    vec![
        ("password", page.render().unwrap(), around(&[])),
        ("wrong password", wrong.render().unwrap(), around(&["problem"])),
        ("said password", said.render().unwrap(), around(&["done"])),
        ("no password", none.render().unwrap(), around(&[])),
        ("set password", link.render().unwrap(), shown(&["csrf", "user"])),
        ("set no password", elsewhere.render().unwrap(), shown(&["csrf", "user", "provider"])),
        ("set another password", plain.render().unwrap(), vec!["csrf", "user", "problem"]),
    ]
}

fn sessions() -> Vec<Sample> {
    let row = |is_this, place| SessionRow {
        sid: hostile!("sid"),
        device: hostile!("device"),
        place,
        last_seen: moment(),
        signed_in: moment(),
        is_this,
    };
    let here = [row(true, None)];
    let all = [row(true, None), row(false, Some(hostile!("place"))), row(false, None)];
    let page = SessionsPage { brand: &BRAND, around: AROUND, rows: &here, done: None, problem: None };
    let many = SessionsPage { rows: &all, done: Some(hostile!("done")), problem: Some(hostile!("trouble")), ..page };
    vec![
        ("sessions", page.render().unwrap(), around(&["device"])),
        ("many sessions", many.render().unwrap(), around(&["device", "place", "sid", "done", "trouble"])),
    ]
}

fn apps() -> Vec<Sample> {
    let row = AppRow {
        encoded_id: "app".to_owned(),
        name: hostile!("client"),
        is_vouched_for: false,
        has_access: true,
        scopes: vec![ScopeLine { name: hostile!("scope"), sentence: hostile!("sentence") }],
        since: moment(),
        used: Some(moment()),
    };
    let remembered = AppRow { is_vouched_for: true, has_access: false, scopes: Vec::new(), used: None, ..row.clone() };
    let unused = AppRow { used: None, ..row.clone() };
    let rows = [row, remembered, unused];
    let page = AppsPage { brand: &BRAND, around: AROUND, rows: &rows, done: None, problem: None };
    let none = AppsPage { rows: &[], done: Some(hostile!("done")), problem: Some(hostile!("trouble")), ..page };
    vec![
        ("apps", page.render().unwrap(), around(&["client", "scope", "sentence"])),
        ("no apps", none.render().unwrap(), around(&["done", "trouble"])),
    ]
}

fn tools() -> Vec<Sample> {
    let (names, groups) = ([hostile!("member").to_owned()], [hostile!("by").to_owned(), "other".to_owned()]);
    let tool = |is_on, is_own, groups| ToolRow {
        name: hostile!("tool"),
        description: hostile!("description"),
        is_on,
        is_own,
        groups,
    };
    let group = |is_on, tools| GroupRow { name: hostile!("group"), description: hostile!("about"), tools, is_on };
    let page = ToolsPage {
        brand: &BRAND,
        around: AROUND,
        groups: &[group(true, &names), group(false, &[])],
        tools: &[
            tool(true, false, &groups),
            tool(true, true, &[]),
            tool(false, true, &groups),
            tool(false, false, &[]),
        ],
        done: Some(hostile!("done")),
        problem: None,
    };
    let one = ToolsPage { groups: &[], tools: &[tool(true, true, &[])], ..page };
    let off = ToolsPage { tools: &[tool(false, false, &[])], problem: Some(hostile!("trouble")), ..one };
    let none = ToolsPage { tools: &[], done: None, ..one };
    vec![
        ("tools", page.render().unwrap(), around(&["tool", "description", "by", "group", "about", "member", "done"])),
        ("one tool", one.render().unwrap(), around(&["tool", "description", "done"])),
        ("no tool on", off.render().unwrap(), around(&["tool", "description", "trouble"])),
        ("no tools", none.render().unwrap(), around(&[])),
    ]
}

fn connections() -> Vec<Sample> {
    let row = ConnectionRow {
        id: "id",
        provider: hostile!("provider"),
        agent: hostile!("agent"),
        account: hostile!("account"),
        is_over: true,
        scopes: vec![hostile!("scope")],
        since: moment(),
        expires: Some(moment()),
        used: Some(moment()),
    };
    let plain =
        ConnectionRow { agent: "", is_over: false, scopes: Vec::new(), expires: None, used: None, ..row.clone() };
    let rows = [row, plain];
    let agents = [AgentRow { id: hostile!("bot"), since: moment(), seen: moment() }];
    let providers = [("idp", hostile!("offered"))];
    let sign_in = SignInRow {
        id: "id",
        provider: hostile!("provider"),
        account: hostile!("identity"),
        since: moment(),
        used: Some(moment()),
    };
    let sign_ins = [SignInRow { used: None, ..sign_in.clone() }, sign_in];
    let page = ConnectionsPage {
        brand: &BRAND,
        around: AROUND,
        rows: &rows,
        agents: &agents,
        providers: &providers,
        sign_ins: &sign_ins,
        signing_in: &[],
        done: None,
    };
    let linkable = [("idp", hostile!("linkable"))];
    let none = ConnectionsPage {
        rows: &[],
        agents: &[],
        providers: &[],
        sign_ins: &[],
        signing_in: &linkable,
        done: Some(hostile!("done")),
        ..page
    };
    let scopes = [ScopeLine { name: hostile!("scope"), sentence: hostile!("sentence") }];
    let connect = ConnectPage {
        brand: &BRAND,
        around: AROUND,
        provider: hostile!("provider"),
        agent: hostile!("agent"),
        scopes: &scopes,
        action: "/connect/idp",
    };
    let own = ConnectPage { agent: "", scopes: &[], ..connect };
    let for_agent = AgentConnectedPage {
        brand: &BRAND,
        around: AROUND,
        provider: hostile!("provider"),
        agent: hostile!("agent"),
        code: hostile!("code"),
        state: hostile!("state"),
    };
    vec![
        (
            "connections",
            page.render().unwrap(),
            around(&["provider", "agent", "account", "scope", "bot", "offered", "identity"]),
        ),
        ("no connections", none.render().unwrap(), around(&["done", "linkable"])),
        ("connect", connect.render().unwrap(), around(&["provider", "agent", "scope", "sentence"])),
        ("connect for oneself", own.render().unwrap(), around(&["provider"])),
        ("connected for an agent", for_agent.render().unwrap(), around(&["provider", "agent", "code", "state"])),
    ]
}

fn clients() -> Vec<Sample> {
    let page = ClientPage {
        brand: &BRAND,
        around: AROUND,
        client_id: hostile!("client-id"),
        client_name: hostile!("client"),
        scopes: &[hostile!("scope"), "other"],
        has_secret: true,
        redirect_uris: hostile!("uris"),
        redirect_problem: None,
        done: None,
        problem: None,
    };
    let said =
        ClientPage { has_secret: false, done: Some(hostile!("done")), problem: Some(hostile!("trouble")), ..page };
    let wrong = ClientPage { redirect_problem: Some(hostile!("problem")), ..page };
    let secret = ClientSecretPage {
        brand: &BRAND,
        around: AROUND,
        client_id: hostile!("client-id"),
        secret: hostile!("secret"),
    };
    vec![
        ("client", page.render().unwrap(), around(&["client-id", "client", "scope", "uris"])),
        ("said client", said.render().unwrap(), around(&["client-id", "done", "trouble"])),
        ("wrong client", wrong.render().unwrap(), around(&["client-id", "uris", "problem"])),
        ("client secret", secret.render().unwrap(), around(&["client-id", "secret"])),
    ]
}

fn confirmations() -> Vec<Sample> {
    let page = ConfirmPage {
        brand: &BRAND,
        around: AROUND,
        title: hostile!("title"),
        lines: &[hostile!("line"), "other"],
        action: "/account/apps/remove",
        hidden: &[("client_id", hostile!("hidden"))],
        button: hostile!("button"),
        back: "/account/apps",
    };
    vec![("confirm", page.render().unwrap(), around(&["title", "line", "hidden", "button"]))]
}

#[test]
fn one_place_of_the_navigation_is_here() {
    let of_accounts = all_pages().into_iter().filter(|(_, _, fields)| fields.contains(&"navigation"));
    for (page, html, _) in of_accounts {
        let tags = tags(&html);
        let here: Vec<_> = tags.iter().filter(|tag| value(tag, "aria-current") == Some("page")).collect();
        assert_eq!(here.len(), 1, "{page}");
        assert_eq!(value(here[0], "id"), Some("nav-account-apps"), "{page}");
    }
}

#[test]
fn a_field_with_a_problem_is_marked_and_tied_to_its_text_and_the_title_says_so() {
    for (page, html, fields) in all_pages() {
        let tags = tags(&html);
        let marked: Vec<_> = tags.iter().filter(|tag| value(tag, "aria-invalid") == Some("true")).collect();
        let has_problem = fields.contains(&"problem");
        assert_eq!(marked.len() == 1, has_problem, "{page}");
        if has_problem {
            let id = format!("{}-problem", value(marked[0], "id").unwrap());
            assert!(value(marked[0], "aria-describedby").unwrap().split(' ').any(|known| known == id), "{page}");
            assert!(tags.iter().any(|tag| value(tag, "id") == Some(&id)), "{page}");
            assert!(html.contains("<title>Error: "), "{page}");
        }
    }
}

#[test]
fn no_password_is_ever_written_into_a_page() {
    for (page, html, _) in all_pages() {
        for tag in tags(&html).iter().filter(|tag| value(tag, "type") == Some("password")) {
            assert!(matches!(value(tag, "value"), None | Some("")), "{page}: {tag:?}");
        }
    }
}

#[test]
fn every_moment_has_its_exact_time() {
    let (_, html, _) = all_pages().into_iter().find(|(page, ..)| *page == "many sessions").unwrap();
    let moments: Vec<_> = tags(&html).into_iter().filter(|tag| tag.0 == "time").collect();
    assert_eq!(moments.len(), 6);
    for moment in moments {
        assert_eq!(value(&moment, "datetime"), Some("1970-01-01T00:00:00Z"));
        assert_eq!(value(&moment, "title"), value(&moment, "datetime"));
    }
    assert!(html.contains(">1 minute ago</time>"));
}

#[test]
fn texts_of_password_problems_are_stable() {
    for (problem, text) in [
        (PasswordProblem::Wrong, "This is not your password."),
        (PasswordProblem::Slowed { seconds: 1 }, "Too many attempts. Try again in 1 second."),
        (PasswordProblem::Slowed { seconds: 8 }, "Too many attempts. Try again in 8 seconds."),
        (PasswordProblem::Unfit(Unfit::Length), "Take at least 8 characters, and at most 1024."),
        (PasswordProblem::Unfit(Unfit::Common), "This is one of the first that are tried. Take another."),
        (PasswordProblem::Different, "This is not the same as above."),
    ] {
        assert_eq!(problem.to_string(), text);
    }
}
