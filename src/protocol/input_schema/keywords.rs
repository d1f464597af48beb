//! The keywords of JSON Schema that decide, each with its form.

use serde_json::{Map, Value};

use super::{Draft, patterns};

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Words of one of the drafts that validators read differently, or that lead out of the schema. `$anchor` is none: no
/// reference may name one, so that it only describes.
const REFUSED: &[&str] = &[
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
    "dependencies",
    "id",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Words that draft-07 does not have.
const NEW: &[&str] = &["dependentRequired", "dependentSchemas", "maxContains", "minContains", "prefixItems"];

/// What kind of value a keyword has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// Schemas by name.
    Named,
    /// Something else, or it is no keyword.
    None,
}

/// What kind of value `keyword` has in a core.
pub fn holds(keyword: &str) -> Holds {
    match keyword {
        "additionalProperties" | "contains" | "else" | "if" | "items" | "not" | "propertyNames" | "then" => {
            Holds::Schema
        }
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Holds::Schemas,
        "$defs" | "definitions" | "dependentSchemas" | "patternProperties" | "properties" => Holds::Named,
        _ => Holds::None,
    }
}

/// Reads schemas of one draft into their cores.
pub struct Reader {
    draft: Draft,
}

impl Reader {
    pub const fn new(draft: Draft) -> Self {
        Self { draft }
    }

    /// The core of the schema at `place`, a JSON pointer.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn read(&self, schema: &Value, place: &str, depth: usize) -> Result<Value, String> {
        let members = match schema {
            Value::Bool(_) => return Ok(schema.clone()),
            Value::Object(_) if depth == 0 => return Err(format!("input_schema is nested too deeply at {place}")),
            Value::Object(members) => members,
            _ => return Err(format!("{} is no schema", at(place))),
        };
        // In draft-07 nothing counts beside a reference (JSON Schema Core draft-07 section 8.3).
        let alone = self.draft == Draft::Seven && members.contains_key("$ref");
        let mut core = Map::new();
        for (keyword, value) in members {
            let place = format!("{place}/{keyword}");
            if alone && !matches!(keyword.as_str(), "$ref" | "$defs" | "definitions") {
                continue;
            }
            self.read_keyword(keyword, value, (&place, depth - 1), &mut core)?;
        }
        if self.draft == Draft::Seven {
            self.in_new_words(members, (place, depth - 1), &mut core)?;
        }
        Ok(Value::Object(core))
    }

    fn read_keyword(
        &self,
        keyword: &str,
        value: &Value,
        (place, depth): (&str, usize),
        core: &mut Map<String, Value>,
    ) -> Result<(), String> {
        let refused = REFUSED.contains(&keyword) || (self.draft == Draft::Seven && NEW.contains(&keyword));
        if refused || (keyword == "$schema" && place != "/$schema") {
            return Err(format!("{place} is not supported"));
        }
        let value = match holds(keyword) {
            // Lists of schemas in `items` are draft-07's; they are read together with `additionalItems`.
            Holds::Schema if keyword == "items" && value.is_array() && self.draft == Draft::Seven => return Ok(()),
            Holds::Schema => self.read(value, place, depth)?,
            Holds::Schemas => self.read_list(value, place, depth)?,
            Holds::Named => self.read_named(keyword, value, (place, depth))?,
            Holds::None => {
                if !is_assertion(keyword) {
                    return Ok(());
                }
                if !is_formed(keyword, value) {
                    return Err(format!("{place} is not as JSON Schema wants it"));
                }
                let pattern = value.as_str().filter(|_| keyword == "pattern");
                if let Some(problem) = pattern.and_then(patterns::wrong) {
                    return Err(format!("{place} {problem}"));
                }
                value.clone()
            }
        };
        core.insert(keyword.to_owned(), value);
        Ok(())
    }

    fn read_list(&self, value: &Value, place: &str, depth: usize) -> Result<Value, String> {
        let list = value.as_array().filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| format!("{place} is a list of schemas"))?;
        let read = list.iter().enumerate().map(|(index, schema)| self.read(schema, &format!("{place}/{index}"), depth));
        read.collect::<Result<_, _>>().map(Value::Array)
    }

    fn read_named(&self, keyword: &str, value: &Value, (place, depth): (&str, usize)) -> Result<Value, String> {
        let named = value.as_object().ok_or_else(|| format!("{place} is an object of schemas"))?;
        let mut patterns = named.keys().filter(|_| keyword == "patternProperties");
        if let Some(problem) = patterns.find_map(|pattern| patterns::wrong(pattern)) {
            return Err(format!("a pattern in {place} {problem}"));
        }
        let read = named.iter().map(|(name, schema)| {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            Ok((name.clone(), self.read(schema, &format!("{place}/{escaped}"), depth)?))
        });
        read.collect::<Result<_, String>>().map(Value::Object)
    }

    /// Draft-07's `items` with a list is 2020-12's `prefixItems`, and its `additionalItems` then is `items`.
    fn in_new_words(
        &self,
        members: &Map<String, Value>,
        (place, depth): (&str, usize),
        core: &mut Map<String, Value>,
    ) -> Result<(), String> {
        let list = members.get("items").filter(|items| items.is_array());
        let Some(list) = list.filter(|_| !members.contains_key("$ref")) else { return Ok(()) };
        core.insert("prefixItems".to_owned(), self.read_list(list, &format!("{place}/items"), depth)?);
        if let Some(rest) = members.get("additionalItems") {
            core.insert("items".to_owned(), self.read(rest, &format!("{place}/additionalItems"), depth)?);
        }
        Ok(())
    }
}

fn is_assertion(keyword: &str) -> bool {
    matches!(
        keyword,
        "$ref"
            | "const"
            | "dependentRequired"
            | "enum"
            | "exclusiveMaximum"
            | "exclusiveMinimum"
            | "maxContains"
            | "maximum"
            | "maxItems"
            | "maxLength"
            | "maxProperties"
            | "minContains"
            | "minimum"
            | "minItems"
            | "minLength"
            | "minProperties"
            | "multipleOf"
            | "pattern"
            | "required"
            | "type"
            | "uniqueItems"
    )
}

/// Whether the value is of the form that the keyword wants (2020-12 Validation section 6).
fn is_formed(keyword: &str, value: &Value) -> bool {
    match keyword {
        "const" => true,
        "$ref" => value.as_str().is_some_and(|to| to == "#" || to.starts_with("#/")),
        "enum" => value.as_array().is_some_and(|list| !list.is_empty()),
        "type" => match value {
            Value::Array(list) => !list.is_empty() && list.iter().all(is_type) && is_unique(list),
            one => is_type(one),
        },
        "pattern" => value.is_string(),
        "required" => is_names(value),
        "dependentRequired" => value.as_object().is_some_and(|named| named.values().all(is_names)),
        "uniqueItems" => value.is_boolean(),
        "multipleOf" => value.as_f64().is_some_and(|divisor| divisor > 0.0),
        "exclusiveMaximum" | "exclusiveMinimum" | "maximum" | "minimum" => value.is_number(),
        _ => value.as_u64().is_some(),
    }
}

fn is_type(value: &Value) -> bool {
    value.as_str().is_some_and(|name| TYPES.contains(&name))
}

fn is_names(value: &Value) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(Value::is_string) && is_unique(list))
}

fn is_unique(list: &[Value]) -> bool {
    list.iter().enumerate().all(|(index, value)| !list.iter().take(index).any(|before| before == value))
}

fn at(place: &str) -> &str {
    if place.is_empty() { "input_schema" } else { place }
}
