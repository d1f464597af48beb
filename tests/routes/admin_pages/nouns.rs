//! The pages of every kind of thing: list, form, removal and what else is done with one.

use axum::http::Method;
use serde_json::{Value, json};

use super::administrator;
use crate::support::admin::{edit_user, make_client, show, user_id};
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// Of each kind: its part of the path, the member that is its id, a form that makes one, what of the form is changed
/// afterwards, and what the API then says.
type Kind = (&'static str, &'static str, Vec<(&'static str, &'static str)>, (&'static str, &'static str), Value);

const INPUT_SCHEMA: &str = r#"{"type":"object","properties":{"x":{"type":"string"}}}"#;
const REQUEST: &str = r#"{"method":"GET","url":"https://api.example/x"}"#;

fn kinds() -> [Kind; 8] {
    [
        (
            "users",
            "id",
            vec![("name", "zoe"), ("role", "user")],
            ("claims", "{\"email\": \"zoe@example.com\"}"),
            json!({ "email": "zoe@example.com" }),
        ),
        (
            "clients",
            "client_id",
            vec![
                ("client_name", "Zoe's app"),
                ("redirect_uris", "https://zoe.example/cb\r\nhttps://zoe.example/other"),
                ("grant_types.authorization_code", "on"),
                ("consent_policy", "once"),
                ("scope", "read:tools"),
            ],
            ("grant_types.refresh_token", "on"),
            json!(["authorization_code", "refresh_token"]),
        ),
        (
            "scopes",
            "name",
            vec![("name", "zoe:read"), ("description", "Read Zoe")],
            ("claims", "email\r\nphone_number"),
            json!(["email", "phone_number"]),
        ),
        (
            "resources",
            "id",
            vec![("resource", "https://zoe.example/api"), ("name", "Zoe's API")],
            ("scope", "read:tools call:tools"),
            json!("read:tools call:tools"),
        ),
        ("initial-access-tokens", "id", vec![("name", "for Zoe")], ("name", "for Zoë"), json!("for Zoë")),
        (
            "tools",
            "id",
            vec![
                ("name", "zoe_tool"),
                ("request", REQUEST),
                ("input_schema", INPUT_SCHEMA),
                ("authentication", "none"),
            ],
            ("timeout_seconds", "7"),
            json!(7),
        ),
        ("tool-groups", "id", vec![("name", "zoe_group")], ("default_enabled", "on"), json!(true)),
        (
            "providers",
            "id",
            vec![
                ("id", "zoe"),
                ("issuer", "https://zoe.example"),
                ("client_id", "us"),
                ("kind", "oidc"),
                ("flow", "authorization_code"),
                ("client_authentication", "none"),
                ("unknown_accounts", "never"),
                ("enabled", "on"),
            ],
            ("scopes", "openid email"),
            json!("openid email"),
        ),
    ]
}

/// What the API says of the only one whose member `named` is `text`.
async fn found(server: &Server, path: &str, named: &str, text: &str) -> Option<Value> {
    let list = server.as_admin(Ask::get(&format!("/admin/api/{path}?limit=200"))).await.json();
    let rows = list[path.replace('-', "_")].as_array().expect("a list").clone();
    rows.into_iter().find(|row| row[named] == text)
}

async fn made(browser: &mut Browser<'_>, kind: &Kind) -> Reply {
    let form = browser.open(&format!("/admin/new/{}", kind.0)).await;
    form.assert_status(200);
    browser.submit(&format!("/admin/{}", kind.0), &form, &kind.2).await
}

