//! What a person says of themselves. An e-mail address or phone number that they change is one that nobody has confirmed.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::user::{User, user_client_id};
use crate::model::user_claims::UserClaims;
use crate::protocol::error::OAuthError;
use crate::protocol::uri;
use crate::service::clients::check_name;
use crate::store::{profiles, users};

/// The claims (OpenID Connect Core 5.1) that people write themselves. Every other is an administrator's to write.
pub const CLAIMS: [&str; 12] = [
    "name",
    "given_name",
    "family_name",
    "nickname",
    "email",
    "phone_number",
    "website",
    "picture",
    "birthdate",
    "gender",
    "locale",
    "zoneinfo",
];

/// Claims of which another says whether somebody has confirmed them.
const CONFIRMED: [(&str, &str); 2] = [("email", "email_verified"), ("phone_number", "phone_number_verified")];

/// Longest text, in bytes.
const LONGEST: usize = 500;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is written.
    Done,
    /// Nothing is: these claims cannot be so.
    Problems(Vec<Problem>),
    /// Nothing is: all of it together is too long.
    TooLong,
}

/// Why a claim cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The claim.
    pub claim: &'static str,
    /// Why, for the person.
    pub text: &'static str,
}

/// A user as they see themselves.
///
/// # Errors
/// `not_found` when they are gone.
pub async fn find(app: &App, user_id: &str) -> Result<User, OAuthError> {
    let user = users::read(&app.database.run(users::select(user_id)).await?)?;
    user.ok_or_else(|| OAuthError::not_found("this account is gone"))
}

