//! The controls of a form, from the description of its members and their texts.

use super::text::{ON, box_name};
use crate::web::admin::noun::{Field, FieldKind};
use crate::web::pages::{Control, ControlKind};

/// The control of a member whose text is `text`, with what is wrong with it.
pub fn control(field: &'static Field, text: String, problem: Option<String>) -> Control {
    Control {
        name: field.name,
        label: field.label,
        hint: field.hint,
        required: field.required,
        rare: field.rare,
        problem,
        kind: kind(field, text),
    }
}

fn kind(field: &Field, text: String) -> ControlKind {
    match field.kind {
        FieldKind::Flag => ControlKind::Box(text == ON),
        FieldKind::Choice(words) => {
            let blank = (field.nullable || field.initial.is_empty()).then_some("");
            ControlKind::Select(
                blank.into_iter().chain(words.iter().copied()).map(|word| (word, word == text)).collect(),
            )
        }
        FieldKind::Choices(words) => {
            let ticked = |word: &str| text.split(' ').any(|one| one == word);
            ControlKind::Boxes(words.iter().map(|word| (box_name(field, word), *word, ticked(word))).collect())
        }
        FieldKind::LongText => ControlKind::Area { value: text, rows: 4, code: false },
        FieldKind::Lines => ControlKind::Area { value: text, rows: 4, code: true },
        FieldKind::Object | FieldKind::Claims => ControlKind::Area { value: text, rows: 8, code: true },
        FieldKind::Authentication => ControlKind::Area { value: text, rows: 3, code: true },
        FieldKind::Password => ControlKind::Password,
        FieldKind::Url => ControlKind::Line { kind: "url", value: text },
        FieldKind::Number(..) => ControlKind::Line { kind: "number", value: text },
        FieldKind::Text | FieldKind::Words | FieldKind::Moment => ControlKind::Line { kind: "text", value: text },
    }
}
