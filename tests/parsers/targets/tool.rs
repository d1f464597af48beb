//! Tools: the JSON that an administrator sends, and the arguments that agents send to it. The input is a tool, a line break
//! and the arguments of a call.

use ostiary::model::tool::ToolSettings;
use ostiary::protocol::tool_request::{Arguments, Filled, RequestTemplate, check as check_request};
use ostiary::protocol::{input_schema, outbound, uri};
use serde_json::Value;

pub const SEEDS: &[&[u8]] = &[
    b"{\"name\":\"a\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"p\":{},\"q\":{\"type\":\"string\"},\"h\":{}},\
      \"required\":[\"p\"]},\"request\":{\"method\":\"POST\",\"url\":\"https://a.example/x/{p}.json\",\"query\":{\"q\":\"<{q}>\"},\
      \"headers\":{\"X-H\":\"{h}\"},\"body\":{\"json\":{\"a\":[\"{q}\",\"say {h}\"]}}}}\n{\"p\":\"a/b\",\"q\":\"&=\",\"h\":\"x\"}",
    b"{\"name\":\"b\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"p\":{\"$ref\":\"#/$defs/d\"}},\"required\":[\"p\"],\
      \"$defs\":{\"d\":{\"type\":\"integer\",\"minimum\":1}}},\"request\":{\"method\":\"PUT\",\"url\":\"https://a.example/{p}{p}/\",\
      \"body\":{\"form\":{\"p\":\"{p}\"}}},\"authentication\":{\"bearer\":{\"secret\":\"s\"}}}\n{\"p\":1}",
    b"{\"name\":\"c\",\"input_schema\":{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\",\
      \"properties\":{\"p\":{\"items\":[true,{}],\"additionalItems\":false}}},\"request\":{\"method\":\"GET\",\
      \"url\":\"https://a.example/\",\"query\":{\"p\":\"{p}\"}}}\n{\"p\":[\"..\",\"%2e\"]}",
];

pub fn check(data: &[u8]) {
    let mut halves = data.splitn(2, |byte| *byte == b'\n');
    let (tool, arguments) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    let Ok(settings) = serde_json::from_slice::<ToolSettings>(tool) else { return };
    let schema = settings.input_schema.unwrap_or_else(input_schema::nothing);
    if let Ok(core) = input_schema::core(&schema) {
        assert_eq!(input_schema::core(&core).as_ref(), Ok(&core), "a core is its own");
    }
    let Some(template) = settings.request else { return };
    let written = serde_json::to_vec(&template).expect("JSON");
    assert_eq!(serde_json::from_slice::<RequestTemplate>(&written).ok().as_ref(), Some(&template));
    let Ok(arguments) = serde_json::from_slice::<Arguments>(arguments) else { return };
    let filled = template.fill(&arguments);
    if check_request(&template, &schema, false).is_err() {
        return;
    }
    if let Ok(filled) = filled {
        assert_is_where_it_should_be(&template, &filled);
    }
}

/// Whatever the arguments are: the host is the template's, the path has as many segments, nothing is a dot segment, and each
/// header and the body are of one piece.
fn assert_is_where_it_should_be(template: &RequestTemplate, filled: &Filled) {
    let url = uri::parse(&filled.url).expect("a URL");
    assert_eq!(url.as_str(), filled.url, "read as it is written");
    assert_eq!(outbound::allowed(&filled.url, false).as_ref(), Some(&url));
    let plain = template.url.replace(['{', '}'], "x");
    let plain = uri::parse(&plain).expect("a URL");
    assert_eq!((url.scheme(), url.host(), url.port()), (plain.scheme(), plain.host(), plain.port()));
    assert_eq!(url.path().matches('/').count(), template.url.matches('/').count() - 2, "{url}");
    assert!(url.fragment().is_none());
    for (name, value) in &filled.headers {
        http::HeaderName::from_bytes(name.as_bytes()).expect("a name");
        assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{value:?}");
    }
    let is_json = filled.headers.iter().any(|(name, value)| name == "content-type" && value == "application/json");
    if is_json {
        let body = filled.body.as_deref().expect("a body");
        serde_json::from_str::<Value>(body).expect("one JSON value");
    }
}
