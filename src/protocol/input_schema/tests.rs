use proptest::prelude::*;

use super::*;

fn refusal(schema: &Value) -> String {
    core(schema).expect_err(&schema.to_string())
}

/// A schema of one argument.
fn of(argument: &Value) -> Value {
    json!({ "type": "object", "properties": { "a": argument } })
}

#[test]
fn what_decides_is_kept_and_what_only_describes_is_not() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "T", "type": "object", "x-mine": { "$ref": "http://x" },
        "properties": {
            "a": { "type": ["string", "null"], "format": "email", "description": "D", "maxLength": 3, "examples": [1] },
            "format": { "$ref": "#/$defs/n" },
            "list": { "type": "array", "prefixItems": [true], "items": { "enum": [1, "1"] }, "contains": {}, "minContains": 0 },
        },
        "$defs": { "n": { "$anchor": "x", "type": "integer", "exclusiveMinimum": 0, "deprecated": true } },
        "additionalProperties": false, "required": ["a"],
    });
    let expected = json!({
        "type": "object",
        "properties": {
            "a": { "type": ["string", "null"], "maxLength": 3 },
            "format": { "$ref": "#/$defs/n" },
            "list": { "type": "array", "prefixItems": [true], "items": { "enum": [1, "1"] }, "contains": {}, "minContains": 0 },
        },
        "$defs": { "n": { "type": "integer", "exclusiveMinimum": 0 } },
        "additionalProperties": false, "required": ["a"],
    });
    assert_eq!(core(&schema), Ok(expected.clone()));
    assert_eq!(core(&expected), Ok(expected), "a core is its own");
    assert_eq!(core(&nothing()), Ok(nothing()));
}

#[test]
fn draft_07_is_read_in_the_words_of_2020_12() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
        "definitions": { "n": { "type": "number" } },
        "properties": {
            "list": { "items": [{ "type": "string" }, true], "additionalItems": { "$ref": "#/definitions/n", "minimum": 5 } },
            "same": { "items": { "type": "string" }, "additionalItems": false },
        },
    });
    let expected = json!({
        "type": "object",
        "definitions": { "n": { "type": "number" } },
        "properties": {
            "list": { "prefixItems": [{ "type": "string" }, true], "items": { "$ref": "#/definitions/n" } },
            "same": { "items": { "type": "string" } },
        },
    });
    assert_eq!(core(&schema), Ok(expected));
}

#[test]
fn arguments_are_an_object() {
    for schema in [json!({}), json!(true), json!([]), json!({ "type": "array" }), json!({ "type": ["object"] })] {
        assert!(refusal(&schema).contains("type object"), "{schema}");
    }
}

