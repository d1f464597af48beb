//! Entity tags (RFC 9110 section 8.8.3), and changes that rest on them (section 13.1.1).

use axum::http::Method;
use ostiary::ports::{Database as _, Statement};
use ostiary::protocol::time::Timestamp;
use ostiary::store::clients;
use serde_json::{Value, json};

use super::openapi::samples::{fitting, make, new, post};
use crate::support::admin::{edit_client, make_client, remove, show, user_id};
use crate::support::fault::Fault;
use crate::support::flow::SERVER;
use crate::support::openapi::Document;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{make_group, make_tool, tool};

fn one(noun: &str, id: &str) -> String {
    format!("/admin/api/{noun}/{id}")
}

async fn tag(server: &Server, path: &str) -> String {
    let reply = server.as_admin(Ask::get(path)).await;
    let tag = reply.assert_status(200).header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
    tag
}

async fn change(server: &Server, path: &str, expected: &str, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::PATCH, path, body).header("if-match", expected)).await
}

async fn remove_if(server: &Server, path: &str, expected: &str) -> Reply {
    server.as_admin(Ask::method(Method::DELETE, path).header("if-match", expected)).await
}

/// A change of one of this kind, the second of so many.
fn changed(noun: &str, number: usize) -> Value {
    match noun {
        "clients" => json!({ "client_name": format!("Name {number}") }),
        "scopes" => json!({ "description": format!("Sentence {number}") }),
        _ => json!({ "name": format!("name_{number}") }),
    }
}

/// Both at the same time: each hop takes a while, so neither is over before the other has begun.
async fn both<T, U>(server: &Server, first: impl Future<Output = T>, second: impl Future<Output = U>) -> (T, U) {
    server.hops.depth_of(async { tokio::join!(first, second) }).await.0
}

#[track_caller]
fn assert_refused(reply: &Reply) {
    reply.assert_error(412, "precondition_failed");
    assert!(reply.is_problem() && reply.header("etag").is_empty());
}

#[tokio::test]
async fn the_tag_is_that_of_what_is_shown_and_another_after_each_change() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for noun in document.nouns() {
        let made = post(&server, noun, &new(noun, "sample")).await;
        let path = one(noun, &made.text(document.id_of(noun)));
        let first = tag(&server, &path).await;
        assert_eq!(made.header("etag"), first, "{noun}");
        assert_eq!(tag(&server, &path).await, first, "{noun}");
        let mut seen = vec![first];
        for number in 0..3 {
            let reply = server.as_admin(Ask::json(Method::PATCH, &path, &changed(noun, number))).await;
            let next = reply.assert_status(200).header("etag").to_owned();
            assert_eq!(tag(&server, &path).await, next, "{noun}");
            assert!(!seen.contains(&next), "{noun}");
            seen.push(next);
        }
        let reply = server.as_admin(Ask::json(Method::PATCH, &path, &json!({}))).await;
        assert_eq!(
            tag(&server, &path).await,
            reply.assert_status(200).header("etag"),
            "{noun}: of a change of nothing, too"
        );
        let head = server.as_admin(Ask::method(Method::HEAD, &path)).await;
        assert_eq!(head.header("etag"), reply.header("etag"));
    }
}

#[tokio::test]
async fn whichever_member_is_changed_and_shown_otherwise_the_tag_is_another() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let mut changed = Vec::new();
    for noun in document.nouns() {
        let path = one(noun, &make(&server, &document, noun, "sample").await);
        let schema = document.sent("patch", &format!("/admin/api/{noun}/{{id}}"));
        for member in schema["properties"].as_object().expect("properties").keys() {
            let (before, old) = (show(&server, &path).await, tag(&server, &path).await);
            let body = json!({ member.as_str(): fitting(noun, member) });
            server.as_admin(Ask::json(Method::PATCH, &path, &body)).await.assert_status(200);
            if show(&server, &path).await != before {
                assert_ne!(tag(&server, &path).await, old, "{noun} {member}");
                changed.push(member.clone());
            }
        }
    }
    for member in ["client_name", "access_token_minutes", "description", "request", "role"] {
        assert!(changed.iter().any(|known| known == member), "{member}: {changed:?}");
    }
}