/// Writes what a person typed for each of [`CLAIMS`]; what is empty is taken away. What they left as it was is not written, so
/// that an administrator who changes it at the same time is not undone.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn save(
    app: &App,
    context: &Context,
    user: &User,
    typed: impl Fn(&str) -> String,
) -> Result<Saved, OAuthError> {
    let typed: Vec<(&'static str, String)> =
        CLAIMS.iter().map(|claim| (*claim, typed(claim).trim().to_owned())).collect();
    let problems: Vec<Problem> = typed.iter().filter_map(|(claim, text)| problem(claim, text)).collect();
    if !problems.is_empty() {
        return Ok(Saved::Problems(problems));
    }
    let patch = patch(&user.claims, typed);
    if patch.is_empty() {
        return Ok(Saved::Done);
    }
    if merged(&user.claims, &patch).check().is_err() {
        return Ok(Saved::TooLong);
    }
    app.database.run(profiles::patch_claims(&user.id, &patch, context.now())).await?;
    app.clients.forget(&user_client_id(&user.id));
    app.forget_standings();
    let names = patch.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
    context.record(Happening::done(EventKind::UserUpdated).by(user.id.clone()).to(user.id.clone()).because(names));
    Ok(Saved::Done)
}

/// What is to be written (RFC 7396): a new value, or null.
fn patch(known: &UserClaims, typed: Vec<(&'static str, String)>) -> Map<String, Value> {
    let mut patch = Map::new();
    for (claim, text) in typed {
        let before = known.0.get(claim).and_then(Value::as_str).unwrap_or_default();
        if before == text {
            continue;
        }
        let gone = text.is_empty();
        patch.insert(claim.to_owned(), if gone { Value::Null } else { Value::String(text) });
        if let Some((_, confirmed)) = CONFIRMED.iter().find(|(of, _)| *of == claim) {
            patch.insert((*confirmed).to_owned(), if gone { Value::Null } else { Value::Bool(false) });
        }
    }
    patch
}

fn merged(known: &UserClaims, patch: &Map<String, Value>) -> UserClaims {
    let mut claims = known.0.clone();
    claims.extend(patch.clone());
    claims.retain(|_, value| !value.is_null());
    UserClaims(claims)
}

/// Why a text cannot be this claim.
fn problem(claim: &'static str, text: &str) -> Option<Problem> {
    if text.is_empty() {
        return None;
    }
    let (good, why) = match claim {
        "email" => (is_email(text), "Write an e-mail address, such as alice@example.com."),
        "phone_number" => {
            (is_phone_number(text), "Write a phone number with its country code, such as +31 20 123 4567.")
        }
        "website" | "picture" => (is_web_page(text), "Write a whole address that begins with https://."),
        "birthdate" => (is_birthdate(text), "Write it as year-month-day, such as 1990-12-31, or the year alone."),
        "locale" => (is_locale(text), "Write a language tag, such as en or nl-NL."),
        "zoneinfo" => (is_zone(text), "Write a time zone by its name, such as Europe/Amsterdam."),
        _ => (check_name(text).is_ok(), "Write at most 100 letters, all of which can be seen."),
    };
    (!good).then_some(Problem { claim, text: why })
}

fn is_email(text: &str) -> bool {
    let seen =
        |part: &str| !part.is_empty() && part.chars().all(|letter| !letter.is_whitespace() && !letter.is_control());
    let parts = text.rsplit_once('@');
    text.len() <= 254 && parts.is_some_and(|(local, host)| seen(local) && seen(host) && !host.starts_with('.'))
}

fn is_phone_number(text: &str) -> bool {
    let may_be_there = |letter: char| letter.is_ascii_digit() || " +-().".contains(letter);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits) && text.len() <= 40 && text.chars().all(may_be_there)
}

fn is_web_page(text: &str) -> bool {
    let is_web = |url: url::Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    text.len() <= LONGEST && uri::parse(text).is_some_and(is_web)
}

/// OpenID Connect Core 5.1: a day (the year 0000: it is not told), or a year.
fn is_birthdate(text: &str) -> bool {
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten();
    let mut parts = text.split('-');
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let year = parts.next().and_then(number).and_then(|year: u32| i32::try_from(year).ok());
    match (lengths.as_slice(), year, parts.next().and_then(number), parts.next().and_then(number)) {
        ([4], Some(_), None, None) => true,
        ([4, 2, 2], Some(year), Some(month), Some(day)) => NaiveDate::from_ymd_opt(year, month, day).is_some(),
        _ => false,
    }
}

/// As RFC 5646 2.1 is mostly used: a language, then subtags.
fn is_locale(text: &str) -> bool {
    let mut tags = text.split(['-', '_']);
    let language = tags.next().unwrap_or_default();
    let is_tag = |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_language = (2..=8).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    text.len() <= 35 && is_language && tags.all(is_tag)
}

/// As the names of the IANA Time Zone Database are made.
fn is_zone(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_letter);
    text.len() <= 50 && text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> UserClaims {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn each_claim_is_what_its_name_promises() {
        for (claim, good, bad) in [
            ("email", "a@b.example", "a b@example.com"),
            ("email", "\"a@b\"@c.example", "alice"),
            ("email", "ü@bücher.example", "@example.com"),
            ("phone_number", "+31 (20) 123-4567", "call me"),
            ("phone_number", "112", "1"),
            ("website", "https://alice.example/", "javascript:alert(1)"),
            ("picture", "http://alice.example/a.png", "//alice.example/a.png"),
            ("birthdate", "2000-02-29", "1999-02-29"),
            ("birthdate", "0000-12-31", "31-12-1990"),
            ("birthdate", "1990", "1990-1-1"),
            ("birthdate", "1990-12-31", "1990-12-31-1"),
            ("birthdate", "1990-12-01", "+990-12-01"),
            ("locale", "nl-NL", "English, please"),
            ("locale", "zh-Hant-TW", "n"),
            ("zoneinfo", "America/Argentina/Buenos_Aires", "Europe/"),
            ("zoneinfo", "Etc/GMT+1", "over there"),
            ("name", "Alice Liddell", "Alice\u{202e}"),
            ("gender", "female", "\u{200b}"),
        ] {
            assert_eq!(problem(claim, good), None, "{claim} {good}");
            assert_eq!(problem(claim, bad).map(|problem| problem.claim), Some(claim), "{claim} {bad}");
        }
        assert!(CLAIMS.iter().all(|claim| problem(claim, "").is_none()), "each may be left empty");
    }

    #[test]
    fn only_what_is_changed_is_written_and_a_new_address_is_not_confirmed() {
        let known = claims(json!({ "name": "Alice", "email": "a@b.example", "email_verified": true,
            "phone_number": "+31", "phone_number_verified": true, "employee": 7 }));
        let typed = |changes: &[(&'static str, &str)]| changes.iter().map(|(c, t)| (*c, (*t).to_owned())).collect();
        let same = typed(&[("name", "Alice"), ("email", "a@b.example"), ("nickname", "")]);
        assert_eq!(patch(&known, same), Map::new());
        let changed = patch(&known, typed(&[("name", ""), ("email", "c@d.example"), ("phone_number", "")]));
        let expected = json!({ "name": null, "email": "c@d.example", "email_verified": false,
            "phone_number": null, "phone_number_verified": null });
        assert_eq!(Value::Object(changed.clone()), expected);
        let expected = json!({ "email": "c@d.example", "email_verified": false, "employee": 7 });
        assert_eq!(merged(&known, &changed), claims(expected));
    }
}
