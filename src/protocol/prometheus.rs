//! The text format of Prometheus, version 0.0.4.

use std::fmt::Write as _;

/// Its media type.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What is measured, under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name; of a histogram without `_bucket`, `_sum` and `_count`.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// What it is, in a line of plain letters.
    pub help: &'static str,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which, whole: of a histogram with its ending.
    pub name: String,
    /// By what it is told from the others of its name, in their order.
    pub labels: Vec<(String, String)>,
    /// How many.
    pub value: i64,
}

/// Writes families, each with those of `samples` that are its own. Samples of no family are left out.
#[must_use]
pub fn text(families: &[Family], samples: &[Sample]) -> String {
    let mut text = String::new();
    for family in families {
        let Family { name, kind, help } = family;
        // Writing to a text cannot fail.
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        samples.iter().filter(|sample| family.owns(sample)).for_each(|sample| line(&mut text, sample));
    }
    text
}

impl Family {
    fn owns(&self, sample: &Sample) -> bool {
        let ending = sample.name.strip_prefix(self.name);
        ending.is_some_and(|ending| match self.kind {
            "histogram" => matches!(ending, "_bucket" | "_sum" | "_count"),
            _ => ending.is_empty(),
        })
    }
}

fn line(text: &mut String, sample: &Sample) {
    text.push_str(&sample.name);
    for (place, (name, value)) in sample.labels.iter().enumerate() {
        let before = if place == 0 { '{' } else { ',' };
        let _ = write!(text, "{before}{name}=\"{}\"", escaped(value));
    }
    let after = if sample.labels.is_empty() { "" } else { "}" };
    let _ = writeln!(text, "{after} {}", sample.value);
}

fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTED: Family = Family { name: "seen_total", kind: "counter", help: "What was seen." };
    const TIMED: Family = Family { name: "seen", kind: "histogram", help: "How long." };

    fn sample(name: &str, labels: &[(&str, &str)], value: i64) -> Sample {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Sample { name: name.to_owned(), labels, value }
    }

    #[test]
    fn each_family_says_what_it_is_before_its_own_samples() {
        let samples = [
            sample("seen_bucket", &[("le", "60")], 1),
            sample("seen_count", &[], 2),
            sample("seen_total", &[("by", "a"), ("at", "b")], 3),
            sample("seen_elsewhere", &[], 4),
        ];
        let wanted = "# HELP seen_total What was seen.\n# TYPE seen_total counter\nseen_total{by=\"a\",at=\"b\"} 3\n\
                      # HELP seen How long.\n# TYPE seen histogram\nseen_bucket{le=\"60\"} 1\nseen_count 2\n";
        assert_eq!(text(&[COUNTED, TIMED], &samples), wanted);
    }

    #[test]
    fn what_a_label_says_stays_within_its_quotes() {
        let hostile = sample("seen_total", &[("by", "a\"} 9\nseen_total{by=\"\\")], 1);
        let line = text(&[COUNTED], &[hostile]).lines().nth(2).map(str::to_owned);
        assert_eq!(line.as_deref(), Some(r#"seen_total{by="a\"} 9\nseen_total{by=\"\\"} 1"#));
    }
}
