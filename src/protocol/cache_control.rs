//! How long an answer of another server may be kept (RFC 9111).

use std::time::Duration;

/// At least so long, whatever it says: nobody may have us ask at every sign-in.
pub const SHORTEST: Duration = Duration::from_mins(5);
/// At most so long: what a client takes back is gone the day after.
pub const LONGEST: Duration = Duration::from_hours(24);
/// When it says nothing.
const USUAL: Duration = Duration::from_hours(1);

/// For how long an answer with this `Cache-Control` and `Age` is fresh (RFC 9111 section 4.2), within our bounds. What cannot be
/// read counts as not said; `no-cache` and `no-store` as the shortest.
#[must_use]
pub fn freshness(cache_control: Option<&str>, age: Option<&str>) -> Duration {
    let Some(directives) = cache_control else { return USUAL };
    let mut lifetime = None;
    for directive in directives.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return SHORTEST,
            // A private cache, and one shared by all people, are one to us: s-maxage wins (RFC 9111 section 4.2.1).
            "s-maxage" => lifetime = seconds(value).or(lifetime),
            "max-age" if lifetime.is_none() => lifetime = seconds(value),
            _ => {}
        }
    }
    let age = age.and_then(seconds).unwrap_or_default();
    lifetime.map_or(USUAL, |lifetime| lifetime.saturating_sub(age)).clamp(SHORTEST, LONGEST)
}

fn seconds(text: &str) -> Option<Duration> {
    text.trim().trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_as_long_as_it_says_within_bounds() {
        for (cache_control, age, expected) in [
            (None, None, USUAL),
            (Some(""), None, USUAL),
            (Some("public"), None, USUAL),
            (Some("public, max-age=7200"), None, Duration::from_hours(2)),
            (Some("max-age=7200"), Some("3600"), Duration::from_hours(1)),
            (Some("max-age=7200, s-maxage=1800"), None, Duration::from_mins(30)),
            (Some("s-maxage=1800, max-age=7200"), None, Duration::from_mins(30)),
            (Some("Max-Age=\"7200\""), None, Duration::from_hours(2)),
            (Some("max-age=0"), None, SHORTEST),
            (Some("max-age=60"), Some("3600"), SHORTEST),
            (Some("no-store"), None, SHORTEST),
            (Some("max-age=7200, no-cache"), None, SHORTEST),
            (Some("max-age=99999999999"), None, LONGEST),
            (Some("max-age=99999999999999999999999"), None, USUAL),
            (Some("max-age=soon"), None, USUAL),
            (Some("max-age=-1"), None, USUAL),
        ] {
            assert_eq!(freshness(cache_control, age), expected, "{cache_control:?} {age:?}");
        }
    }
}
