//! `POST /admin/api/encryption-keys/reseal`

use ostiary::model::audit::EventKind;
use ostiary::ports::{Clock as _, Database as _, Statement};
use serde_json::{Value, json};

use crate::support::fault::Fault;
use crate::support::idp::{connect, signed_in, world};
use crate::support::keys::encryption_set;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{make_tool, tool, with};

const PLACE: &str = "/admin/api/encryption-keys/reseal";

/// A server with a connection, a provider's secret and a tool's, all sealed by the first key.
async fn house() -> Server {
    let server = world().await;
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    make_tool(&server, with(tool("secretive"), &json!({ "authentication": { "bearer": { "secret": "hush" } } }))).await;
    make_tool(&server, tool("weather")).await;
    server
}

/// Deployed anew with this key to seal and that one to open.
fn with_keys(server: &Server, first: u8, other: Option<u8>) -> Server {
    let (first, other) = (encryption_set(first), other.map(encryption_set).unwrap_or_default());
    server.redeployed(&[("ENCRYPTION_KEYS", &first), ("ENCRYPTION_KEYS_NEXT", &other)])
}

async fn reseal(server: &Server, after: &str) -> Value {
    let path = if after.is_empty() { PLACE.to_owned() } else { format!("{PLACE}?after={}", after.replace(' ', "%20")) };
    server.as_admin(Ask::post(&path, &[])).await.assert_status(200).json()
}

/// The names of the keys that sealed what is kept.
fn sealed_by(server: &Server) -> Vec<String> {
    let sql = "SELECT tokens AS sealed FROM connections UNION ALL SELECT secret FROM providers \
               UNION ALL SELECT authentication ->> '$.bearer.secret' FROM tools WHERE name = 'secretive'";
    let rows = server.database.peek(sql);
    rows.iter()
        .map(|row| row["sealed"].as_str().expect("a text").split('.').next().expect("a kid").to_owned())
        .collect()
}

/// Everything that was sealed still opens.
async fn assert_in_use(server: &Server) {
    let tokens = server.database.peek("SELECT user_id, tokens FROM connections");
    let context = format!("connection {}  idp", tokens[0]["user_id"].as_str().expect("a user"));
    let opened = server.app.opened(tokens[0]["tokens"].as_str().expect("tokens"), &context).await.expect("an answer");
    assert!(opened.is_some_and(|text| text.contains("upstream-refresh-1")));
    let provider = ostiary::service::providers::find(&server.app, "idp").await.expect("the provider");
    let secret = ostiary::service::providers::secret(&server.app, &provider).await.expect("its secret");
    assert_eq!(secret, "idp-secret");
    let sql = "SELECT id, authentication ->> '$.bearer.secret' AS secret FROM tools WHERE name = 'secretive'";
    let tool = &server.database.peek(sql)[0];
    let context = format!("tool {}", tool["id"].as_str().expect("an id"));
    let opened = server.app.opened(tool["secret"].as_str().expect("a secret"), &context).await.expect("an answer");
    assert_eq!(opened.as_deref(), Some("hush"));
}

#[tokio::test]
async fn everything_that_an_older_key_sealed_is_sealed_anew_and_the_older_key_may_go() {
    let before = house().await;
    assert_eq!(sealed_by(&before), ["test-1"; 3]);
    let between = with_keys(&before, 2, Some(1));
    assert_in_use(&between).await;
    between.events.take();
    assert_eq!(reseal(&between, "").await, json!({ "resealed": 3, "unopened": [], "next": null }));
    assert_eq!(sealed_by(&between), ["test-2"; 3]);
    let events = between.events.take();
    let told = events.iter().find(|event| event.kind == EventKind::Resealed).expect("an event");
    assert_eq!((told.actor.as_deref(), told.reason.as_deref()), (Some("admin"), Some("3 by the key test-2")));
    assert_eq!(reseal(&between, "").await, json!({ "resealed": 0, "unopened": [], "next": null }), "nothing is left");
    assert_in_use(&with_keys(&between, 2, None)).await;
}

#[tokio::test]
async fn what_no_key_opens_is_named_and_left_as_it_is() {
    let before = house().await;
    let after = with_keys(&before, 3, None);
    let told = reseal(&after, "").await;
    assert_eq!(told["resealed"], 0);
    let unopened: Vec<_> = told["unopened"].as_array().expect("places").iter().filter_map(Value::as_str).collect();
    assert_eq!(unopened.len(), 3);
    assert!(
        unopened[0].starts_with("connection ") && unopened[1] == "provider idp" && unopened[2].starts_with("tool ")
    );
    assert_eq!(sealed_by(&after), ["test-1"; 3]);
    assert_in_use(&with_keys(&after, 1, None)).await;
}

#[tokio::test]
async fn much_is_done_part_by_part_and_what_cannot_be_opened_does_not_stop_it() {
    let server = house().await;
    let copies = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 349) \
                  INSERT INTO connections (id, user_id, agent_id, provider_id, provider_user_id, scopes, tokens, created_at, \
                  updated_at) SELECT 'copy-' || i, user_id, 'agent-' || i, provider_id, 'x', '', tokens, 0, 0 \
                  FROM connections, n";
    server.database.run(Statement::write(copies, vec![])).await.expect("copies");
    let between = with_keys(&server, 2, Some(1));
    let (mut after, mut resealed, mut unopened, mut parts) = (String::new(), 0, 0, 0);
    loop {
        let told = reseal(&between, &after).await;
        resealed += told["resealed"].as_u64().expect("a number");
        unopened += told["unopened"].as_array().expect("places").len();
        parts += 1;
        match told["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(
        (resealed, unopened, parts),
        (3, 250, 3),
        "the copies are sealed for another agent, so they do not open"
    );
}

#[tokio::test]
async fn a_part_that_failed_changed_nothing_and_can_be_done_again() {
    let server = house().await;
    let between = with_keys(&server, 2, Some(1));
    between.database.fault.set_once_after(1, Fault::Fail);
    between.as_admin(Ask::post(PLACE, &[])).await.assert_status(503);
    assert_eq!(sealed_by(&between), ["test-1"; 3]);
    assert_eq!(reseal(&between, "").await["resealed"], 3);
    between.send(Ask::post(PLACE, &[])).await.assert_status(401);
}

/// The answer to a renewal is written in place of the tokens that were read before it.
#[tokio::test]
async fn a_connection_whose_token_is_being_renewed_is_left_to_that_and_reached_later() {
    let server = house().await;
    let claimed = server.clock.now().seconds();
    let claim = Statement::write("UPDATE connections SET refreshing_since = ?1", vec![claimed.into()]);
    server.database.run(claim).await.expect("a claim");
    let between = with_keys(&server, 2, Some(1));
    assert_eq!(reseal(&between, "").await, json!({ "resealed": 2, "unopened": [], "next": null }));
    assert_eq!(sealed_by(&between), ["test-1", "test-2", "test-2"], "nothing was written over the tokens");
    between.advance(60);
    assert_eq!(reseal(&between, "").await["resealed"], 1, "nobody will write an answer any more");
    assert_eq!(sealed_by(&between), ["test-2"; 3]);
    assert_in_use(&with_keys(&between, 2, None)).await;
}