#[tokio::test]
async fn a_change_that_rests_on_what_is_no_longer_so_is_refused_and_changes_nothing() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for noun in document.nouns() {
        let path = one(noun, &make(&server, &document, noun, "sample").await);
        let old = tag(&server, &path).await;
        let made = change(&server, &path, &old, &changed(noun, 1)).await;
        let now = made.assert_status(200).header("etag").to_owned();
        server.events.take();
        let before = show(&server, &path).await;
        let one = format!("/admin/api/{noun}/{{id}}");
        for (method, refused) in [
            ("patch", change(&server, &path, &old, &changed(noun, 2)).await),
            ("delete", remove_if(&server, &path, &old).await),
        ] {
            assert_refused(&refused);
            document.assert_promised(method, &one, &refused);
        }
        assert_eq!((show(&server, &path).await, tag(&server, &path).await), (before, now.clone()), "{noun}");
        assert!(server.events.take().is_empty(), "{noun}");
        change(&server, &path, &now, &changed(noun, 2)).await.assert_status(200);
        assert_refused(&remove_if(&server, &path, &now).await);
        let last = tag(&server, &path).await;
        remove_if(&server, &path, &last).await.assert_status(204);
        server.as_admin(Ask::get(&path)).await.assert_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_list_expects_any_of_its_tags_a_star_any_at_all_and_a_weak_tag_nothing() {
    let server = Server::seeded().await;
    let path = one("clients", SERVER.id);
    let now = tag(&server, &path).await;
    let (mut number, mut current) = (0, now.clone());
    for (expected, holds) in [
        ("TAG", true),
        ("*", true),
        (" * ", true),
        ("\"other\", TAG", true),
        ("\"1\",TAG,\"2\"", true),
        ("W/TAG", false),
        ("\"other\"", false),
        ("\"1\", W/TAG", false),
        ("", false),
        ("nonsense", false),
    ] {
        number += 1;
        let reply = change(&server, &path, &expected.replace("TAG", &current), &changed("clients", number)).await;
        if holds {
            current = reply.assert_status(200).header("etag").to_owned();
        } else {
            assert_refused(&reply);
        }
    }
    let in_two_lines = Ask::json(Method::PATCH, &path, &changed("clients", 100)).header("if-match", "\"other\"");
    server.as_admin(in_two_lines.header("if-match", &current)).await.assert_status(200);
    assert_refused(&change(&server, &path, &now, &changed("clients", 101)).await);
}

#[tokio::test]
async fn what_is_nowhere_is_not_found_whatever_is_expected_of_it() {
    let server = Server::seeded().await;
    for noun in Document::of(&server).await.nouns() {
        for expected in ["*", "\"1\"", "\"other\""] {
            let path = one(noun, "nobody");
            change(&server, &path, expected, &changed(noun, 1)).await.assert_error(404, "not_found");
            remove_if(&server, &path, expected).await.assert_error(404, "not_found");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_changes_at_the_same_time_that_rest_on_the_same_one_is_made() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for noun in document.nouns() {
        let path = one(noun, &make(&server, &document, noun, "sample").await);
        let now = tag(&server, &path).await;
        let [first, second] = [changed(noun, 1), changed(noun, 2)];
        let replies = both(&server, change(&server, &path, &now, &first), change(&server, &path, &now, &second)).await;
        let (won, lost, kept) =
            if replies.0.status == 200 { (replies.0, replies.1, first) } else { (replies.1, replies.0, second) };
        won.assert_status(200);
        assert_refused(&lost);
        let shown = show(&server, &path).await;
        assert!(
            kept.as_object().expect("members").iter().all(|(name, value)| shown[name] == *value),
            "{noun}: {shown}"
        );
        let now = won.header("etag");
        let body = changed(noun, 3);
        let (changed, removed) =
            both(&server, change(&server, &path, now, &body), remove_if(&server, &path, now)).await;
        let statuses = (changed.status.as_u16(), removed.status.as_u16());
        assert!([(200, 412), (404, 204)].contains(&statuses), "{noun}: {statuses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_guard_holds_also_after_something_else_had_to_be_written_first() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read")]).seed().await;
    let path = one("clients", SERVER.id);
    let now = tag(&server, &path).await;
    let body = json!({ "scope": "photos:read" });
    let elsewhere = server.fresh_isolate();
    let (first, second) =
        both(&server, change(&server, &path, &now, &body), change(&elsewhere, &path, &now, &body)).await;
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(show(&server, &path).await["scope"], "photos:read");
    let won = if first.status == 200 { first } else { second };
    assert_eq!(tag(&server, &path).await, won.header("etag"));
}

#[tokio::test]
async fn what_is_only_kept_in_mind_leaves_the_tag_as_it_is() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let id = make(&server, &document, "clients", "sample").await;
    let (client, user) = (one("clients", &id), one("users", &user_id(&server, "alice").await));
    let (of_client, of_user) = (tag(&server, &client).await, tag(&server, &user).await);
    let later = Timestamp::from_seconds(4_000_000_000);
    server.database.run(clients::used_on(&id, later)).await.expect("noted");
    let kept = "UPDATE clients SET fetched_keys = '{}', fetched_keys_at = 1, keys_asked_until = 1, document_fresh_until = NULL";
    server.database.run(Statement::write(kept, Vec::new())).await.expect("kept");
    server.as_admin(Ask::method(Method::POST, &format!("{user}/secret"))).await.assert_status(200);
    server.as_admin(Ask::method(Method::POST, &format!("{user}/password-link"))).await.assert_status(201);
    assert_eq!((tag(&server, &client).await, tag(&server, &user).await), (of_client, of_user));
}

#[tokio::test]
async fn what_others_change_of_it_changes_the_tag() {
    let server = Server::seeded().await;
    let made = json!({ "name": "photos", "description": "See photos" });
    post(&server, "scopes", &made).await.assert_status(201);
    edit_client(&server, SERVER.id, json!({ "scope": "read:tools photos" })).await;
    let resource = json!({ "resource": "https://a.example/", "name": "A", "scope": "photos" });
    let resource = post(&server, "resources", &resource).await.assert_status(201).text("id");
    let tool_id = make_tool(&server, tool("one")).await["id"].as_str().expect("an id").to_owned();
    let group = make_group(&server, "all", &["one"]).await["id"].as_str().expect("an id").to_owned();
    let (client, resource, group) =
        (one("clients", SERVER.id), one("resources", &resource), one("tool-groups", &group));
    let before = [tag(&server, &client).await, tag(&server, &resource).await, tag(&server, &group).await];
    remove(&server, "/admin/api/scopes/photos").await;
    server
        .as_admin(Ask::json(Method::PATCH, &one("tools", &tool_id), &json!({ "name": "two" })))
        .await
        .assert_status(200);
    let renamed = tag(&server, &group).await;
    let after = [tag(&server, &client).await, tag(&server, &resource).await, renamed.clone()];
    assert!((0..3).all(|at| before[at] != after[at]), "{before:?} {after:?}");
    assert_eq!(show(&server, &group).await["tools"], json!(["two"]));
    remove(&server, &one("tools", &tool_id)).await;
    assert_ne!(tag(&server, &group).await, renamed, "it holds it no longer");
}

#[tokio::test]
async fn what_is_made_anew_under_the_same_id_has_another_tag() {
    let server = Server::seeded().await;
    let client = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    for (noun, body) in [("clients", client), ("scopes", json!({ "name": "app", "description": "X" }))] {
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..3 {
            let made = post(&server, noun, &body).await;
            let path = one(noun, "app");
            let now = made.assert_status(201).header("etag").to_owned();
            assert_eq!(tag(&server, &path).await, now);
            for old in &seen {
                assert_refused(&change(&server, &path, old, &changed(noun, 1)).await);
            }
            seen.push(now);
            remove(&server, &path).await;
        }
    }
}

#[tokio::test]
async fn what_else_is_wrong_is_told_as_it_is_without_an_expectation() {
    let server = Server::seeded().await;
    let path = one("users", &user_id(&server, "alice").await);
    let now = tag(&server, &path).await;
    let taken = change(&server, &path, &now, &json!({ "name": "bob" })).await;
    taken.assert_field(409, "conflict", "name");
    change(&server, &path, &now, &json!({ "name": "" })).await.assert_field(400, "invalid_request", "name");
    let own = show(&server, &path).await["client_id"].as_str().expect("an id").to_owned();
    let own = one("clients", &own);
    let of_own = tag(&server, &own).await;
    remove_if(&server, &own, &of_own).await.assert_error(409, "conflict");
    server
        .send(Ask::json(Method::PATCH, &path, &json!({})).header("if-match", &now))
        .await
        .assert_error(401, "invalid_token");
    assert_eq!(tag(&server, &path).await, now);
}

/// Whoever lost an answer cannot be told that nothing was changed.
#[tokio::test]
async fn a_store_that_fails_or_loses_its_answer_is_no_precondition_that_failed() {
    let server = Server::seeded().await;
    let path = one("users", &user_id(&server, "alice").await);
    let now = tag(&server, &path).await;
    for (number, fault) in [Fault::Fail, Fault::FailAfterEffect].into_iter().enumerate() {
        for skipped in 0..2 {
            let now = tag(&server, &path).await;
            server.database.fault.set_once_after(skipped, fault);
            let name = json!({ "name": format!("alice {number} {skipped}") });
            change(&server, &path, &now, &name).await.assert_error(503, "temporarily_unavailable");
        }
    }
    assert_ne!(tag(&server, &path).await, now, "one of them took effect");
}

#[tokio::test]
async fn a_change_that_rests_on_a_tag_acts_at_once_in_the_isolate_that_makes_it() {
    let server = Server::seeded().await;
    let by_client = SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    server.send(by_client.clone()).await.assert_status(200);
    let path = one("clients", SERVER.id);
    let now = tag(&server, &path).await;
    change(&server, &path, &now, &json!({ "disabled": true })).await.assert_status(200);
    server.send(by_client).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_tag_costs_no_hop_and_an_expectation_one() {
    let server = Server::seeded().await;
    let made = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    make_client(&server, made).await;
    let path = one("clients", "app");
    let now = tag(&server, &path).await;
    let ask = Ask::json(Method::PATCH, &path, &fitting_name());
    for (ask, hops) in [
        (Ask::get(&path), 1),
        (ask.clone(), 2),
        (ask.header("if-match", &now), 1),
        (Ask::method(Method::DELETE, &path), 2),
    ] {
        server.hops.take();
        server.as_admin(ask.clone()).await;
        assert_eq!(server.hops.take().len(), hops, "{ask:?}");
    }
    make_client(
        &server,
        json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] }),
    )
    .await;
    let now = tag(&server, &path).await;
    server.hops.take();
    change(&server, &path, &now, &fitting_name()).await.assert_status(200);
    assert_eq!(server.hops.take().len(), 3);
}

fn fitting_name() -> Value {
    json!({ "client_name": fitting("clients", "client_name") })
}