#[tokio::test]
async fn what_a_form_makes_changes_and_removes_the_api_knows_so() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    for kind in kinds() {
        let (path, id, form, (changed, text), expected) = &kind;
        let reply = made(&mut browser, &kind).await;
        assert!([200, 303].contains(&reply.status.as_u16()), "{path}: {}", reply.body);
        let (named, name) = form[0];
        let one = found(&server, path, named, name).await.unwrap_or_else(|| panic!("{path}: none is made"));
        let encoded: String =
            url::form_urlencoded::byte_serialize(one[*id].as_str().expect("an id").as_bytes()).collect();
        let address = format!("/admin/{path}/{encoded}");
        assert!(browser.open(&format!("/admin/{path}")).await.body.contains(&format!("href=\"{address}\"")), "{path}");
        let page = browser.open(&address).await;
        let mut fields = standing(&one, form);
        fields.retain(|(name, _)| name != changed);
        fields.push((changed, text));
        let reply = browser.submit(&address, &page, &fields).await;
        assert_eq!(reply.header("location"), format!("{address}?done=saved"), "{path}: {}", reply.body);
        let named = if *changed == named { (named, *text) } else { (named, name) };
        let edited = found(&server, path, named.0, named.1).await.expect("it is still there");
        let member = changed.split('.').next().expect("a name");
        assert_eq!(edited[member], *expected, "{path}");
        let question = browser.open(&format!("{address}/remove")).await;
        assert!(question.body.contains("Remove: "), "{path}");
        let reply = browser.submit(&format!("{address}/remove"), &question, &[]).await;
        assert_eq!(reply.header("location"), format!("/admin/{path}?done=removed"), "{path}: {}", reply.body);
        assert_eq!(found(&server, path, named.0, named.1).await, None, "{path}");
    }
}

/// The form as a browser would send it again: what was typed, and the boxes that are ticked.
fn standing<'a>(one: &Value, form: &'a [(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = form.to_vec();
    for (flag, name) in [("require_pkce", "require_pkce"), ("public", "public")] {
        if one[flag] == true {
            fields.push((name, "on"));
        }
    }
    for (member, text) in
        [("token_endpoint_auth_method", "client_secret_basic"), ("id_token_signed_response_alg", "ES256")]
    {
        if one.get(member).is_some() {
            fields.push((member, text));
        }
    }
    fields
}

#[tokio::test]
async fn a_secret_is_shown_this_once_and_works() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let form = browser.open("/admin/new/clients").await;
    let fields = [
        ("client_id", "machine"),
        ("client_name", "Machine"),
        ("grant_types.client_credentials", "on"),
        ("scope", "read:tools"),
        ("consent_policy", "once"),
    ];
    let reply = browser.submit("/admin/clients", &form, &fields).await;
    let secret = reply.assert_status(200).element("shown-2").to_owned();
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic("machine", &secret);
    server.send(ask).await.assert_status(200);
    let page = browser.open("/admin/clients/machine").await;
    assert!(!page.body.contains(&secret));
    let question = browser.open("/admin/clients/machine/secret").await;
    let reply = browser.submit("/admin/clients/machine/secret", &question, &[]).await;
    let other = reply.assert_status(200).element("shown-2").to_owned();
    assert_ne!(other, secret);
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic("machine", &secret);
    server.send(ask).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    for (path, fields, status, field) in [
        ("users", vec![("name", "alice"), ("role", "user"), ("claims", "{\"email\": \"x@example.com\"}")], 409, "name"),
        ("users", vec![("name", "")], 400, "name"),
        ("users", vec![("name", "zoe"), ("role", "user"), ("claims", "{no json")], 400, "claims"),
        (
            "clients",
            vec![("client_name", "x"), ("consent_policy", "once"), ("redirect_uris", "not a uri")],
            400,
            "redirect_uris",
        ),
        ("tools", vec![("name", "zoe"), ("request", "[]")], 400, "request"),
        ("initial-access-tokens", vec![("name", "zoe"), ("expires_in", "soon")], 400, "expires_in"),
    ] {
        let form = browser.open(&format!("/admin/new/{path}")).await;
        let before = server.database.rows_written();
        let reply = browser.submit(&format!("/admin/{path}"), &form, &fields).await;
        assert_eq!(reply.status, status, "{path} {fields:?}");
        assert!(!reply.element(&format!("{field}-problem")).is_empty(), "{path} {fields:?}: {}", reply.body);
        assert!(reply.body.contains("<title>Error: "), "{path}");
        for (name, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
            let text = text.replace('"', "&#34;");
            assert!(reply.body.contains(&text), "{path}: {name} was {text}: {}", reply.body);
        }
        assert_eq!(server.database.rows_written(), before, "{path}");
    }
}

