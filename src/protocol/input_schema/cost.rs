//! What a core asks of a validator: that it ends, and soon.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::children;

/// How many schemas one value may have to be held against, references and all.
const MOST: usize = 2_000;

/// Keywords whose schemas are for the same value as the schema they stand in (2020-12 Core section 10.2).
const IN_PLACE: [&str; 8] = ["allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"];

/// Checks that each reference leads to a schema, and that none leads back to itself for the same value.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn check(core: &Value) -> Result<(), String> {
    let mut known = HashMap::new();
    check_each(core, &mut Costs { root: core, known: &mut known })
}

fn check_each<'a>(schema: &'a Value, costs: &mut Costs<'a, '_>) -> Result<(), String> {
    costs.of(schema)?;
    match schema {
        Value::Object(members) => children(members).try_for_each(|child| check_each(child, costs)),
        _ => Ok(()),
    }
}

/// What schemas cost, by where they lie in memory: each is looked at once.
struct Costs<'a, 'k> {
    root: &'a Value,
    /// `None`: it is being looked at.
    known: &'k mut HashMap<*const Value, Option<usize>>,
}

impl<'a> Costs<'a, '_> {
    fn of(&mut self, schema: &'a Value) -> Result<usize, String> {
        let Value::Object(members) = schema else { return Ok(1) };
        match self.known.get(&std::ptr::from_ref(schema)) {
            Some(Some(cost)) => return Ok(*cost),
            Some(None) => return Err("a $ref leads back to itself".to_owned()),
            None => self.known.insert(std::ptr::from_ref(schema), None),
        };
        let mut cost = 1_usize;
        for next in self.in_place(members)? {
            cost = cost.saturating_add(self.of(next)?);
        }
        if cost > MOST {
            return Err(format!("one value would be held against more than {MOST} schemas"));
        }
        self.known.insert(std::ptr::from_ref(schema), Some(cost));
        Ok(cost)
    }

    fn in_place(&self, members: &'a Map<String, Value>) -> Result<Vec<&'a Value>, String> {
        let mut found = Vec::new();
        for (keyword, value) in members {
            match value {
                Value::String(to) if keyword == "$ref" => found.push(self.referred(to)?),
                _ if !IN_PLACE.contains(&keyword.as_str()) => {}
                Value::Array(schemas) => found.extend(schemas),
                Value::Object(named) if keyword == "dependentSchemas" => found.extend(named.values()),
                schema => found.push(schema),
            }
        }
        Ok(found)
    }

    /// A reference goes by schemas alone: what is no schema to us must be none to a validator.
    fn referred(&self, to: &str) -> Result<&'a Value, String> {
        let nowhere = || format!("the $ref {to} leads to no schema");
        let plain = to.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"#/$_-~.".contains(&letter));
        let found = self.root.pointer(to.trim_start_matches('#')).filter(|_| plain).ok_or_else(nowhere)?;
        let mut all = vec![self.root];
        while let Some(schema) = all.pop() {
            if std::ptr::eq(schema, found) {
                return Ok(found);
            }
            all.extend(schema.as_object().into_iter().flat_map(children));
        }
        Err(nowhere())
    }
}
