//! `GET /api/users/me` (A7): the Python module of the tools that are on for the token's user.

use serde_json::json;

use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, functions, make_tool, switch, token, tool, with};

const PATH: &str = "/api/users/me";

#[tokio::test]
async fn the_tools_that_are_on_for_the_tokens_user_are_a_python_module_of_functions() {
    let server = Server::seeded().await;
    make_tool(&server, with(tool("weather"), &json!({ "description": "Tells the \"\"\"weather\"\"\"." }))).await;
    make_tool(&server, tool("air")).await;
    make_tool(&server, with(tool("other"), &json!({ "description": "Not hers." }))).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    for tool in ["tools/weather", "tools/air"] {
        switch(&server, &token, tool, Some(true)).await;
    }
    let module = server.send(Ask::get(PATH).bearer(&token)).await;
    assert_eq!(module.status, 200, "{}", module.body);
    assert_eq!(module.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(module.header("content-disposition"), "attachment; filename=\"external_tool_agents.py\"");
    assert_eq!(module.header("cache-control"), "no-store");
    let written = r#"
def weather(*, q: Optional[str] = None) -> dict[str, Any]:
    """Tells the \"\"\"weather\"\"\".

    Args:
        q:
    """
    return _call("weather", {}, {"q": q})
"#;
    assert!(module.body.contains(written), "{}", module.body);
    assert!(module.body.contains("\n_BUILT_IN_URL = \"http://localhost:8787\"\n"));
    assert!(!module.body.contains("Not hers"));
    assert_eq!(functions(&server, &token).await, ["air", "weather"]);
    switch(&server, &token, "tools/weather", Some(false)).await;
    assert_eq!(functions(&server, &token).await, ["air"]);
}

#[tokio::test]
async fn with_nothing_on_it_is_a_module_that_says_where_tools_are_switched_on() {
    let server = Server::seeded().await;
    make_tool(&server, tool("weather")).await;
    let token = token(&server, "bob", "read:tools").await;
    let module = server.send(Ask::get(PATH).bearer(&token)).await.assert_status(200).body.clone();
    let comment =
        "# No tool is switched on for you. Switch tools on in a browser, at http://localhost:8787/account/tools,\n";
    assert!(module.contains(comment), "{module}");
    assert!(functions(&server, &token).await.is_empty());
}

#[tokio::test]
async fn only_a_token_of_the_right_scope_opens_it() {
    let server = Server::seeded().await;
    server.send(Ask::get(PATH)).await.assert_error(401, "invalid_token");
    let token = token(&server, "alice", "call:tools manage:tools").await;
    let refused = server.send(Ask::get(PATH).bearer(&token)).await;
    refused.assert_error(403, "insufficient_scope");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.contains("error=\"insufficient_scope\", scope=\"read:tools\""), "{challenge}");
}