#[tokio::test]
async fn what_nobody_touched_is_not_written() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let alice = found(&server, "users", "name", "alice").await.expect("alice");
    let address = format!("/admin/users/{}", alice["id"].as_str().expect("an id"));
    let page = browser.open(&address).await;
    let disable = Ask::json(Method::PATCH, &address.replace("/admin/", "/admin/api/"), &json!({ "disabled": true }));
    server.as_admin(disable).await.assert_status(200);
    let claims = serde_json::to_string_pretty(&alice["claims"]).expect("claims");
    let fields = [("name", "alice"), ("role", "user"), ("claims", claims.as_str()), ("disabled", "on")];
    let reply = browser.submit(&address, &page, &fields).await;
    assert_eq!(reply.header("location"), format!("{address}?done=saved"));
    assert_eq!(found(&server, "users", "name", "alice").await.expect("alice")["updated_at"], alice["updated_at"]);
}

#[tokio::test]
async fn a_list_is_searched_and_paged_and_says_what_to_do_when_it_is_empty() {
    let server = Server::new();
    let mut browser = administrator(&server).await;
    let empty = browser.open("/admin/users").await;
    assert!(empty.body.contains("There is no user yet."));
    for number in 0..26 {
        let name = format!("person {number:02}");
        server.as_admin(Ask::json(Method::POST, "/admin/api/users", &json!({ "name": name }))).await.assert_status(201);
    }
    let first = browser.open("/admin/users").await;
    assert_eq!(first.body.matches("class=\"row-title\"").count(), 25);
    let next = first.body.split("id=\"to-next\"").next().and_then(|before| before.rsplit("href=\"").next());
    let next = next.expect("a next page").trim_end_matches("\" ").replace("&#38;", "&");
    let second = browser.open(&next).await;
    assert_eq!(second.body.matches("class=\"row-title\"").count(), 1, "{next}");
    let one = browser.open("/admin/users?q=person%2007").await;
    assert_eq!(one.body.matches("class=\"row-title\"").count(), 1);
    let none = browser.open("/admin/users?q=nobody").await;
    assert!(none.body.contains("No user has a name that begins so."));
}

#[tokio::test]
async fn nobody_else_sees_or_does_anything_there() {
    let server = Server::seeded().await;
    let mut administrator = administrator(&server).await;
    let page = administrator.open("/admin/new/users").await;
    let (mut alice, mut nobody) = (Browser::new(&server), Browser::new(&server));
    alice.sign_in("alice", "correct horse").await;
    let before = server.database.rows_written();
    for path in ["/admin/users", "/admin/new/users", "/admin/clients/demo-web", "/admin/clients/demo-web/remove"] {
        for browser in [&mut alice, &mut nobody] {
            let reply = browser.open(path).await;
            assert_eq!(reply.status, 303, "{path}");
            assert!(reply.header("location").starts_with("/admin/login"), "{path}");
        }
    }
    for path in ["/admin/users", "/admin/clients/demo-web", "/admin/clients/demo-web/remove"] {
        let reply = alice.submit(path, &page, &[("name", "zoe")]).await;
        assert!(reply.status != 200 && !reply.header("location").contains("done="), "{path}: {}", reply.status);
        let wrong = Ask::post(path, &[("csrf_token", "wrong"), ("name", "zoe")]).header("origin", server.issuer());
        let reply = administrator.send(wrong).await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.body);
    }
    assert_eq!(server.database.rows_written(), before);
}

#[tokio::test]
async fn what_is_no_kind_is_nowhere() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    for path in ["/admin/nothing", "/admin/new/nothing", "/admin/users/nobody", "/admin/clients/demo-web/explode"] {
        browser.open(path).await.assert_error_page(404, "not_found");
    }
}

