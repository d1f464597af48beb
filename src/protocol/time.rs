//! A moment in time, as every rule here takes it: an argument, never read from a clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. On the wire and in D1 moments are whole seconds ([`Timestamp::seconds`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down: a JWT's `NumericDate` (RFC 7519 section 2).
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment without its fraction of a second.
    #[must_use]
    pub const fn floor_to_second(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    /// The first moment of its day, UTC.
    #[must_use]
    pub const fn floor_to_day(self) -> Self {
        Self::from_seconds(self.seconds().div_euclid(86_400) * 86_400)
    }

    /// The time since `earlier`; zero when `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads RFC 3339, at any offset.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        chrono::DateTime::parse_from_rfc3339(text).ok().map(|moment| Self(moment.timestamp_millis()))
    }

    /// RFC 3339 in UTC, with milliseconds: `2026-11-21T08:00:00.123Z`.
    #[must_use]
    pub fn rfc3339_millis(self) -> String {
        chrono::DateTime::from_timestamp_millis(self.0)
            .unwrap_or_default()
            .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }

    /// RFC 3339 in UTC, whole seconds: `2026-11-21T08:00:00Z`. A moment past the year 262142 reads as the epoch.
    #[must_use]
    pub fn rfc3339(self) -> String {
        chrono::DateTime::from_timestamp(self.seconds(), 0)
            .unwrap_or_default()
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_down_also_before_the_epoch() {
        for (millis, seconds) in [(0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2)] {
            let moment = Timestamp::from_millis(millis);
            assert_eq!((moment.millis(), moment.seconds()), (millis, seconds));
            assert_eq!(moment.floor_to_second(), Timestamp::from_seconds(seconds));
        }
    }

    #[test]
    fn no_moment_overflows() {
        let (first, last) = (Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX));
        assert_eq!(Timestamp::from_seconds(i64::MAX), last);
        assert_eq!(last + Duration::MAX, last);
        assert!(first - Duration::MAX == first && first - Duration::from_secs(1) == first);
        assert_eq!(last.since(first), Duration::from_millis(i64::MAX.unsigned_abs()));
    }

    #[test]
    fn time_passes_forward_only() {
        let (earlier, later) = (Timestamp::from_seconds(10), Timestamp::from_millis(11_500));
        assert_eq!(later.since(earlier), Duration::from_millis(1_500));
        assert_eq!(earlier.since(later), Duration::ZERO);
        assert_eq!(earlier + Duration::from_millis(1_500), later);
        assert_eq!(later - Duration::from_millis(1_500), earlier);
    }

    #[test]
    fn a_moment_is_written_in_utc_and_whole_seconds() {
        assert_eq!(Timestamp::from_millis(1_795_248_000_999).rfc3339(), "2026-11-21T08:00:00Z");
        assert_eq!(Timestamp::from_millis(-1).rfc3339(), "1969-12-31T23:59:59Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).rfc3339(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_moment_is_read_at_any_offset_and_written_back_in_utc() {
        for (text, written) in [
            ("2026-11-21T08:00:00Z", Some("2026-11-21T08:00:00.000Z")),
            ("2026-11-21T09:00:00.1235+01:00", Some("2026-11-21T08:00:00.123Z")),
            ("1969-12-31T23:59:59.999Z", Some("1969-12-31T23:59:59.999Z")),
            ("2026-11-21", None),
            ("2026-11-21T08:00:00", None),
            ("1795248000", None),
            ("", None),
        ] {
            let read = Timestamp::parse_rfc3339(text).map(Timestamp::rfc3339_millis);
            assert_eq!(read.as_deref(), written, "{text}");
        }
    }

    #[test]
    fn a_moment_is_kept_as_milliseconds() {
        let moment = Timestamp::from_millis(1_500);
        assert_eq!(serde_json::to_string(&moment).ok().as_deref(), Some("1500"));
        assert_eq!(serde_json::from_str("1500").ok(), Some(moment));
    }
}
