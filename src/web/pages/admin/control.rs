//! A control of the form of something that administrators look after.

use askama::Template;

/// A control of a form; a template of its own, so that it is compiled once.
#[derive(Clone, Debug, Template)]
#[template(path = "_control.html")]
pub struct Control {
    /// Its name, and its id.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What to write; may be empty.
    pub hint: &'static str,
    /// Whether it may not be left empty.
    pub required: bool,
    /// Whether few have a use for it.
    pub rare: bool,
    /// Why it is asked for again.
    pub problem: Option<String>,
    /// What it is.
    pub kind: ControlKind,
}

/// What a control is.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "what they hold is said at each")]
pub enum ControlKind {
    /// An `input`.
    Line { kind: &'static str, value: String },
    /// An `input` that never says what stands in it.
    Password,
    /// A `textarea`, with JSON or addresses in it when `code`.
    Area { value: String, rows: u8, code: bool },
    /// A box, and whether it is ticked.
    Box(bool),
    /// Several boxes: name, label, whether it is ticked.
    Boxes(Vec<(String, &'static str, bool)>),
    /// A `select`: the words, and which is chosen.
    Select(Vec<(&'static str, bool)>),
}

impl Control {
    fn said_of(&self) -> SaidOf<'_> {
        SaidOf { control: self }
    }
}

/// The attributes that most controls have.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "_said_of.html")]
struct SaidOf<'a> {
    control: &'a Control,
}

impl SaidOf<'_> {
    /// Only of what is typed: no box has to be ticked, and something is always chosen.
    fn is_required(self) -> bool {
        let typed =
            matches!(self.control.kind, ControlKind::Line { .. } | ControlKind::Password | ControlKind::Area { .. });
        typed && self.control.required
    }

    /// The ids of what is said of it.
    fn described_by(self) -> Option<String> {
        let name = self.control.name;
        let problem = self.control.problem.as_ref().map(|_| format!("{name}-problem"));
        let hint = (!self.control.hint.is_empty()).then(|| format!("{name}-hint"));
        let ids: Vec<String> = [problem, hint].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