#[tokio::test]
async fn the_claims_that_most_people_have_have_fields_of_their_own_and_others_are_json() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let claims =
        json!({ "email": "a@b.example", "email_verified": true, "address": { "country": "NL" }, "employee": 7 });
    let alice = edit_user(&server, "alice", json!({ "claims": claims })).await;
    let path = format!("/admin/users/{}", alice["id"].as_str().expect("an id"));
    let page = browser.open(&path).await;
    assert_eq!((page.field("claims.email").as_str(), page.field("claims.given_name").as_str()), ("a@b.example", ""));
    assert!(page.body.contains("<option value=\"true\" selected>"));
    let others = page.element("claims").replace("&#34;", "\"");
    let others: Value = serde_json::from_str(&others).expect("JSON");
    assert_eq!(others, json!({ "address": { "country": "NL" }, "employee": 7 }));
    let others = others.to_string();
    let typed = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("name", "alice"), ("role", "user"), ("claims.email_verified", "true")];
        fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        fields.extend(more);
        fields
    };
    let same = typed(&[("claims.email", "a@b.example")]);
    server.events.take();
    let page = browser.open(&path).await;
    browser.submit(&path, &page, &[&same[..], &[("claims", &*others)]].concat()).await.assert_status(303);
    assert!(server.events.take_kinds().is_empty(), "nothing was changed");
    let changed =
        typed(&[("claims.email", "c@d.example"), ("claims.email_verified", "false"), ("claims.locale", "nl")]);
    let page = browser.open(&path).await;
    browser.submit(&path, &page, &[&changed[..], &[("claims", "{\"employee\": 8}")]].concat()).await.assert_status(303);
    let shown = show(&server, &format!("/admin/api{}", path.strip_prefix("/admin").expect("a path"))).await;
    let expected = json!({ "email": "c@d.example", "email_verified": false, "employee": 8, "locale": "nl" });
    assert_eq!(shown["claims"], expected);
    for (email, others, problem) in [
        ("c@d.example", "{\n\"employee\" 8}", "This is no JSON, from line 2, column 12 on."),
        ("c@d.example", "[]", "A member is missing, unknown, repeated or not of its type (line 1, column 10)."),
        ("nobody", "{}", "The claim email is an e-mail address."),
    ] {
        let fields =
            [("name", "alice"), ("role", "user"), ("claims.email", email), ("claims.gender", "f"), ("claims", others)];
        let page = browser.open(&path).await;
        let page = browser.submit(&path, &page, &fields).await;
        assert_eq!(page.assert_status(400).element("claims-problem"), problem);
        assert_eq!((page.field("claims.email").as_str(), page.field("claims.gender").as_str()), (email, "f"));
        assert_eq!(page.element("claims").replace("&#34;", "\"").trim(), others);
    }
    let none = typed(&[("claims.email_verified", "")]);
    let page = browser.open(&path).await;
    browser.submit(&path, &page, &none).await.assert_status(303);
    let shown = show(&server, &format!("/admin/api{}", path.strip_prefix("/admin").expect("a path"))).await;
    assert_eq!(shown["claims"], json!({}));
}

#[tokio::test]
async fn a_page_offers_what_can_be_done_with_this_one_and_leads_to_what_happened_to_it() {
    let server = Server::seeded().await;
    let mut browser = administrator(&server).await;
    let keyed = json!({
        "client_name": "Keyed", "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://a.example/keys",
    });
    let keyed = make_client(&server, keyed).await;
    for (client, offered) in
        [("demo-server", true), ("demo-web", false), (keyed["client_id"].as_str().expect("an id"), false)]
    {
        let page = browser.open(&format!("/admin/clients/{client}")).await;
        assert_eq!(page.assert_status(200).body.contains("Generate New Secret"), offered, "{client}");
        assert!(page.body.contains(&format!("href=\"/admin/audit?client_id={client}\"")), "{client}");
        let happened = browser.open(&format!("/admin/audit?client_id={client}")).await;
        assert_eq!(happened.assert_status(200).field("client_id"), client);
    }
    let alice = user_id(&server, "alice").await;
    let page = browser.open(&format!("/admin/users/{alice}")).await;
    assert!(page.body.contains("Generate New Secret"));
    assert!(page.body.contains(&format!("href=\"/admin/audit?subject={alice}\"")));
    let happened = browser.open(&format!("/admin/audit?subject={alice}")).await;
    assert_eq!(happened.assert_status(200).field("subject"), alice);
    assert!(!browser.open("/admin/scopes/admin").await.body.contains("What happened"));
}
