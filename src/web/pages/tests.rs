//! What must hold for every page.

use std::collections::BTreeSet;

use super::*;

/// Breaks out of text, of attributes in either quote, and of a character reference. Each field gets its own.
fn hostile(field: &str) -> String {
    format!("{field}<script>\"'&")
}

/// Every page in every shape that changes its markup, all its fields hostile, with the fields that it must show.
fn pages() -> Vec<(&'static str, String, Vec<&'static str>)> {
    let fields: Vec<String> =
        ["brand", "logo", "terms", "sealed", "csrf", "client", "user", "scope", "sentence", "host"]
            .iter()
            .map(|field| hostile(field))
            .collect();
    let [brand, logo, terms, sealed, csrf, client, user, scope, sentence, host] = &fields[..] else { unreachable!() };
    let brand = &Brand { name: brand, logo_url: Some(logo), terms_url: Some(terms) };
    let frame = ["brand", "logo", "terms"];
    let show = |more: &[&'static str]| [&frame[..], more].concat();

    let login = LoginPage {
        brand,
        interaction: sealed,
        csrf_token: csrf,
        client_name: Some(client),
        client_waits: true,
        username: user,
        problem: None,
    };
    let scopes = [ScopeLine { name: scope, sentence }];
    let consent = ConsentPage {
        brand,
        interaction: sealed,
        csrf_token: csrf,
        client_name: client,
        trust: ClientTrust::Unverified,
        destination: Destination::ThisDevice(host),
        scopes: &scopes,
        username: user,
        remembered: false,
    };
    let (title, text, code, request) = (hostile("title"), hostile("text"), hostile("code"), hostile("request"));
    let (href, link) = (hostile("href"), hostile("link"));
    let message = MessagePage::new(brand, &title, text)
        .with_error_code(&code)
        .with_request_id(&request)
        .with_link(Link { href: &href, text: &link });
    let start = StartPage {
        brand,
        version: &hostile("version"),
        issuer: &hostile("issuer"),
        docs: &hostile("docs"),
        development: true,
    };
    let asked = ["sealed", "csrf", "client", "user"];
    let all_asked = ["sealed", "csrf", "client", "user", "scope", "sentence", "host"];
    vec![
        ("login", login.render().unwrap(), show(&asked)),
        ("wrong login", LoginPage { problem: Some(LoginProblem::Wrong), ..login }.render().unwrap(), show(&asked)),
        (
            "slowed login",
            LoginPage { problem: Some(LoginProblem::Slowed { seconds: 8 }), username: "", ..login }.render().unwrap(),
            show(&["sealed", "csrf", "client"]),
        ),
        (
            "plain login",
            LoginPage { brand: &Brand::OSTIARY, client_name: None, client_waits: false, ..login }.render().unwrap(),
            vec!["sealed", "csrf", "user"],
        ),
        ("consent", consent.render().unwrap(), show(&all_asked)),
        (
            "plain consent",
            ConsentPage { scopes: &[], destination: Destination::Site(host), remembered: true, ..consent }
                .render()
                .unwrap(),
            show(&["sealed", "csrf", "client", "user", "host"]),
        ),
        ("message", message.render().unwrap(), show(&["title", "text", "code", "request", "href", "link"])),
        ("plain message", MessagePage::new(&Brand::OSTIARY, &title, "").render().unwrap(), vec!["title"]),
        (
            "authorize error",
            MessagePage::authorize_error(brand, &code, &hostile("text")).render().unwrap(),
            show(&["code", "text"]),
        ),
        ("settings wrong", MessagePage::settings_wrong(&hostile("text")).render().unwrap(), vec!["text"]),
        (
            "wrong host",
            MessagePage::wrong_host(brand, host, &hostile("issuer")).render().unwrap(),
            show(&["host", "issuer"]),
        ),
        ("start", start.render().unwrap(), show(&["version", "issuer", "docs"])),
        ("account", AccountPage { brand, csrf_token: csrf, username: user }.render().unwrap(), show(&["csrf", "user"])),
    ]
}

/// A start tag: its name, and its attributes with their values as written.
type Tag<'a> = (&'a str, Vec<(&'a str, &'a str)>);

/// Every start tag. Good only for our own markup, where each `<` begins a tag and values are in double quotes.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let starts = html.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!']));
    starts
        .map(|tag| {
            let inside = tag.split_once('>').unwrap().0;
            let (name, mut rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
            let mut attributes = Vec::new();
            while let Some(end) =
                rest.trim_start().find(['=', ' ', '\n']).or(Some(rest.trim().len())).filter(|end| *end > 0)
            {
                let (attribute, after) = rest.trim_start().split_at(end);
                match after.strip_prefix("=\"") {
                    Some(value) => {
                        let (value, after) = value.split_once('"').expect("values are in double quotes");
                        attributes.push((attribute, value));
                        rest = after;
                    }
                    None => {
                        assert!(!after.starts_with('='), "unquoted value in {inside}");
                        attributes.push((attribute, ""));
                        rest = after;
                    }
                }
            }
            (name, attributes)
        })
        .collect()
}

fn value<'a>(tag: &Tag<'a>, name: &str) -> Option<&'a str> {
    tag.1.iter().find(|(attribute, _)| *attribute == name).map(|(_, value)| *value)
}

