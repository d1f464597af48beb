//! JSON Schema by the crate `jsonschema`.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use ostiary::ports::{Schemas, StorageError, Stored};
use ostiary::protocol::violation::Violation;
use serde_json::Value;

/// As many as the Worker tells.
const MOST: usize = 10;

pub struct TestSchemas;

impl Schemas for TestSchemas {
    fn check(&self, core: &Value) -> Stored<Option<String>> {
        Ok(validator(core).err())
    }

    fn validate(&self, core: &Value, value: &Value) -> Stored<Vec<Violation>> {
        let validator = validator(core).map_err(|problem| StorageError::new("schemas", problem))?;
        Ok(validator.iter_errors(value).flat_map(|error| violations(&error)).take(MOST).collect())
    }
}

fn validator(core: &Value) -> Result<Validator, String> {
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(false);
    options.build(core).map_err(|error| error.to_string())
}

/// The Worker's validator looks at each member that is not allowed, this one at all of them together.
fn violations(error: &ValidationError<'_>) -> Vec<Violation> {
    let pointer = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| {
                let inner = Violation::of(name, "is not allowed here");
                Violation { pointer: format!("{pointer}{}", inner.pointer), ..inner }
            })
            .collect(),
        _ => vec![Violation { pointer, message: error.to_string() }],
    }
}
