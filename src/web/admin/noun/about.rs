//! What a kind of thing is called, and of what it consists: for forms, and for the OpenAPI document.

use axum::http::StatusCode;

use crate::store::revisions::Revisions;

/// A kind of thing.
pub struct About {
    /// Its part of a path: `initial-access-tokens`.
    pub path: &'static str,
    /// Its member of a list's answer: `initial_access_tokens`.
    pub list: &'static str,
    /// What the list is called on a page: `Initial access tokens`.
    pub title_of_list: &'static str,
    /// One of it, in words: `initial access token`.
    pub one: &'static str,
    /// The member that is its id.
    pub id: &'static str,
    /// The member that people know it by.
    pub title: &'static str,
    /// Its members, in the order of the form.
    pub fields: &'static [Field],
    /// The parameters that a list may be narrowed by, with what they mean.
    pub filters: &'static [(&'static str, &'static str)],
    /// What goes along with one, by the members of its counts; empty: nothing.
    pub dependents: &'static [&'static str],
    /// What else can be done with one: `POST …/{id}/{action}`.
    pub actions: &'static [Action],
    /// The filter of the audit log that finds what happened to one, where there is one.
    pub audited: Option<&'static str>,
    /// What removing one means, in a sentence.
    pub removal: &'static str,
    /// Where the revisions of its entity tags are.
    pub revisions: &'static Revisions,
    /// A secret of one, where it has one: a member of the answer that made it, and of no other.
    pub secret: Option<&'static str>,
}

/// What else can be done with one.
pub struct Action {
    /// Its part of the path.
    pub name: &'static str,
    /// What its button says.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub meaning: &'static str,
    /// What must be said to have it done; none: nothing.
    pub input: &'static [Field],
    /// The members of its answer, all of them texts unless the document says otherwise.
    pub answer: &'static [&'static str],
    /// The status of its answer.
    pub status: StatusCode,
}

impl Action {
    /// Whether something must be said to have it done.
    #[must_use]
    pub const fn has_input(&self) -> bool {
        !self.input.is_empty()
    }
}

/// A member.
#[expect(clippy::struct_excessive_bools, reason = "a member may be part of each of these, or not")]
pub struct Field {
    /// The member's name.
    pub name: &'static str,
    /// What it is called on a page.
    pub label: &'static str,
    /// What it means, in a sentence; may be empty.
    pub hint: &'static str,
    /// What it is.
    pub kind: FieldKind,
    /// Whether it is shown when one is read.
    pub shown: bool,
    /// Whether it may be said when one is made.
    pub created: bool,
    /// Whether it must be said then.
    pub required: bool,
    /// Whether it may be changed.
    pub edited: bool,
    /// Whether it may be null when it is shown.
    pub nullable: bool,
    /// Whether an empty text takes it away.
    pub clearable: bool,
    /// What stands in an empty form, as text; a flag that is set is `on`.
    pub initial: &'static str,
    /// Whether a list of them says so, where it is anything else.
    pub tagged: bool,
    /// Whether few have a use for it, so that a form folds it away.
    pub rare: bool,
}

/// What a member is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// A text of more than a line.
    LongText,
    /// A text that is never shown again.
    Password,
    /// A URL.
    Url,
    /// Yes or no.
    Flag,
    /// A whole number, from and to.
    Number(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Some of these words.
    Choices(&'static [&'static str]),
    /// Words in one text, separated by spaces.
    Words,
    /// A list of texts.
    Lines,
    /// An object of whatever members.
    Object,
    /// What is known of a person: an object of claims.
    Claims,
    /// A moment (RFC 3339).
    Moment,
    /// How a tool's request proves who sends it.
    Authentication,
}

impl Field {
    /// A member that is shown, may be said when one is made, and may be changed.
    #[must_use]
    pub const fn new(name: &'static str, kind: FieldKind, label: &'static str, hint: &'static str) -> Self {
        Self {
            name,
            label,
            hint,
            kind,
            shown: true,
            created: true,
            required: false,
            edited: true,
            nullable: false,
            clearable: false,
            initial: "",
            tagged: false,
            rare: false,
        }
    }

    /// A member that is only shown.
    #[must_use]
    pub const fn read_only(name: &'static str, kind: FieldKind, label: &'static str) -> Self {
        Self { created: false, edited: false, ..Self::new(name, kind, label, "") }
    }

    /// It must be said when one is made.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// It stays as it was made.
    #[must_use]
    pub const fn fixed(self) -> Self {
        Self { edited: false, ..self }
    }

    /// It is not said when one is made.
    #[must_use]
    pub const fn later(self) -> Self {
        Self { created: false, ..self }
    }

    /// It is never shown.
    #[must_use]
    pub const fn write_only(self) -> Self {
        Self { shown: false, ..self }
    }

    /// It may be null when it is shown.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// It may be null when it is shown, and an empty text makes it so.
    #[must_use]
    pub const fn clearable(self) -> Self {
        Self { nullable: true, clearable: true, ..self }
    }

    /// This stands in an empty form.
    #[must_use]
    pub const fn initially(self, initial: &'static str) -> Self {
        Self { initial, ..self }
    }

    /// Few have a use for it, so a form folds it away.
    #[must_use]
    pub const fn rare(self) -> Self {
        Self { rare: true, ..self }
    }

    /// A list of them says so, where it is anything but what it is initially.
    #[must_use]
    pub const fn tagged(self) -> Self {
        Self { tagged: true, ..self }
    }
}
