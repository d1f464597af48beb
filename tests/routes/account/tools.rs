//! `/account/tools`

use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::user_id;
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, make_group, make_tool, names_on, token, tool, url, with};

const PATH: &str = "/account/tools";
const MODULE: &str = "/account/tools/external_tool_agents.py";

async fn signed_in<'a>(server: &'a Server, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(server);
    browser.sign_in(name, name).await;
    browser
}

async fn switch(browser: &mut Browser<'_>, what: (&str, &str), how: &str) -> Reply {
    let page = browser.open(PATH).await;
    browser.submit(PATH, &page, &[what, ("switch", how)]).await
}

#[tokio::test]
async fn without_tools_the_page_says_who_makes_them() {
    let server = Server::seeded().await;
    let page = signed_in(&server, "alice").await.open(PATH).await;
    assert!(page.body.contains("id=\"no-tools\"") && !page.body.contains("id=\"module\""), "{}", page.body);
}

#[tokio::test]
async fn a_switch_acts_in_the_next_call_and_for_that_person_only() {
    let server = Server::seeded().await;
    make_tool(&server, tool("weather")).await;
    make_tool(&server, tool("air")).await;
    server.http.answer(&url("weather"), 200, "text/plain", b"sunny");
    let (alices, bobs) = (token(&server, "alice", EVERY_SCOPE).await, token(&server, "bob", EVERY_SCOPE).await);
    let mut alice = signed_in(&server, "alice").await;
    call(&server, &alices, "weather", json!({})).await.assert_error(404, "not_found");
    let reply = switch(&mut alice, ("tool", "weather"), "on").await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/account/tools?done=switched"));
    call(&server, &alices, "weather", json!({})).await.assert_status(200);
    assert_eq!(names_on(&server, &bobs).await, [""; 0]);
    let page = alice.open(reply.header("location")).await;
    assert!(page.element("done").starts_with("Switched."), "{}", page.body);
    assert!(page.body.contains("On by its own switch.") && page.element("on").contains("one tool"), "{}", page.body);
    switch(&mut alice, ("tool", "weather"), "off").await.assert_status(303);
    call(&server, &alices, "weather", json!({})).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_group_switches_its_tools_and_a_tools_own_switch_wins_until_it_is_taken_back() {
    let server = Server::seeded().await;
    make_tool(&server, tool("weather")).await;
    make_tool(&server, tool("air")).await;
    make_group(&server, "outdoors", &["weather", "air"]).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    let mut alice = signed_in(&server, "alice").await;
    switch(&mut alice, ("group", "outdoors"), "on").await.assert_status(303);
    assert_eq!(names_on(&server, &token).await, ["air", "weather"]);
    assert_eq!(alice.open(PATH).await.body.matches("On by outdoors").count(), 2);
    switch(&mut alice, ("tool", "air"), "off").await.assert_status(303);
    assert_eq!(names_on(&server, &token).await, ["weather"]);
    assert!(alice.open(PATH).await.body.contains("Off by its own switch, whatever its groups say."));
    switch(&mut alice, ("tool", "air"), "groups").await.assert_status(303);
    assert_eq!(names_on(&server, &token).await, ["air", "weather"]);
    switch(&mut alice, ("group", "outdoors"), "off").await.assert_status(303);
    assert_eq!(names_on(&server, &token).await, [""; 0]);
}

#[tokio::test]
async fn the_module_has_the_tools_that_are_on_and_is_for_whoever_is_signed_in() {
    let server = Server::seeded().await;
    make_tool(&server, with(tool("weather"), &json!({ "description": "<script>alert(1)</script>" }))).await;
    make_tool(&server, tool("air")).await;
    let mut alice = signed_in(&server, "alice").await;
    switch(&mut alice, ("tool", "weather"), "on").await.assert_status(303);
    let module = alice.open(MODULE).await;
    module.assert_status(200);
    assert_eq!(module.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(module.header("content-disposition"), "attachment; filename=\"external_tool_agents.py\"");
    assert_eq!((module.header("cache-control"), module.header("x-content-type-options")), ("no-store", "nosniff"));
    assert!(module.body.contains("def weather(") && !module.body.contains("def air("), "{}", module.body);
    let bobs = signed_in(&server, "bob").await.open(MODULE).await;
    assert!(!bobs.body.contains("def weather("));
    let nobody = Browser::new(&server).open(MODULE).await;
    assert_eq!((nobody.status.as_u16(), nobody.header("location")), (303, "/login?page=tools"));
    assert!(!alice.open(PATH).await.body.contains("<script>alert"));
}

#[tokio::test]
async fn what_is_not_there_or_not_of_the_page_switches_nothing() {
    let server = Server::seeded().await;
    make_tool(&server, tool("weather")).await;
    let mut alice = signed_in(&server, "alice").await;
    let before = server.remembered();
    for what in [("tool", "nothing"), ("group", "nothing"), ("tool", "%"), ("group", "weather")] {
        assert_eq!(switch(&mut alice, what, "on").await.header("location"), "/account/tools?done=gone", "{what:?}");
    }
    let page = alice.open(PATH).await;
    for fields in [&[("tool", "weather"), ("switch", "maybe")][..], &[("switch", "on")], &[("tool", "weather")]] {
        alice.submit(PATH, &page, fields).await.assert_error_page(400, "invalid_request");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn a_switch_is_in_the_audit_log() {
    let server = Server::seeded().await;
    make_tool(&server, tool("weather")).await;
    let mut alice = signed_in(&server, "alice").await;
    let id = user_id(&server, "alice").await;
    server.events.take();
    switch(&mut alice, ("tool", "weather"), "on").await;
    let events = server.events.take();
    let switched = events.iter().find(|event| event.kind == EventKind::ToolSwitched).expect("an event");
    assert_eq!((switched.actor.as_ref(), switched.reason.as_deref()), (Some(&id), Some("tool weather: on")));
    assert_eq!(server.send(Ask::get(PATH)).await.status, 303);
}
