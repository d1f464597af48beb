//! Claims asked for by name: the `claims` parameter (OpenID Connect Core 5.5).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::OAuthError;
use super::json::from_text;
use super::parameters::Parameters;

/// Longest `claims` that is looked at, in bytes.
const LONGEST: usize = 2048;

/// The claims asked for by name, wherever they are to be given. Whether they are essential makes no difference here: what is
/// known is given, and what is not known is left out (5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// At the UserInfo endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    /// In the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
}

/// What the `claims` parameter demands of the person and of the way they sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// The person it must be (5.5.1: a `value` or `values` of `sub`).
    pub subjects: Option<Vec<String>>,
    /// The context classes of which one is essential (5.5.1.1).
    pub essential_acr: Option<Vec<String>>,
}

impl ClaimsRequest {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }

    /// Those of these claims that `keep` lets through.
    #[must_use]
    pub fn filtered(self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = |names: Vec<String>| names.into_iter().filter(|name| keep(name)).collect();
        Self { userinfo: kept(self.userinfo), id_token: kept(self.id_token) }
    }

    /// Reads the `claims` parameter. Members nobody here knows are ignored, as 5.5 wants.
    ///
    /// # Errors
    /// `invalid_request` when it is no JSON object of objects, or over 2 KiB.
    pub fn parse(parameters: &Parameters) -> Result<(Self, Demands), OAuthError> {
        let Some(text) = parameters.optional("claims")? else { return Ok(Default::default()) };
        let malformed = || OAuthError::invalid_request("claims is not a JSON object of claims, or over 2048 bytes");
        if text.len() > LONGEST {
            return Err(malformed());
        }
        let asked: Map<String, Value> = from_text(text).map_err(|_| malformed())?;
        let part = |name: &str| match asked.get(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(claims)) if claims.values().all(is_individual_request) => Ok(claims.clone()),
            Some(_) => Err(malformed()),
        };
        let (userinfo, id_token) = (part("userinfo")?, part("id_token")?);
        let subjects = [&userinfo, &id_token].into_iter().find_map(|part| values(part.get("sub")?));
        let essential_acr = id_token.get("acr").filter(|acr| acr["essential"] == true).and_then(values);
        let names = |part: Map<String, Value>| part.into_iter().map(|(name, _)| name).collect();
        Ok((Self { userinfo: names(userinfo), id_token: names(id_token) }, Demands { subjects, essential_acr }))
    }
}

/// 5.5.1: `null`, or an object.
const fn is_individual_request(claim: &Value) -> bool {
    matches!(claim, Value::Null | Value::Object(_))
}

/// `value` or `values` of an individual request; `None` when any will do.
fn values(request: &Value) -> Option<Vec<String>> {
    let one = request["value"].as_str().map(|value| vec![value.to_owned()]);
    one.or_else(|| Some(request["values"].as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(claims: &str) -> Result<(ClaimsRequest, Demands), OAuthError> {
        ClaimsRequest::parse(&[("claims".to_owned(), claims.to_owned())].into_iter().collect())
    }

    fn names(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn claims_are_read_by_place_plain_or_essential() {
        let (claims, demands) = parse(
            r#"{"userinfo":{"name":{"essential":true},"email":null},"id_token":{"auth_time":{"essential":true}},"x":1}"#,
        )
        .unwrap();
        assert_eq!(claims.userinfo, names("email name"));
        assert_eq!(claims.id_token, names("auth_time"));
        assert_eq!(demands, Demands::default());
        assert!(parse("{}").unwrap().0.is_empty());
        assert_eq!(ClaimsRequest::parse(&Parameters::default()).unwrap(), Default::default());
    }

    #[test]
    fn a_subject_and_an_essential_context_class_are_demands() {
        let (_, demands) =
            parse(r#"{"id_token":{"sub":{"value":"u1"},"acr":{"essential":true,"values":["a","b"]}}}"#).unwrap();
        assert_eq!(demands.subjects, Some(names("u1")));
        assert_eq!(demands.essential_acr, Some(names("a b")));
        // Voluntary, or of any value: no demand (5.5.1.1).
        for acr in [r#"{"values":["a"]}"#, r#"{"essential":true}"#, "null"] {
            let (_, demands) = parse(&format!(r#"{{"id_token":{{"acr":{acr}}}}}"#)).unwrap();
            assert_eq!(demands.essential_acr, None, "{acr}");
        }
    }

    #[test]
    fn what_is_no_object_of_objects_is_an_invalid_request() {
        let long = format!(r#"{{"userinfo":{{"{}":null}}}}"#, "a".repeat(2048));
        for claims in
            ["x", "[]", "1", r#"{"userinfo":[]}"#, r#"{"userinfo":{"name":true}}"#, r#"{"id_token":"x"}"#, &long]
        {
            assert_eq!(parse(claims).err().map(|error| error.code.as_str()), Some("invalid_request"), "{claims}");
        }
    }

    proptest! {
        #[test]
        fn reading_any_text_never_panics(text in ".*") {
            let _ = parse(&text);
        }
    }
}
