//! `/admin/tools/{id}/try`: a tool is tried from its page.

use serde_json::json;

use super::administrator;
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, make_tool, switch, token, tool, url, with};

/// A server with a tool that is on for alice, and the path of its page.
async fn searching(server: &Server) -> String {
    let schema = json!({ "type": "object", "properties": {
        "q": { "type": "string", "examples": ["</textarea>"] }, "most": { "type": "integer", "minimum": 3 },
    } });
    let settings = with(tool("search"), &json!({ "input_schema": schema }));
    let id = make_tool(server, settings).await["id"].as_str().expect("an id").to_owned();
    let token = token(server, "alice", EVERY_SCOPE).await;
    switch(server, &token, "tools/search", Some(true)).await;
    format!("/admin/tools/{id}")
}

async fn attempt(browser: &mut Browser<'_>, path: &str, user: &str, arguments: &str) -> Reply {
    let path = format!("{path}/try");
    let page = browser.open(&path).await;
    let fields = [("user", user), ("arguments", arguments), ("scope", "call:tools")];
    browser.submit(&path, &page, &fields).await
}

#[tokio::test]
async fn the_page_of_a_tool_leads_to_a_form_that_begins_with_an_example() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let path = searching(&server).await;
    assert!(browser.open(&path).await.body.contains(&format!("href=\"{path}/try\"")));
    let page = browser.open(&format!("{path}/try")).await;
    assert_eq!(page.assert_status(200).field("scope"), "call:tools");
    let example = page.element("arguments");
    assert!(example.contains("&#60;/textarea&#62;") && example.contains("&#34;most&#34;: 3"), "{example}");
    assert!(!page.body.contains("id=\"answer\""));
}

#[tokio::test]
async fn what_the_tool_answers_is_shown_below_what_was_typed_and_nothing_of_it_is_markup() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let path = searching(&server).await;
    server.http.answer(&format!("{}?q=x", url("search")), 201, "text/html", b"<script>alert(1)</script>\n&amp;");
    let page = attempt(&mut browser, &path, "alice", r#"{ "q": "x" }"#).await;
    assert_eq!(page.assert_status(200).element("answer-status"), "201");
    assert_eq!(page.element("answer-content_type"), "text/html");
    let body = "&#60;script&#62;alert(1)&#60;/script&#62;\n&#38;amp;";
    assert_eq!(page.element("answer-body"), body);
    assert!(!page.body.contains("<script>alert"));
    assert_eq!((page.field("user").as_str(), page.field("scope").as_str()), ("alice", "call:tools"));
    assert!(page.element("arguments").contains("&#34;q&#34;: &#34;x&#34;"));
    server.http.answer(&format!("{}?q=y", url("search")), 200, "application/json", br#"{"a":["<i>"]}"#);
    let page = attempt(&mut browser, &path, "alice", r#"{ "q": "y" }"#).await;
    assert!(page.element("answer-body").contains("&#34;&#60;i&#62;&#34;"), "{}", page.body);
    assert!(!page.body.contains("answer-encoding"));
}

#[tokio::test]
async fn a_refusal_is_said_where_it_is_about_and_what_was_typed_stays() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let path = searching(&server).await;
    for (user, arguments, status, place, problem) in [
        ("", "{}", 400, "user-problem", "Write something here."),
        ("nobody", "{}", 400, "user-problem", "There is no user of this name."),
        ("alice", "{\n\"q\" 1}", 400, "arguments-problem", "This is no JSON, from line 2, column 5 on."),
        ("alice", "[]", 400, "arguments-problem", "A member is missing, unknown, repeated or not of its type"),
        ("alice", r#"{"q":7}"#, 422, "arguments-problem", "The arguments do not fit the tool. /q: "),
        ("bob", "{}", 404, "form-problem", "There is no tool of this name, or it is switched off."),
        ("alice", r#"{"q":"gone"}"#, 502, "form-problem", "The tool&#39;s server cannot be reached"),
    ] {
        let page = attempt(&mut browser, &path, user, arguments).await;
        assert_eq!(page.status, status, "{user} {arguments}: {}", page.body);
        assert!(page.element(place).starts_with(problem), "{user} {arguments}: {}", page.element(place));
        assert_eq!(page.field("user"), user);
        assert_eq!(page.element("arguments").replace("&#34;", "\"").trim(), arguments);
        assert!(page.body.contains("<title>Error: Try it: search") && !page.body.contains("id=\"answer\""));
    }
    let missing = browser.open("/admin/tools/none/try").await;
    missing.assert_error_page(404, "not_found");
}
