//! Moments as people read them: how long ago, and the exact time for whoever wants it.

use crate::protocol::time::Timestamp;

/// A moment on a page: `<time datetime="{{ exact }}" title="{{ exact }}">{{ words }}</time>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// "3 hours ago", "in 2 days".
    pub words: String,
    /// RFC 3339, in UTC.
    pub exact: String,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Moment {
    /// `moment`, as seen at `now`.
    #[must_use]
    pub fn new(moment: Timestamp, now: Timestamp) -> Self {
        Self { words: in_words(moment, now), exact: moment.rfc3339() }
    }
}

/// Beyond four weeks the day itself says more than how many there are between.
fn in_words(moment: Timestamp, now: Timestamp) -> String {
    let (past, to_come) = (now.since(moment).as_secs(), moment.since(now).as_secs());
    let seconds = past.max(to_come);
    let (count, unit) = match seconds {
        0..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ if seconds < 28 * DAY => (seconds / DAY, "day"),
        _ => return day(moment),
    };
    let plural = if count == 1 { "" } else { "s" };
    if past > 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

fn day(moment: Timestamp) -> String {
    let day = chrono::DateTime::from_timestamp(moment.seconds(), 0).unwrap_or_default();
    format!("on {}", day.format("%-d %B %Y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_said_as_people_say_them() {
        let now = Timestamp::from_seconds(1_795_248_000); // 2026-11-21T08:00:00Z
        for (seconds, words) in [
            (0, "just now"),
            (-59, "just now"),
            (30, "just now"),
            (-60, "1 minute ago"),
            (-3_599, "59 minutes ago"),
            (-3_600, "1 hour ago"),
            (-86_399, "23 hours ago"),
            (-86_400, "1 day ago"),
            (-28 * 86_400 + 1, "27 days ago"),
            (-28 * 86_400, "on 24 October 2026"),
            (86_400, "in 1 day"),
            (90_000_000, "on 28 September 2029"),
        ] {
            let moment = Moment::new(Timestamp::from_seconds(1_795_248_000 + seconds), now);
            assert_eq!(moment.words, words, "{seconds}");
        }
        assert_eq!(Moment::new(now, now).exact, "2026-11-21T08:00:00Z");
    }
}
