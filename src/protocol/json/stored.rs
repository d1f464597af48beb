//! What we wrote ourselves, read back: rows, records, commands between isolates and objects.
//!
//! serde's derived code is compiled once for each reader. Read by `serde_json`'s own, each type brings along the parsing of
//! its text, and a struct that of an array beside that of an object: a sixth of the whole program. Here the text is parsed
//! by one function, and a type's own code only picks its members from what came of it.
//!
//! What others sent is not read so: an error here cannot say where it is, and of equal members the last one counts.

use std::slice;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::{Error, Map, Value, map};

use super::from_text;

/// Reads a `T` that we wrote. An error tells what is wrong, not where.
///
/// # Errors
/// When `text` is no JSON, or not that of a `T`.
pub fn from_stored<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    of_stored(&from_text(text)?)
}

/// The same of what was parsed already.
///
/// # Errors
/// When `value` is not that of a `T`.
pub fn of_stored<T: DeserializeOwned>(value: &Value) -> serde_json::Result<T> {
    T::deserialize(Stored(value))
}

/// A value that was parsed.
struct Stored<'de>(&'de Value);

impl Stored<'_> {
    fn wrong(&self, visitor: &dyn serde::de::Expected) -> Error {
        let found = match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(yes) => Unexpected::Bool(*yes),
            Value::Number(_) => Unexpected::Other("number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Error::invalid_type(found, visitor)
    }
}

impl<'de> Deserializer<'de> for Stored<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(yes) => visitor.visit_bool(*yes),
            Value::Number(_) => self.deserialize_i64(visitor),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            Value::Object(members) => visitor.visit_map(Members::of(members)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(members) => visitor.visit_map(Members::of(members)),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_str(text),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, Some(number)) => visitor.visit_f64(number),
                _ => Err(self.wrong(&visitor)),
            },
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(yes) => visitor.visit_bool(*yes),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = match self.0 {
            Value::String(name) => Some((name, &Value::Null)),
            Value::Object(members) if members.len() == 1 => members.iter().next(),
            _ => None,
        };
        match variant {
            Some((name, content)) => visitor.visit_enum(Variant { name, content }),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

/// The items of an array.
struct Items<'de>(slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Stored(item))).transpose()
    }
}

/// The members of an object.
struct Members<'de> {
    rest: map::Iter<'de>,
    content: &'de Value,
}

impl<'de> Members<'de> {
    fn of(members: &'de Map<String, Value>) -> Self {
        Self { rest: members.iter(), content: &Value::Null }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, content)) = self.rest.next() else { return Ok(None) };
        self.content = content;
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Stored(self.content))
    }
}

/// A variant of an enum: its name, or an object of its name and content.
struct Variant<'de> {
    name: &'de str,
    content: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Stored<'de>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Stored<'de>), Error> {
        Ok((seed.deserialize(StrDeserializer::new(self.name))?, Stored(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Stored<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            Value::Null => Ok(()),
            _ => Err(self.wrong(&"a unit variant")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Plain,
        Named(String),
        Pair(u8, i64),
        Full { on: bool },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Record {
        id: String,
        number: i64,
        share: f64,
        maybe: Option<u32>,
        bytes: [u8; 4],
        kinds: Vec<Kind>,
        more: BTreeMap<String, Value>,
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Plain),
            ".*".prop_map(Kind::Named),
            (any::<u8>(), any::<i64>()).prop_map(|(one, other)| Kind::Pair(one, other)),
            any::<bool>().prop_map(|on| Kind::Full { on }),
        ]
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            (id, number, share) in (".*", any::<i64>(), -1e9..1e9_f64),
            (maybe, bytes) in (any::<Option<u32>>(), any::<[u8; 4]>()),
            kinds in prop::collection::vec(kinds(), 0..4),
        ) {
            let more = BTreeMap::from([("a".to_owned(), json!([1, null, { "b": 1.5 }]))]);
            let record = Record { id, number, share, maybe, bytes, kinds, more };
            let text = serde_json::to_string(&record).unwrap();
            prop_assert_eq!(from_stored::<Record>(&text).unwrap(), record);
        }
    }

    #[test]
    fn what_is_something_else_is_refused_with_the_reason() {
        let problem = |text: &str| from_stored::<Record>(text).unwrap_err().to_string();
        assert!(problem("[]").starts_with("invalid type: sequence, expected struct Record"), "{}", problem("[]"));
        assert_eq!(problem("{}"), "missing field `id`");
        assert_eq!(problem(r#"{"id":1}"#), "invalid type: number, expected a string");
        assert_eq!(problem(r#"{"id":"a","number":"1"}"#), "invalid type: string \"1\", expected i64");
        assert!(from_stored::<Record>("{").unwrap_err().is_eof());
        for wrong in
            [r#""Other""#, r#""Pair""#, r#"{"Named":1}"#, r#"{"Plain":1}"#, "{}", "1", r#"{"Named":"a","Plain":null}"#]
        {
            assert!(from_stored::<Kind>(wrong).is_err(), "{wrong}");
        }
        assert!(from_stored::<u8>("256").is_err());
        assert!(from_stored::<Vec<u8>>(r#"{"a":1}"#).is_err());
    }
}
