//! Where generated requests end.

use std::collections::{BTreeMap, BTreeSet};

/// How many requests got each answer.
#[derive(Default)]
pub struct Histogram {
    answers: BTreeMap<String, u32>,
    /// The sentences in which errors were described: about as many places in the code were reached.
    sentences: BTreeSet<String>,
}

impl Histogram {
    pub fn count(&mut self, answer: String, sentence: Option<String>) {
        *self.answers.entry(answer).or_default() += 1;
        self.sentences.extend(sentence);
    }

    /// The only answer that came.
    pub fn only(&self) -> Option<&str> {
        let mut answers = self.answers.keys();
        answers.next().filter(|_| answers.next().is_none()).map(String::as_str)
    }

    fn all(&self) -> u32 {
        self.answers.values().sum()
    }

    /// As a table, the most frequent answer first.
    pub fn shown(&self, name: &str) -> String {
        let mut rows: Vec<(&String, &u32)> = self.answers.iter().collect();
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let all = self.all();
        let share = |count: u32| f64::from(count) * 100.0 / f64::from(all);
        let rows = rows.iter().map(|(answer, count)| format!("{:6.2} % {count:6}  {answer}", share(**count)));
        let (rows, sentences) = (rows.collect::<Vec<_>>().join("\n"), self.sentences.len());
        format!("{name}: {all} requests, {sentences} different sentences about errors\n{rows}\n")
    }

    /// Fails when what is generated dies at the first check, mostly, or never comes to `reached`. A small run says
    /// nothing of that.
    pub fn assert_deep(&self, name: &str, reached: &[&str]) {
        if self.all() < 300 {
            return;
        }
        let missed: Vec<_> = reached.iter().filter(|answer| !self.answers.contains_key(**answer)).collect();
        assert!(missed.is_empty(), "{name}: no request came to {missed:?}\n{}", self.shown(name));
        let refusals = self.answers.iter().filter(|(answer, _)| answer.starts_with('4')).map(|(_, count)| *count);
        let most = refusals.max().unwrap_or_default();
        assert!(most * 2 <= self.all(), "{name}: more than half are refused for the same\n{}", self.shown(name));
    }
}
