//! The two validators of JSON Schema give the same verdicts: the crate `jsonschema` here, `@cfworker/json-schema` by way of the
//! built Worker in tests/worker/schemas.test.ts. Both are held to `schema_cases.jsonl`, which a fixed seed generates:
//! `WRITE_CASES=1 cargo test --test twins schemas` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use ostiary::ports::Schemas;
use ostiary::protocol::input_schema::core;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Map, Value, json};

use crate::support::schemas::TestSchemas;

const SCHEMAS: usize = 200;
const VALUES: usize = 7;

/// Generated from a seed, so the same each time.
struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.0.next_u32()).expect("32 bits") % most
    }

    fn pick(&mut self, of: &[Value]) -> Value {
        of[self.below(of.len())].clone()
    }

    fn name(&mut self) -> String {
        ["a", "b", "c", "ab", "x1"][self.below(5)].to_owned()
    }
}

fn list(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("JSON")
}

/// Values that schemas tell apart.
fn value(chance: &mut Chance, depth: usize) -> Value {
    let plain = list(
        r#"[null, true, false, 0, -1, 1, 1.0, 1.5, 2, 3, 10, 0.3, 1e3, "", "a", "ab", "abc", "1", "12", "x1", "\u00e9", "\ud83d\ude00", "a\nb", "aA"]"#,
    );
    match chance.below(if depth == 0 { 5 } else { 9 }) {
        0..5 => chance.pick(&plain),
        5 | 6 => (0..chance.below(4)).map(|_| value(chance, depth - 1)).collect(),
        _ => Value::Object((0..chance.below(4)).map(|_| (chance.name(), value(chance, depth - 1))).collect()),
    }
}

fn schema(chance: &mut Chance, depth: usize) -> Value {
    let inner = depth.saturating_sub(1);
    let mut made = Map::new();
    let mut put = |name: &str, value: Value| drop(made.insert(name.to_owned(), value));
    match chance.below(if depth == 0 { 7 } else { 16 }) {
        0 => put("type", chance.pick(&list(r#"["string", "integer", "number", "boolean", "null", "array", "object", ["string", "null"], ["integer", "array"]]"#))),
        1 => put("enum", (0..=chance.below(4)).map(|_| value(chance, 2)).collect()),
        2 => put("const", value(chance, 2)),
        3 => {
            put("type", chance.pick(&list(r#"["number", "integer"]"#)));
            let bound = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"][chance.below(4)];
            put(bound, chance.pick(&list("[0, 1, 1.5, 2, -1, 10]")));
        }
        4 => put("multipleOf", chance.pick(&list("[1, 2, 3, 0.5, 0.1, 1.5]"))),
        5 => {
            put(["minLength", "maxLength"][chance.below(2)], chance.pick(&list("[0, 1, 2, 3]")));
        }
        6 => put("pattern", chance.pick(&list(r#"["^[a-z]+$", "b", "^.$", "^\\d{1,2}$", "[A-Z]", "^(a|x)1?", "^(a+)+$", "\\ba", "^\\p{L}$"]"#))),
        7 => {
            let lists = ["prefixItems", "anyOf", "oneOf", "allOf", "oneOf", "anyOf"];
            put(lists[chance.below(6)], (0..=chance.below(3)).map(|_| schema(chance, inner)).collect());
        }
        8 => put("not", schema(chance, inner)),
        9 => {
            put("items", schema(chance, inner));
            if chance.below(2) == 0 {
                put("prefixItems", json!([schema(chance, inner)]));
            }
        }
        10 => {
            put("contains", schema(chance, inner));
            if chance.below(2) == 0 {
                put(["minContains", "maxContains"][chance.below(2)], chance.pick(&list("[0, 1, 2]")));
            }
        }
        11 => put("uniqueItems", json!(true)),
        12 => put(["minItems", "maxItems", "minProperties", "maxProperties"][chance.below(4)], chance.pick(&list("[0, 1, 2]"))),
        13 => {
            put("if", schema(chance, inner));
            put("then", schema(chance, inner));
            put("else", schema(chance, inner));
        }
        14 => put("$ref", json!("#/$defs/d")),
        _ => return object(chance, inner),
    }
    Value::Object(made)
}

fn object(chance: &mut Chance, depth: usize) -> Value {
    let mut made = Map::new();
    let properties: Map<String, Value> =
        (0..=chance.below(3)).map(|_| (chance.name(), schema(chance, depth))).collect();
    made.insert("properties".to_owned(), properties.into());
    let name = chance.name();
    let other = match chance.below(7) {
        0 => ("required", json!([name])),
        1 => ("additionalProperties", schema(chance, depth)),
        2 => ("additionalProperties", json!(false)),
        3 => ("patternProperties", json!({ "^[ab]": schema(chance, depth) })),
        4 => ("propertyNames", schema(chance, 0)),
        5 => ("dependentRequired", json!({ name: [chance.name()] })),
        _ => ("dependentSchemas", json!({ name: schema(chance, depth) })),
    };
    made.insert(other.0.to_owned(), other.1);
    if chance.below(2) == 0 {
        made.insert("type".to_owned(), json!("object"));
    }
    Value::Object(made)
}

/// A schema of the argument `v`, and values of it with their verdicts: a line of the file.
fn case(chance: &mut Chance) -> Option<Value> {
    let whole = json!({
        "type": "object", "required": ["v"], "properties": { "v": schema(chance, 3) }, "$defs": { "d": schema(chance, 1) },
    });
    let core = core(&whole).ok()?;
    let values = (0..VALUES).map(|_| {
        let value = value(chance, 3);
        let fits = TestSchemas.validate(&core, &json!({ "v": value })).expect("a verdict").is_empty();
        json!([value, fits])
    });
    Some(json!({ "schema": whole, "values": values.collect::<Vec<_>>() }))
}

#[test]
fn both_validators_of_json_schema_are_held_to_the_verdicts_of_the_file() {
    let mut chance = Chance(ChaCha8Rng::seed_from_u64(2020));
    let mut text = String::new();
    for case in std::iter::repeat_with(|| case(&mut chance)).flatten().take(SCHEMAS) {
        writeln!(text, "{case}").expect("a text");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/twins/schema_cases.jsonl");
    if std::env::var_os("WRITE_CASES").is_some() {
        std::fs::write(&file, &text).expect("a file");
    }
    let verdicts = |text: &str, verdict: &str| text.matches(verdict).count();
    let (good, bad) = (verdicts(&text, ",true]"), verdicts(&text, ",false]"));
    assert!(good > 200 && bad > 200, "{good} fit and {bad} do not");
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), text, "WRITE_CASES=1 writes the file anew");
}
