use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::protocol::json::from_text;
use crate::protocol::{outbound, uri};

fn template(value: &Value) -> RequestTemplate {
    from_text(&value.to_string()).unwrap()
}

fn with(arguments: &Value) -> Arguments {
    arguments.as_object().unwrap().clone()
}

/// A template with an argument in every place.
fn everywhere() -> RequestTemplate {
    template(&json!({
        "method": "POST",
        "url": "https://api.example/v1/{path}/in-{path}.txt",
        "query": { "q": "{query}", "fixed": "a&b", "mixed": "<{query}>" },
        "headers": { "X-Trace": "t-{header}" },
        "body": { "json": { "value": "{body}", "text": "say {word}", "list": [1, "{body}"], "brace": "{{body}}" } },
    }))
}

fn schema() -> Value {
    let text = json!({ "type": "string" });
    let all = ["path", "query", "header", "body", "word"].map(|name| (name.to_owned(), text.clone()));
    json!({ "type": "object", "properties": Map::from_iter(all), "required": ["path"] })
}

#[test]
fn every_argument_stands_in_its_place() {
    let arguments = json!({
        "path": "a/b c", "query": "x&y=1#z", "header": "abc", "body": { "deep": [true, null] }, "word": "\"hi\"",
    });
    assert_eq!(check(&everywhere(), &schema(), false), Ok(()));
    let filled = everywhere().fill(&with(&arguments)).unwrap();
    assert_eq!(
        filled.url,
        "https://api.example/v1/a%2Fb%20c/in-a%2Fb%20c.txt?fixed=a%26b&mixed=%3Cx%26y%3D1%23z%3E&q=x%26y%3D1%23z"
    );
    let json_type = ("content-type".to_owned(), "application/json".to_owned());
    assert_eq!(filled.headers, [("X-Trace".to_owned(), "t-abc".to_owned()), json_type]);
    let body: Value = from_text(&filled.body.unwrap()).unwrap();
    let deep = json!({ "deep": [true, null] });
    assert_eq!(body, json!({ "value": deep, "text": "say \"hi\"", "list": [1, deep], "brace": "{body}" }));
}

