//! The result of a call, as models are told it.

use serde_json::{Value, json};

use crate::protocol::error::OAuthError;
use crate::protocol::json::set;
use crate::protocol::mcp::Version;
use crate::service::tools::ToolAnswer;

/// The result for what a tool's server answered. A status of 400 and more is an error of the tool.
pub(super) fn of_answer(version: Version, answer: &ToolAnswer) -> Value {
    let is_error = answer.status >= 400;
    let mut content = vec![block(answer)];
    if is_error {
        content.insert(0, text(&format!("The tool's server answered with status {}.", answer.status)));
    }
    let mut result = json!({ "content": content, "isError": is_error });
    if !is_error && !answer.body.is_string() && version.may_structure(&answer.body) {
        set(&mut result, "structuredContent", answer.body.clone());
    }
    result
}

/// The result for a caller who must connect an account first: in words for the model, and as it is elsewhere.
pub(super) fn of_pending(version: Version, pending: Value) -> Value {
    let mut result = json!({ "content": [text(&pending.to_string())], "isError": false });
    if version.may_structure(&pending) {
        set(&mut result, "structuredContent", pending);
    }
    result
}

/// The result for a call that got no answer.
pub(super) fn of_error(error: &OAuthError) -> Value {
    let places = error.violations.iter().map(|violation| {
        let place = if violation.pointer.is_empty() { "the arguments" } else { &violation.pointer };
        format!("\n{place}: {}", violation.message)
    });
    let said = std::iter::once(error.description.clone()).chain(places).collect::<String>();
    json!({ "content": [text(&said)], "isError": true })
}

/// Images and sound are what they are, JSON is written out, and what is none of these is said to be in base64.
fn block(answer: &ToolAnswer) -> Value {
    let Value::String(body) = &answer.body else { return text(&answer.body.to_string()) };
    if answer.encoding.is_none() {
        return text(body);
    }
    let media_type = answer.content_type.as_deref().unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.split('/').next() {
        Some(kind @ ("image" | "audio")) => json!({ "type": kind, "data": body, "mimeType": media_type }),
        _ => text(&format!("{} in base64: {body}", if media_type.is_empty() { "Data" } else { &media_type })),
    }
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(
        version: Version,
        status: u16,
        (content_type, encoding): (&str, Option<&'static str>),
        body: Value,
    ) -> Value {
        of_answer(version, &ToolAnswer { status, content_type: Some(content_type.to_owned()), body, encoding })
    }

    #[test]
    fn json_is_text_and_from_its_version_on_structure() {
        let all =
            |body: Value| Version::ALL.map(|version| result(version, 200, ("application/json", None), body.clone()));
        for (body, written, structured) in [
            (json!({ "a": 1 }), "{\"a\":1}", [true, true, true, false]),
            (json!([1]), "[1]", [true, false, false, false]),
            (json!(null), "null", [true, false, false, false]),
            (json!("words"), "words", [false; 4]),
        ] {
            for (told, structured) in all(body.clone()).iter().zip(structured) {
                assert_eq!(told["content"], json!([{ "type": "text", "text": written }]));
                assert_eq!(told["isError"], false);
                assert_eq!(told.get("structuredContent"), structured.then_some(&body));
            }
        }
    }

    #[test]
    fn images_and_sound_are_told_as_such_and_other_data_with_its_type() {
        let block = |content_type| {
            result(Version::V2025_03_26, 200, (content_type, Some("base64")), json!("iVBORw=="))["content"][0].clone()
        };
        let image = json!({ "type": "image", "data": "iVBORw==", "mimeType": "image/png" });
        assert_eq!(block("Image/PNG; x=y"), image);
        assert_eq!(block("audio/wav"), json!({ "type": "audio", "data": "iVBORw==", "mimeType": "audio/wav" }));
        assert_eq!(block("application/pdf"), text("application/pdf in base64: iVBORw=="));
        assert_eq!(block(""), text("Data in base64: iVBORw=="));
        let drawing = result(Version::V2025_03_26, 200, ("image/svg+xml", None), json!("<svg/>"));
        assert_eq!(drawing["content"], json!([text("<svg/>")]));
    }

    #[test]
    fn an_answer_of_400_and_more_is_an_error_with_what_was_said() {
        let told = result(Version::V2026_07_28, 404, ("application/json", None), json!({ "why": "gone" }));
        let content = json!([text("The tool's server answered with status 404."), text("{\"why\":\"gone\"}")]);
        assert_eq!(told, json!({ "content": content, "isError": true }));
    }
}