#[test]
fn what_is_no_schema_or_leads_out_of_it_is_refused_and_its_place_named() {
    for (argument, place) in [
        (json!(1), "/properties/a"),
        (json!({ "type": "text" }), "/properties/a/type"),
        (json!({ "type": [] }), "/properties/a/type"),
        (json!({ "type": ["null", "null"] }), "/properties/a/type"),
        (json!({ "enum": [] }), "/properties/a/enum"),
        (json!({ "required": "a" }), "/properties/a/required"),
        (json!({ "required": ["a", "a"] }), "/properties/a/required"),
        (json!({ "minLength": -1 }), "/properties/a/minLength"),
        (json!({ "maxItems": 1.5 }), "/properties/a/maxItems"),
        (json!({ "minimum": "1" }), "/properties/a/minimum"),
        (json!({ "multipleOf": 0 }), "/properties/a/multipleOf"),
        (json!({ "uniqueItems": 1 }), "/properties/a/uniqueItems"),
        (json!({ "pattern": 1 }), "/properties/a/pattern"),
        (json!({ "pattern": "x".repeat(257) }), "/properties/a/pattern"),
        (json!({ "patternProperties": { "x".repeat(257): {} } }), "/properties/a/patternProperties"),
        (json!({ "items": [{}] }), "/properties/a/items"),
        (json!({ "anyOf": [] }), "/properties/a/anyOf"),
        (json!({ "allOf": [1] }), "/properties/a/allOf/0"),
        (json!({ "properties": [] }), "/properties/a/properties"),
        (json!({ "properties": { "x/y~": 3 } }), "/properties/a/properties/x~1y~0"),
        (json!({ "dependentRequired": { "x": 1 } }), "/properties/a/dependentRequired"),
        (json!({ "$ref": "https://evil.example/schema.json" }), "/properties/a/$ref"),
        (json!({ "$ref": "other.json#/a" }), "/properties/a/$ref"),
        (json!({ "$ref": "#anchor" }), "/properties/a/$ref"),
        (json!({ "$ref": 1 }), "/properties/a/$ref"),
        (json!({ "$id": "https://evil.example/" }), "/properties/a/$id"),
        (json!({ "id": "https://evil.example/" }), "/properties/a/id"),
        (json!({ "$dynamicRef": "#x" }), "/properties/a/$dynamicRef"),
        (json!({ "unevaluatedProperties": false }), "/properties/a/unevaluatedProperties"),
        (json!({ "dependencies": {} }), "/properties/a/dependencies"),
        (json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" }), "/properties/a/$schema"),
    ] {
        assert!(refusal(&of(&argument)).contains(place), "{argument}: {}", refusal(&of(&argument)));
    }
    let mut older = of(&json!({ "prefixItems": [true] }));
    older["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    assert!(refusal(&older).contains("prefixItems"));
    for draft in [json!("http://json-schema.org/draft-04/schema#"), json!(7)] {
        older["$schema"] = draft;
        assert!(refusal(&older).contains("$schema"));
    }
}

#[test]
fn a_reference_leads_to_a_schema_and_never_back_to_itself() {
    for (to, from) in
        [("#/$defs/none", "{}"), ("#/properties", "{}"), ("#/properties/a/enum", "{}"), ("#/$defs/a%62", "{}")]
    {
        let schema =
            json!({ "type": "object", "$defs": { "ab": from }, "properties": { "a": { "$ref": to, "enum": [{}] } } });
        assert!(core(&schema).is_err(), "{to}");
    }
    for (name, defs) in [
        ("itself", json!({ "a": { "$ref": "#/$defs/a" } })),
        (
            "each other",
            json!({ "a": { "anyOf": [true, { "$ref": "#/$defs/b" }] }, "b": { "not": { "$ref": "#/$defs/a" } } }),
        ),
        ("by way of names", json!({ "a": { "dependentSchemas": { "x": { "$ref": "#/$defs/a" } } } })),
    ] {
        let schema = json!({ "type": "object", "$defs": defs, "properties": { "a": { "$ref": "#/$defs/a" } } });
        assert!(refusal(&schema).contains("leads back to itself"), "{name}");
    }
    let tree = json!({ "type": "object", "properties": { "left": { "$ref": "#" }, "right": { "$ref": "#" } } });
    assert_eq!(core(&tree), Ok(tree), "each time for a smaller value");
}

#[test]
fn a_schema_is_bounded_in_size_in_depth_and_in_what_it_asks() {
    assert!(refusal(&of(&json!({ "enum": ["x".repeat(33_000)] }))).contains("32 KiB"));
    let deep = |levels: usize| (0..levels).fold(json!({}), |inner, _| json!({ "items": inner }));
    assert!(core(&of(&deep(DEEPEST - 2))).is_ok());
    assert!(refusal(&of(&deep(DEEPEST - 1))).contains("too deeply"));
    let mut defs = Map::new();
    for level in 0..12 {
        let next = json!({ "$ref": format!("#/$defs/d{}", level + 1) });
        defs.insert(format!("d{level}"), json!({ "allOf": [next, next, next] }));
    }
    defs.insert("d12".to_owned(), json!(true));
    let schema = json!({ "type": "object", "$defs": defs, "properties": { "a": { "$ref": "#/$defs/d0" } } });
    assert!(refusal(&schema).contains("more than 2000"));
}

#[test]
fn patterns_are_found_wherever_they_stand() {
    let schema = json!({
        "type": "object", "propertyNames": { "pattern": "a" }, "patternProperties": { "b": { "pattern": "c" } },
        "properties": { "pattern": { "anyOf": [{ "pattern": "d" }, true] } },
        "$defs": { "x": { "items": { "not": { "pattern": "e" } } } },
    });
    let schema = core(&schema).unwrap();
    let mut found = patterns(&schema);
    found.sort_unstable();
    assert_eq!(found, ["a", "b", "c", "d", "e"]);
}

/// JSON that looks like a schema here and there.
fn almost() -> impl Strategy<Value = Value> {
    let words = vec![
        "type",
        "properties",
        "items",
        "anyOf",
        "$ref",
        "$defs",
        "required",
        "enum",
        "pattern",
        "not",
        "prefixItems",
        "minimum",
        "additionalItems",
        "patternProperties",
        "if",
        "dependentSchemas",
        "const",
        "$schema",
        "a",
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-2..3_i64).prop_map(Value::from),
        prop::sample::select(vec![
            "object",
            "string",
            "#",
            "#/$defs/a",
            "#/properties/a",
            "http://json-schema.org/draft-07/schema#"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let word = prop::sample::select(words.clone()).prop_map(str::to_owned);
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::btree_map(word, inner, 0..5).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reading_anything_never_panics_and_a_core_is_its_own(schema in almost()) {
        let mut schema = schema;
        if let Some(members) = schema.as_object_mut() {
            members.insert("type".to_owned(), json!("object"));
        }
        if let Ok(core) = super::core(&schema) {
            prop_assert_eq!(super::core(&core), Ok(core));
        }
    }
}
