//! The pages of what administrators look after, in every shape that changes their markup, all their fields hostile.

use super::account::{AROUND, around, moment};
use super::samples::{BRAND, Sample, hostile};
use crate::web::pages::{
    Control, ControlKind, CurrentUser, Fact, GroupRow, KeyRow, KeysPage, NewUserPage, NounActionPage, NounFormPage,
    NounListPage, NounMadePage, NounRow, Shown, Tick, ToolRow, UserRow, UsersPage,
};

pub fn pages() -> Vec<Sample> {
    [lists(), forms(), made(), users(), keys()].concat()
}

fn lists() -> Vec<Sample> {
    let row = NounRow {
        href: hostile!("href").to_owned(),
        title: hostile!("title").to_owned(),
        id: hostile!("id").to_owned(),
        tags: vec![hostile!("tag").to_owned()],
        made: Some(moment()),
    };
    let bare = NounRow { id: row.title.clone(), made: None, tags: Vec::new(), ..row.clone() };
    let rows = [row, bare];
    let page = NounListPage {
        brand: &BRAND,
        around: AROUND,
        title: hostile!("list"),
        one: hostile!("one"),
        path: hostile!("path"),
        q: Some(hostile!("q")),
        rows: &rows,
        later: true,
        next: Some(hostile!("next")),
        done: Some(hostile!("done")),
    };
    let of_rows = ["list", "one", "path", "q", "href", "title", "id", "tag", "next", "done"];
    let empty = |q, later| NounListPage { q, rows: &[], later, next: None, done: None, ..page.clone() };
    let around_empty = || around(&["list", "one", "path"]);
    vec![
        ("list of things", page.render().unwrap(), around(&of_rows)),
        ("empty list", empty(None, false).render().unwrap(), around_empty()),
        ("list that found nothing", empty(Some(hostile!("q")), false).render().unwrap(), around_empty()),
        ("end of a list", empty(None, true).render().unwrap(), around_empty()),
    ]
}

fn control(name: &'static str, rare: bool, wrong: bool, kind: ControlKind) -> Control {
    let problem = wrong.then(|| hostile!("problem").to_owned());
    Control { name, label: hostile!("label"), hint: hostile!("hint"), required: wrong, rare, problem, kind }
}

fn kinds() -> [ControlKind; 7] {
    let value = || hostile!("value").to_owned();
    [
        ControlKind::Line { kind: "text", value: value() },
        ControlKind::Password,
        ControlKind::Area { value: value(), rows: 4, code: false },
        ControlKind::Area { value: value(), rows: 4, code: true },
        ControlKind::Box(true),
        ControlKind::Boxes(vec![("box.a".to_owned(), hostile!("box"), true), ("box.b".to_owned(), "b", false)]),
        ControlKind::Select(vec![("", false), (hostile!("word"), true)]),
    ]
}

fn forms() -> Vec<Sample> {
    const NAMES: [&str; 7] = ["one", "two", "three", "four", "five", "six", "seven"];
    let controls = |wrong: Option<usize>| -> Vec<Control> {
        let named = NAMES.into_iter().zip(kinds()).enumerate();
        named.map(|(number, (name, kind))| control(name, number % 2 == 1, wrong == Some(number), kind)).collect()
    };
    let fact = |shown| Fact { label: hostile!("fact"), shown };
    let facts = [
        fact(Shown::Text(hostile!("told").to_owned())),
        fact(Shown::Code(hostile!("code").to_owned())),
        fact(Shown::Moment(moment())),
    ];
    let links = [(hostile!("address").to_owned(), hostile!("link"))];
    let good = controls(None);
    let page = NounFormPage {
        brand: &BRAND,
        around: AROUND,
        title: hostile!("title"),
        action: "/admin/things",
        revision: Some(7),
        button: hostile!("button"),
        back: hostile!("back"),
        facts: &facts,
        controls: &good,
        links: &links,
        removal: Some(hostile!("removal")),
        done: Some(hostile!("done")),
        problem: None,
    };
    let of_page = ["title", "button", "back", "label", "hint", "value", "box", "word"];
    let of_one = around(&[&of_page[..], &["fact", "told", "code", "address", "link", "removal", "done"]].concat());
    let of_refused = [&of_page[..], &["problem"]].concat();
    let refused = |number: usize| {
        let wrong = controls(Some(number));
        let page = NounFormPage { controls: &wrong, facts: &[], links: &[], removal: None, done: None, ..page.clone() };
        ("refused form", page.render().unwrap(), around(&of_refused))
    };
    let whole = NounFormPage { problem: Some(hostile!("trouble")), ..page.clone() };
    let whole = ("form refused as a whole", whole.render().unwrap(), around(&[&of_page[..], &["trouble"]].concat()));
    let mut samples = vec![("form of one", page.render().unwrap(), of_one), whole];
    samples.extend((0..NAMES.len()).map(refused));
    samples
}

