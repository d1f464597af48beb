//! Lists, page by page, while rows change; and what they can be searched by.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_user, make_client, make_user, remove, show, user_id};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::tool;

const NOUNS: [(&str, &str); 8] = [
    ("users", "users"),
    ("clients", "clients"),
    ("scopes", "scopes"),
    ("resources", "resources"),
    ("initial-access-tokens", "initial_access_tokens"),
    ("tools", "tools"),
    ("tool-groups", "tool_groups"),
    ("providers", "providers"),
];

/// Seven rows of this noun, however they are ordered, and what else is there.
async fn fill(server: &Server, noun: &str) {
    for number in 0..7 {
        let body = match noun {
            "users" => json!({ "name": format!("person {number}") }),
            "clients" => json!({ "client_name": format!("App {number}"), "redirect_uris": ["https://a.example/cb"] }),
            "scopes" => json!({ "name": format!("photos:{number}"), "description": "See photos" }),
            "resources" => json!({ "resource": format!("https://api.example/{number}"), "name": "Photos" }),
            "tools" => tool(&format!("tool_{number}")),
            "providers" => json!({
                "id": format!("p{number}"), "issuer": "https://idp.example", "client_id": "us", "client_authentication": "none",
            }),
            _ => json!({ "name": format!("partner_{number}") }),
        };
        let ask = Ask::json(Method::POST, &format!("/admin/api/{noun}"), &body);
        server.as_admin(ask).await.assert_status(201);
    }
}

fn id_of(row: &Value) -> String {
    let id = ["client_id", "id", "name"].into_iter().find_map(|member| match row.get("id") {
        Some(id) => id.as_str(),
        None => row[member].as_str(),
    });
    id.expect("an id").to_owned()
}

/// The ids of every page, `limit` at a time; `between` is done after each.
async fn walk(server: &Server, path: &str, member: &str, between: impl AsyncFn(usize)) -> Vec<String> {
    let (mut ids, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = show(server, &format!("{path}{separator}limit=2&after={after}")).await;
        ids.extend(page[member].as_array().expect("rows").iter().map(id_of));
        let Some(next) = page["next"].as_str() else { return ids };
        after = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        between(pages).await;
        pages += 1;
        assert!(pages < 50, "a list without end");
    }
}

#[tokio::test]
async fn the_pages_of_every_list_hold_each_row_once_and_the_last_says_so() {
    let server = Server::seeded().await;
    for (noun, member) in NOUNS {
        fill(&server, noun).await;
        let path = format!("/admin/api/{noun}");
        let whole = show(&server, &format!("{path}?limit=200")).await;
        assert_eq!(whole["next"], Value::Null);
        let whole: Vec<String> = whole[member].as_array().expect("rows").iter().map(id_of).collect();
        assert!(whole.len() >= 7 && whole.is_sorted(), "{whole:?}");
        assert_eq!(walk(&server, &path, member, async |_| ()).await, whole, "{noun}");
    }
}