#[test]
fn what_is_missing_is_left_out_but_never_of_the_path() {
    let filled = everywhere().fill(&with(&json!({ "path": "p", "query": null }))).unwrap();
    assert_eq!(filled.url, "https://api.example/v1/p/in-p.txt?fixed=a%26b");
    assert_eq!(filled.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    assert_eq!(filled.body.as_deref(), Some(r#"{"brace":"{body}","list":[1]}"#));
    for arguments in [json!({}), json!({ "path": null })] {
        let violation = everywhere().fill(&with(&arguments)).unwrap_err();
        assert_eq!((violation.pointer.as_str(), violation.message.as_str()), ("/path", "is missing"));
    }
}

#[test]
fn a_list_is_so_many_parameters_and_other_values_are_written_plainly() {
    let form = template(&json!({
        "method": "PUT", "url": "https://api.example/", "query": { "tag": "{tags}" },
        "body": { "form": { "on": "{on}", "n": "{n}" } },
    }));
    let filled = form.fill(&with(&json!({ "tags": ["a b", 2, false], "on": true, "n": 1.5 }))).unwrap();
    assert_eq!(filled.url, "https://api.example/?tag=a+b&tag=2&tag=false");
    assert_eq!(filled.body.as_deref(), Some("n=1.5&on=true"));
    assert_eq!(filled.headers.last().unwrap().1, "application/x-www-form-urlencoded");
    for wrong in [json!({ "tags": [["a"]] }), json!({ "tags": { "a": 1 } })] {
        assert_eq!(form.fill(&with(&wrong)).unwrap_err().pointer, "/tags");
    }
}

#[test]
fn all_arguments_may_be_the_body() {
    let all = template(&json!({ "method": "POST", "url": "https://api.example/", "body": "arguments" }));
    let filled = all.fill(&with(&json!({ "b": [1], "a": "\u{2028}\"" }))).unwrap();
    assert_eq!(filled.body.as_deref(), Some("{\"a\":\"\u{2028}\\\"\",\"b\":[1]}"));
}

#[test]
fn no_argument_leads_the_path_elsewhere() {
    for path in ["", ".", "..", "../admin", "a/../../b", "..\\x", "a\\..", "a/.", "a\0b", "a\r\nb", "\u{85}"] {
        let violation = everywhere().fill(&with(&json!({ "path": path }))).unwrap_err();
        assert_eq!(violation.pointer, "/path", "{path:?}");
        assert!(violation.message.contains("in the path"), "{path:?}: {}", violation.message);
    }
    for (path, written) in [
        ("%2e%2e", "%252e%252e"),
        ("..%2f", "..%252f"),
        ("...", "..."),
        ("a?b#c", "a%3Fb%23c"),
        ("http://evil.example/", "http%3A%2F%2Fevil.example%2F"),
        ("\u{ff0e}\u{ff0e}", "%EF%BC%8E%EF%BC%8E"),
        ("@evil.example", "%40evil.example"),
        ("a;b=c", "a%3Bb%3Dc"),
    ] {
        let url = everywhere().fill(&with(&json!({ "path": path }))).unwrap().url;
        assert!(url.starts_with(&format!("https://api.example/v1/{written}/in-")), "{url}");
    }
    let two = template(&json!({ "method": "GET", "url": "https://api.example/.{a}{b}/x" }));
    assert!(two.fill(&with(&json!({ "a": "", "b": "." }))).is_err());
    assert!(two.fill(&with(&json!({ "a": "", "b": "" }))).is_err());
    assert_eq!(two.fill(&with(&json!({ "a": "git", "b": 1 }))).unwrap().url, "https://api.example/.git1/x");
}

#[test]
fn no_argument_ends_a_header() {
    for header in ["a\r\nX-Admin: 1", "a\nb", "a\rb", "a\0", "\u{e9}", " a", "a ", "\ta", "\u{7f}", &"x".repeat(4097)] {
        let violation = everywhere().fill(&with(&json!({ "path": "p", "header": header }))).unwrap_err();
        assert_eq!(violation.pointer, "/header", "{header:?}");
    }
    let filled = everywhere().fill(&with(&json!({ "path": "p", "header": "a: b, \"c\"" }))).unwrap();
    assert_eq!(filled.headers[0].1, "t-a: b, \"c\"");
}

#[test]
fn a_request_longer_than_servers_take_is_not_made() {
    let violation = everywhere().fill(&with(&json!({ "path": "x".repeat(9000) }))).unwrap_err();
    assert_eq!(violation.pointer, "");
}

#[test]
fn scheme_host_and_port_are_constant_and_public() {
    for url in [
        "{path}",
        "{path}://api.example/",
        "https://{path}/",
        "https://{path}.example/",
        "https://api.example{path}/",
        "https://api.example:{path}/",
        "https://{path}@api.example/",
        "https://user:word@api.example/",
        "https://api.example",
        "http://api.example/",
        "https://10.0.0.1/",
        "https://0xA9FEA9FE/",
        "https://2852039166/",
        "https://[::ffff:10.0.0.1]/",
        "https://printer.local/",
        "https://localhost/",
        "https://127.1/",
        "//api.example/",
        "/{path}",
        "https:/api.example/",
        "https:\\\\api.example\\",
        "https://API.example/",
        "https://api.example:443/",
        "https://api.example/../{path}",
        "https://api.example/%2e%2E/{path}",
        "https://api.example/a?b={path}",
        "https://api.example/#{path}",
        "https://api.example/{path",
        "https://api.example/}",
        "https://api.example/{}",
        "https://api.example/%{path}",
        "https://api.example/%2{path}",
        "https://api.example/ü",
        "https://api.example/a b",
        "https://api.example/{unknown}",
        "https://api.example/{query}",
        "ftp://api.example/",
        "file:///etc/passwd",
        "https://a\tpi.example/",
    ] {
        let template = template(&json!({ "method": "GET", "url": url }));
        assert!(check(&template, &schema(), false).is_err(), "{url}");
    }
    for url in ["https://api.example/", "https://api.example:8443/a/%41/{path}.json", "https://1.1.1.1//{path}/"] {
        let template = template(&json!({ "method": "GET", "url": url }));
        assert_eq!(check(&template, &schema(), false), Ok(()), "{url}");
    }
    let local = template(&json!({ "method": "GET", "url": "http://localhost:3000/{path}" }));
    assert!(check(&local, &schema(), true).is_ok() && check(&local, &schema(), false).is_err());
}

#[test]
fn only_what_is_a_tools_own_may_be_set() {
    let wrong = [
        json!({ "headers": { "Authorization": "x" } }),
        json!({ "headers": { "Host": "x" } }),
        json!({ "headers": { "cookie": "x" } }),
        json!({ "headers": { "Content-Type": "text/plain" } }),
        json!({ "headers": { "X-Forwarded-For": "x" } }),
        json!({ "headers": { "CF-Connecting-IP": "x" } }),
        json!({ "headers": { "a b": "x" } }),
        json!({ "headers": { "a\r\nb": "x" } }),
        json!({ "headers": { "": "x" } }),
        json!({ "headers": { "X-A": "x\r\ny" } }),
        json!({ "headers": { "X-A": " x" } }),
        json!({ "headers": { "X-A": "1", "x-a": "2" } }),
        json!({ "headers": { "X-A": "{none}" } }),
        json!({ "query": { "": "x" } }),
        json!({ "query": { "q": "{none}" } }),
        json!({ "query": { "q": "{" } }),
        json!({ "query": { "q": "x".repeat(2049) } }),
        json!({ "method": "POST", "body": { "form": { "f": "}" } } }),
        json!({ "method": "POST", "body": { "json": ["{none}"] } }),
        json!({ "method": "GET", "body": "arguments" }),
    ];
    for change in wrong {
        let mut members = with(&json!({ "method": "GET", "url": "https://api.example/" }));
        members.extend(with(&change));
        let template = template(&Value::Object(members));
        assert!(check(&template, &schema(), false).is_err(), "{change}");
    }
    for text in [
        r#"{"method":"TRACE","url":"https://a.example/"}"#,
        r#"{"url":"https://a.example/"}"#,
        r#"{"method":"GET","url":"https://a.example/","redirect":"follow"}"#,
    ] {
        assert!(from_text::<RequestTemplate>(text).is_err(), "{text}");
    }
}

/// Texts that mean something somewhere.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "/",
            "\\",
            "..",
            ".",
            "%2e",
            "%2F",
            "%00",
            "?",
            "#",
            "&",
            "=",
            "@",
            ":",
            "\r\n",
            "\n",
            "\0",
            "\"",
            "{",
            "}",
            "{path}",
            "{body}",
            "<",
            " ",
            "//evil.example",
            "\u{2028}",
            "\u{ff0e}",
            "é",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever is sent is read back by the parsers of others as what it was, at its place, and nothing else is there.
    #[test]
    fn no_argument_becomes_anything_but_itself(
        path in hostile(), query in hostile(), header in hostile(), body in hostile(), word in hostile(),
    ) {
        let arguments = json!({ "path": path, "query": query, "header": header, "body": body, "word": word });
        match everywhere().fill(&with(&arguments)) {
            Err(violation) => prop_assert!(["/path", "/header"].contains(&violation.pointer.as_str())),
            Ok(filled) => {
                let url = uri::parse(&filled.url).unwrap();
                prop_assert_eq!(url.as_str(), &filled.url);
                prop_assert_eq!(url.origin().ascii_serialization(), "https://api.example");
                prop_assert!(outbound::allowed(&filled.url, false).is_some() && url.fragment().is_none());
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                let [v1, first, second] = segments.as_slice() else { panic!("{segments:?}") };
                let decode = |text: &str| decoded(text);
                prop_assert_eq!(*v1, "v1");
                prop_assert_eq!(decode(first), path.clone());
                prop_assert_eq!(decode(second), format!("in-{path}.txt"));
                prop_assert!(!["", ".", ".."].contains(&decode(first).as_str()));
                let pairs: Vec<_> = url.query_pairs().into_owned().collect();
                let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                prop_assert_eq!(pairs, [pair("fixed", "a&b"), pair("mixed", &format!("<{query}>")), pair("q", &query)]);
                prop_assert_eq!(&filled.headers[0].1, &format!("t-{header}"));
                prop_assert!(http::HeaderValue::from_str(&filled.headers[0].1).is_ok());
                prop_assert_eq!(filled.headers.len(), 2);
                let sent: Value = from_text(&filled.body.unwrap()).unwrap();
                let expected = json!({ "value": body, "text": format!("say {word}"), "list": [1, body], "brace": "{body}" });
                prop_assert_eq!(sent, expected);
            }
        }
    }

    #[test]
    fn reading_any_template_never_panics_and_what_is_good_can_be_filled(
        url in "https://api\\.example/[a-z{}./%2e]{0,20}", query in "\\PC{0,12}", header in "\\PC{0,12}", value in hostile(),
    ) {
        let template = template(&json!({
            "method": "GET", "url": url, "query": { "q": query }, "headers": { "X-A": header },
        }));
        let schema = json!({ "properties": { "a": {}, "e": {} }, "required": ["a", "e"] });
        if check(&template, &schema, false).is_ok() {
            let plain = json!({ "a": "x", "e": "y" });
            prop_assert!(template.fill(&with(&plain)).is_ok(), "{}", template.url);
            if let Ok(filled) = template.fill(&with(&json!({ "a": value, "e": value }))) {
                prop_assert!(filled.url.starts_with("https://api.example/"));
            }
        }
    }
}

fn decoded(segment: &str) -> String {
    let plain = segment.replace('+', "%2B");
    let bytes = ::url::form_urlencoded::parse(plain.as_bytes()).next();
    bytes.map_or_else(String::new, |(name, _)| name.into_owned())
}