#[test]
fn every_field_of_every_page_is_shown_and_escaped() {
    for (page, html, fields) in pages() {
        assert!(!html.contains("<script"), "{page}");
        for field in fields {
            assert!(html.contains(&format!("{field}&#60;script&#62;&#34;&#39;&#38;")), "{page}: {field}");
        }
    }
}

#[test]
fn no_page_holds_script_style_or_handlers() {
    for (page, html, _) in pages() {
        for tag in tags(&html) {
            assert!(!matches!(tag.0, "script" | "style" | "iframe" | "base"), "{page}: {tag:?}");
            for (attribute, value) in &tag.1 {
                assert!(*attribute != "style" && !attribute.starts_with("on"), "{page}: {tag:?}");
                assert!(!value.trim_start().to_ascii_lowercase().starts_with("javascript:"), "{page}: {tag:?}");
            }
        }
    }
}

#[test]
fn ids_are_unique_and_every_reference_leads_to_one() {
    for (page, html, _) in pages() {
        let tags = tags(&html);
        let ids: Vec<&str> = tags.iter().filter_map(|tag| value(tag, "id")).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(known.len(), ids.len(), "{page}: {ids:?}");
        for tag in &tags {
            for reference in ["for", "aria-describedby", "aria-labelledby", "form"] {
                assert!(value(tag, reference).is_none_or(|id| known.contains(id)), "{page}: {tag:?}");
            }
        }
    }
}

#[test]
fn every_visible_input_has_a_label_and_every_image_a_text() {
    for (page, html, _) in pages() {
        let tags = tags(&html);
        let labelled: Vec<&str> =
            tags.iter().filter(|tag| tag.0 == "label").filter_map(|tag| value(tag, "for")).collect();
        for tag in tags.iter().filter(|tag| tag.0 == "input" && value(tag, "type") != Some("hidden")) {
            assert!(value(tag, "id").is_some_and(|id| labelled.contains(&id)), "{page}: {tag:?}");
        }
        assert!(tags.iter().filter(|tag| tag.0 == "img").all(|tag| value(tag, "alt").is_some()), "{page}");
    }
}

#[test]
fn every_page_has_a_language_a_main_landmark_and_one_heading_above_the_others() {
    for (page, html, _) in pages() {
        let tags = tags(&html);
        assert!(tags.iter().any(|tag| tag.0 == "html" && value(tag, "lang") == Some("en")), "{page}");
        for (name, count) in [("h1", 1), ("main", 1), ("header", 1), ("title", 1)] {
            assert_eq!(tags.iter().filter(|tag| tag.0 == name).count(), count, "{page}: {name}");
        }
    }
}

#[test]
fn every_form_is_posted_to_us_with_a_csrf_token() {
    for (page, html, _) in pages() {
        let tags = tags(&html);
        let forms: Vec<_> = tags.iter().filter(|tag| tag.0 == "form").collect();
        for form in &forms {
            assert_eq!(value(form, "method"), Some("post"), "{page}");
            assert!(value(form, "action").is_some_and(|path| path.starts_with('/')), "{page}");
        }
        let tokens = tags.iter().filter(|tag| value(tag, "name") == Some("csrf_token")).count();
        assert_eq!(tokens, forms.len(), "{page}");
    }
}

#[test]
fn a_login_problem_is_an_alert_tied_to_both_fields_and_one_field_has_the_focus() {
    for (page, html, _) in pages().into_iter().filter(|(page, ..)| page.ends_with("login")) {
        let tags = tags(&html);
        let fields = || tags.iter().filter(|tag| matches!(value(tag, "id"), Some("username" | "password")));
        let has_problem = page.starts_with("wrong") || page.starts_with("slowed");
        assert_eq!(tags.iter().any(|tag| value(tag, "role") == Some("alert")), has_problem, "{page}");
        assert!(fields().all(|tag| (value(tag, "aria-describedby") == Some("login-problem")) == has_problem), "{page}");
        assert!(fields().all(|tag| value(tag, "aria-invalid").is_some() == page.starts_with("wrong")), "{page}");
        let focused: Vec<_> = tags.iter().filter(|tag| value(tag, "autofocus").is_some()).collect();
        let first_to_fill = if page.starts_with("slowed") { "username" } else { "password" };
        assert_eq!(focused.len(), 1, "{page}");
        assert_eq!(value(focused[0], "id"), Some(first_to_fill), "{page}");
    }
}

#[test]
fn login_can_be_cancelled_only_when_a_client_waits() {
    for (page, html, _) in pages().into_iter().filter(|(page, ..)| page.ends_with("login")) {
        assert_eq!(html.contains("id=\"cancel\""), page != "plain login", "{page}");
    }
}

#[test]
fn consent_warns_of_programs_on_the_device_and_says_whether_it_is_remembered() {
    let html = |name| pages().into_iter().find(|(page, ..)| *page == name).unwrap().1;
    let (device, site) = (html("consent"), html("plain consent"));
    assert!(device.contains("id=\"device-warning\"") && device.contains("not remembered"));
    assert!(!site.contains("id=\"device-warning\"") && site.contains("is remembered"));
}

#[test]
fn texts_of_login_problems_are_stable() {
    assert_eq!(LoginProblem::Wrong.to_string(), "That name or password is not right.");
    assert_eq!(LoginProblem::Slowed { seconds: 1 }.to_string(), "Too many attempts. Try again in 1 second.");
    assert_eq!(LoginProblem::Slowed { seconds: 30 }.to_string(), "Too many attempts. Try again in 30 seconds.");
}
