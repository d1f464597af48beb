//! Every secret that passed through a test: in what it asked and was answered. None of them may be in the log.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use axum::http::HeaderMap;
use base64::Engine as _;
use serde_json::Value;
use url::form_urlencoded;

/// Members of forms, queries and JSON that hold one.
const NAMES: [&str; 22] = [
    "access_token",
    "admin_token",
    "assertion",
    "authorization_code",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "csrf_token",
    "current_password",
    "id_token",
    "id_token_hint",
    "interaction",
    "logout_token",
    "new_password",
    "password",
    "refresh_token",
    "registration_access_token",
    "repeat_password",
    "secret",
    "ticket",
    "token",
];
/// Of these only what was issued counts: what is sent may be cut or forged, of parts that are no secrets.
const ISSUED_ONLY: [&str; 5] = ["authorization_code", "code", "id_token_hint", "refresh_token", "token"];
/// Shorter ones could be anything.
const SHORTEST: usize = 12;
/// So much of each is looked up at each place of a line.
const BEGINNING: usize = 8;

thread_local! {
    static SECRETS: RefCell<HashSet<String>> = RefCell::new(HashSet::new());
    /// Whether what is read was issued by the server.
    static ISSUED: Cell<bool> = const { Cell::new(false) };
    static LEFT_TO_THE_TEST: Cell<bool> = const { Cell::new(false) };
}

/// From now on this thread looks for secrets itself: it sends them where none is expected, as a scope or a client's id, and those may be
/// in the log.
pub fn are_looked_for_by_the_test() {
    LEFT_TO_THE_TEST.set(true);
}

fn add(secret: &str) {
    if secret.len() < SHORTEST {
        return;
    }
    SECRETS.with_borrow_mut(|secrets| {
        secrets.insert(secret.to_owned());
    });
    // A code and a refresh token name their grant, which is no secret; nor is what a JWT says, without its signature.
    if let Some((_, last)) = secret.rsplit_once('.').filter(|_| ISSUED.get()) {
        add(last);
    }
}

/// Notes the secrets of a request.
pub fn of_request(path: &str, headers: &[(String, String)], body: &[u8]) {
    ISSUED.set(false);
    of_address(path);
    for (name, value) in headers {
        of_header(&name.to_ascii_lowercase(), value);
    }
    of_text(&String::from_utf8_lossy(body));
}

/// Notes the secrets of an answer.
pub fn of_answer(headers: &HeaderMap, body: &str) {
    ISSUED.set(true);
    for (name, value) in headers {
        of_header(name.as_str(), value.to_str().unwrap_or_default());
    }
    of_text(body);
}

fn of_address(address: &str) {
    if let Some((_, query)) = address.split_once(['?', '#']) {
        of_pairs(query);
    }
    of_links(address);
}

fn of_header(name: &str, value: &str) {
    match name {
        "authorization" => match value.split_once(' ') {
            Some(("Basic", pair)) => {
                let pair = base64::engine::general_purpose::STANDARD.decode(pair).unwrap_or_default();
                add(String::from_utf8_lossy(&pair).split_once(':').map_or("", |(_, secret)| secret));
            }
            other => add(other.map_or("", |(_, token)| token)),
        },
        "x-admin-token" => add(value),
        "cookie" => value.split("; ").for_each(of_cookie),
        "set-cookie" => of_cookie(value),
        "location" => of_address(value),
        _ => {}
    }
}

fn of_cookie(cookie: &str) {
    let value = cookie.split(';').next().and_then(|pair| pair.split_once('='));
    add(value.map_or("", |(_, value)| value));
}

fn of_text(text: &str) {
    of_links(text);
    match serde_json::from_str::<Value>(text) {
        Ok(json) => of_json(&json),
        Err(_) if text.contains("<form") || text.contains("<html") => of_page(text),
        Err(_) => of_pairs(text),
    }
}

fn of_pairs(pairs: &str) {
    for (name, value) in form_urlencoded::parse(pairs.as_bytes()) {
        if NAMES.contains(&&*name) && (ISSUED.get() || !ISSUED_ONLY.contains(&&*name)) {
            add(&value);
        }
    }
}

fn of_json(json: &Value) {
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if NAMES.contains(&name.as_str()) => add(text),
                    other => of_json(other),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(of_json),
        _ => {}
    }
}

/// The hidden fields of a page, and what it shows once.
fn of_page(page: &str) {
    for field in page.split("name=\"").skip(1) {
        let Some((name, rest)) = field.split_once('"') else { continue };
        let tag = rest.split('>').next().unwrap_or_default();
        if let (true, Some((_, value))) = (NAMES.contains(&name), tag.split_once("value=\"")) {
            add(value.split('"').next().unwrap_or_default());
        }
    }
    for copied in page.split("data-copy=\"").skip(1) {
        let (label, rest) = copied.split_once("\">").unwrap_or_default();
        if ["secret", "token", "password"].iter().any(|word| label.to_ascii_lowercase().ends_with(word)) {
            add(rest.split('<').next().unwrap_or_default());
        }
    }
}

/// One-time links.
fn of_links(text: &str) {
    for link in text.split("/password/").skip(1).chain(text.split("ticket=").skip(1)) {
        let is_of_it = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        let ticket = link.split(|letter| !is_of_it(letter)).next().unwrap_or_default();
        if ticket.len() >= 20 {
            add(ticket);
        }
    }
}

/// The lines that hold a secret of this test; from now on there is none.
pub fn found_in(lines: &[String]) -> Vec<String> {
    let secrets = if LEFT_TO_THE_TEST.get() { HashSet::new() } else { SECRETS.take() };
    let mut by_beginning: HashMap<&[u8], Vec<&str>> = HashMap::new();
    for secret in &secrets {
        by_beginning.entry(&secret.as_bytes()[..BEGINNING]).or_default().push(secret);
    }
    let found = lines.iter().filter_map(|line| {
        let windows = line.as_bytes().windows(BEGINNING).enumerate();
        let places = windows.filter_map(|(at, window)| Some((at, by_beginning.get(window)?)));
        let mut all = places.flat_map(|(at, secrets)| secrets.iter().map(move |secret| (at, *secret)));
        let (_, secret) = all.find(|(at, secret)| line.as_bytes()[*at..].starts_with(secret.as_bytes()))?;
        Some(format!("{secret} in {line}"))
    });
    found.collect()
}