fn made() -> Vec<Sample> {
    let page = NounMadePage {
        brand: &BRAND,
        around: AROUND,
        title: hostile!("title"),
        shown: &[(hostile!("label"), hostile!("secret"))],
        back: hostile!("back"),
    };
    let controls: Vec<Control> = vec![control("one", false, false, ControlKind::Password)];
    let action = NounActionPage {
        brand: &BRAND,
        around: AROUND,
        title: hostile!("title"),
        meaning: hostile!("meaning"),
        action: "/admin/things/one/act",
        button: hostile!("button"),
        back: hostile!("back"),
        controls: &controls,
        answer: Some(vec![("name", hostile!("answer").to_owned())]),
        problem: None,
    };
    let of_action = ["title", "meaning", "button", "back", "label", "hint"];
    let refused = NounActionPage { answer: None, problem: Some(hostile!("trouble")), ..action.clone() };
    vec![
        ("what was made", page.render().unwrap(), around(&["title", "label", "secret", "back"])),
        ("what else is done", action.render().unwrap(), around(&[&of_action[..], &["answer"]].concat())),
        ("what else is refused", refused.render().unwrap(), around(&[&of_action[..], &["trouble"]].concat())),
    ]
}

fn users() -> Vec<Sample> {
    let row = |is_current| UserRow {
        id: hostile!("id").to_owned(),
        name: hostile!("name").to_owned(),
        is_current,
        is_off: is_current,
    };
    let rows = [row(true), row(false)];
    let names = [hostile!("member").to_owned()];
    let group = |is_on| GroupRow { name: hostile!("group"), description: hostile!("of group"), tools: &names, is_on };
    let tool = |is_on, is_own| ToolRow {
        name: hostile!("tool"),
        description: hostile!("of tool"),
        is_on,
        is_own,
        groups: &names,
    };
    let (groups, tools) = ([group(true), group(false)], [tool(true, true), tool(true, false), tool(false, false)]);
    let page = UsersPage {
        brand: &BRAND,
        around: AROUND,
        q: hostile!("q"),
        rows: &rows,
        later: true,
        next: Some(hostile!("next")),
        current: Some(CurrentUser {
            id: hostile!("current"),
            name: hostile!("current name"),
            client_id: hostile!("client"),
        }),
        groups: &groups,
        tools: &tools,
        done: Some(hostile!("done")),
    };
    let of_all = ["q", "id", "name", "next", "current", "current name", "client", "group", "of group", "member"];
    let of_all = [&of_all[..], &["tool", "of tool", "done"]].concat();
    let nobody = UsersPage { rows: &[], q: "", current: None, later: false, next: None, done: None, ..page };
    let toolless = UsersPage { groups: &[], tools: &[], done: None, ..page };
    let ticks = [Tick { box_name: "tool.a".to_owned(), label: hostile!("tick").to_owned(), on: true }];
    let form = NewUserPage { brand: &BRAND, around: AROUND, name: hostile!("name"), ticks: &ticks, problem: None };
    let wrong = NewUserPage { problem: Some(hostile!("problem")), ticks: &[], ..form };
    vec![
        ("users and their tools", page.render().unwrap(), around(&of_all)),
        ("nobody yet", nobody.render().unwrap(), around(&[])),
        ("users without tools", toolless.render().unwrap(), around(&["id", "name", "client"])),
        ("form of a user", form.render().unwrap(), around(&["name", "tick"])),
        ("refused form of a user", wrong.render().unwrap(), around(&["name", "problem"])),
    ]
}

fn keys() -> Vec<Sample> {
    let row = KeyRow {
        kid: hostile!("kid"),
        algorithm: hostile!("algorithm"),
        state: hostile!("state"),
        signs: true,
        slot: Some(hostile!("slot")),
        since: moment(),
        until: Some(moment()),
        explanation: hostile!("explanation"),
        promote: Some(hostile!("promote").to_owned()),
        retire: Some(hostile!("retire").to_owned()),
    };
    let old = KeyRow { signs: false, slot: None, until: None, promote: None, retire: None, ..row.clone() };
    let rows = [row, old];
    let page = KeysPage {
        brand: &BRAND,
        around: AROUND,
        rows: &rows,
        done: Some(hostile!("done")),
        problem: Some(hostile!("trouble")),
    };
    let fields = ["kid", "algorithm", "state", "slot", "explanation", "promote", "retire", "done", "trouble"];
    vec![("signing keys", page.render().unwrap(), around(&fields))]
}