#[tokio::test]
async fn what_is_made_or_removed_meanwhile_moves_no_other_row() {
    let server = Server::seeded().await;
    for (noun, member) in NOUNS.into_iter().filter(|(noun, _)| *noun != "scopes") {
        fill(&server, noun).await;
        let path = format!("/admin/api/{noun}");
        let before: Vec<String> =
            show(&server, &path).await[member].as_array().expect("rows").iter().map(id_of).collect();
        let removable: Vec<&String> = before.iter().filter(|id| !id.starts_with("agent_user_")).collect();
        let victim = removable.last().expect("one to remove");
        let seen = walk(&server, &path, member, async |page| {
            if page == 0 {
                // One that was shown, and one that was not yet; and new ones anywhere between.
                remove(&server, &format!("{path}/{}", removable[0])).await;
                remove(&server, &format!("{path}/{victim}")).await;
            }
        });
        let seen = seen.await;
        let (first, last) = (removable[0], *victim);
        let expected: Vec<&String> = before.iter().filter(|id| *id != last).collect();
        let seen: Vec<&String> = seen.iter().collect();
        assert!(seen == expected || seen == expected.into_iter().filter(|id| *id != first).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_row_that_comes_while_pages_are_read_is_shown_or_not_and_nothing_else_changes() {
    let server = Server::seeded().await;
    fill(&server, "users").await;
    let before = walk(&server, "/admin/api/users", "users", async |_| ()).await;
    let seen = walk(&server, "/admin/api/users", "users", async |page| {
        make_user(&server, &format!("late {page}"), "correct horse").await;
    });
    let seen = seen.await;
    assert_eq!(seen.iter().filter(|id| before.contains(id)).cloned().collect::<Vec<_>>(), before);
    assert!(seen.is_sorted());
}

fn names(list: &Value, member: &str, name: &str) -> Vec<String> {
    let rows = list[member].as_array().expect("rows").iter();
    rows.map(|row| row[name].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn users_are_found_by_how_their_names_begin_whatever_the_case_in_the_order_of_names() {
    let server = Server::seeded().await;
    for name in ["Alicia", "ALBERT", "mal", "al%", "al_", "Alžběta", "\u{10ffff}"] {
        make_user(&server, name, "correct horse").await;
    }
    let found = async |query: &str| names(&show(&server, &format!("/admin/api/users?{query}")).await, "users", "name");
    assert_eq!(found("q=al").await, ["al%", "al_", "ALBERT", "alice", "Alicia", "Alžběta"]);
    assert_eq!(found("q=ALIC").await, ["alice", "Alicia"]);
    assert_eq!(found("q=al%25").await, ["al%"], "a percent sign stands for itself");
    assert_eq!(found("q=nobody").await, Vec::<String>::new());
    assert_eq!(found("q=").await.len(), 9, "an empty one counts as left out");
    assert_eq!(walk(&server, "/admin/api/users?q=al", "users", async |_| ()).await.len(), 6);
    edit_user(&server, "Alicia", json!({ "role": "admin" })).await;
    assert_eq!(found("role=admin").await, ["Alicia"]);
    assert_eq!(found("role=admin&q=b").await, Vec::<String>::new());
    assert_eq!(found("role=admin&q=a").await, ["Alicia"]);
    assert_eq!(found("role=user").await.len(), 8);
}

#[tokio::test]
async fn clients_are_found_by_their_owner_or_by_how_their_names_begin() {
    let server = Server::seeded().await;
    for name in ["Photos", "photo printer", "Phone", "Photos"] {
        make_client(&server, json!({ "client_name": name, "redirect_uris": ["https://a.example/cb"] })).await;
    }
    make_user(&server, "Photographer", "correct horse").await;
    let found = async |query: &str| {
        names(&show(&server, &format!("/admin/api/clients?{query}")).await, "clients", "client_name")
    };
    assert_eq!(found("q=photo").await, ["photo printer", "Photos", "Photos"], "no user client");
    assert_eq!(found("q=photo&owner=none").await.len(), 3);
    assert_eq!(
        walk(&server, "/admin/api/clients?q=pho", "clients", async |_| ()).await.len(),
        4,
        "the same name twice"
    );
    assert_eq!(found("owner=none").await.len(), 6);
    let alice = user_id(&server, "alice").await;
    assert_eq!(found(&format!("owner={alice}")).await, ["alice OAuth Client"]);
    assert_eq!(found("owner=usr_nobody").await, Vec::<String>::new());
    assert_eq!(walk(&server, "/admin/api/clients?owner=none", "clients", async |_| ()).await.len(), 6);
}

#[tokio::test]
async fn what_cannot_be_searched_by_is_refused() {
    let server = Server::seeded().await;
    for path in [
        "users?role=root",
        "users?q=a&q=b",
        "users?limit=0",
        "clients?q=a&owner=usr_x",
        "clients?q=a&after=x",
        "clients?q=a&after=*.x",
        "clients?q=a&after=_w.x",
        "scopes?limit=201",
        "resources?limit=x",
        "initial-access-tokens?limit=-1",
        "audit?event=nothing",
        "audit?from=yesterday",
        "audit?to=2026-11-21",
        "audit?after=x",
        "audit?after=x.y",
    ] {
        let reply = server.as_admin(Ask::get(&format!("/admin/api/{path}"))).await;
        assert_eq!(reply.status, 400, "{path}: {}", reply.body);
        reply.assert_error(400, "invalid_request");
    }
}
