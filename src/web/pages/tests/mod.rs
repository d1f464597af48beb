//! What must hold for every page.

mod account;
mod administration;
mod markup;
mod noun;
mod samples;

use std::collections::BTreeSet;

use super::LoginProblem;
use markup::{Tag, tags, value};
use samples::pages;

#[test]
fn every_field_of_every_page_is_shown_and_escaped() {
    for (page, html, fields) in pages() {
        assert!(!html.contains("<script>"), "{page}");
        for field in fields {
            assert!(html.contains(&format!("{field}&#60;script&#62;&#34;&#39;&#38;")), "{page}: {field}");
        }
    }
}

#[test]
fn no_page_holds_inline_script_style_or_handlers() {
    for (page, html, _) in pages() {
        for tag in tags(&html) {
            assert!(!matches!(tag.0, "style" | "iframe" | "base"), "{page}: {tag:?}");
            // One page of all needs a script, some have comfort of one: files of ours.
            let needed = if page == "form post" { "/static/form-post.js" } else { "/static/comfort.js" };
            assert!(tag.0 != "script" || value(&tag, "src") == Some(needed), "{page}: {tag:?}");
            for (attribute, value) in &tag.1 {
                assert!(*attribute != "style" && !attribute.starts_with("on"), "{page}: {tag:?}");
                assert!(!value.trim_start().to_ascii_lowercase().starts_with("javascript:"), "{page}: {tag:?}");
            }
        }
    }
}

#[test]
fn a_page_without_readable_settings_asks_for_no_stylesheet_made_of_them() {
    for (page, html, fields) in pages() {
        assert_eq!(html.contains("/brand.css"), fields.contains(&"brand"), "{page}");
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
                let mut ids = value(tag, reference).into_iter().flat_map(str::split_whitespace);
                assert!(ids.all(|id| known.contains(id)), "{page}: {tag:?}");
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
        let is_field = |tag: &&Tag<'_>| matches!(tag.0, "input" | "select" | "textarea");
        for tag in tags.iter().filter(is_field).filter(|tag| value(tag, "type") != Some("hidden")) {
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
fn every_form_is_posted_to_us_with_a_csrf_token_or_only_looks_for_something() {
    // One form of all is posted to a client, to whom our tokens are nothing.
    for (page, html, _) in pages().into_iter().filter(|(page, ..)| *page != "form post") {
        let tags = tags(&html);
        let forms: Vec<_> = tags.iter().filter(|tag| tag.0 == "form").collect();
        assert!(forms.iter().all(|form| value(form, "action").is_some_and(|path| path.starts_with('/'))), "{page}");
        let (looking, forms): (Vec<_>, Vec<_>) =
            forms.into_iter().partition(|form| value(form, "method") == Some("get"));
        assert!(looking.iter().all(|form| value(form, "id") == Some("search-form")), "{page}");
        assert!(forms.iter().all(|form| value(form, "method") == Some("post")), "{page}");
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
fn consent_shows_the_links_that_a_client_has_and_they_tell_its_pages_nothing() {
    let (_, html, _) = pages().into_iter().find(|(page, ..)| *page == "consent").unwrap();
    let tags = tags(&html);
    for id in ["client-home", "client-terms", "client-privacy"] {
        let link = tags.iter().find(|tag| value(tag, "id") == Some(id)).unwrap();
        assert!(value(link, "href").is_some_and(|href| href.starts_with(id)), "{link:?}");
        assert_eq!(value(link, "rel"), Some("noreferrer noopener"));
    }
    let (_, plain, _) = pages().into_iter().find(|(page, ..)| *page == "plain consent").unwrap();
    assert!(!plain.contains("id=\"client-links\"") && !plain.contains("id=\"client-home\""));
}

#[test]
fn texts_of_login_problems_are_stable() {
    assert_eq!(LoginProblem::Wrong.to_string(), "That name or password is not right.");
    assert_eq!(LoginProblem::Slowed { seconds: 1 }.to_string(), "Too many attempts. Try again in 1 second.");
    assert_eq!(LoginProblem::Slowed { seconds: 30 }.to_string(), "Too many attempts. Try again in 30 seconds.");
}
