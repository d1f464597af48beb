//! What each request leaves in the audit log: whatever it decides, exactly once, with who did it, to whom, of which client, from
//! where, and, when it was refused, why. The requests are those of the matrix, those of `more.rs`, and those of `refused.rs`, which
//! are refused.

mod expected;
mod more;
mod refused;
mod routes;

use std::collections::BTreeSet;

use ostiary::model::audit::{Event, EventKind, Outcome};

use self::more::Played;
use super::requests::{REQUESTS, Request};
use super::world::World;
use super::{broker, nouns};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// Where all of them come from.
const ADDRESS: &str = "192.0.2.1";

/// How an event is told here: `sign_in+ by alice to alice`, `consent- by alice of demo-server grant`.
struct Names(Vec<(String, String)>);

impl Names {
    fn of(server: &Server) -> Self {
        let users = server.database.peek("SELECT id, name FROM users WHERE name IN ('alice', 'bob')");
        let text = |row: &serde_json::Value, name: &str| row[name].as_str().expect("a text").to_owned();
        let mut names: Vec<_> = users.iter().map(|row| (text(row, "id"), text(row, "name"))).collect();
        names.extend(
            ["admin", "demo-server", "demo-web", "idp", "registration"].map(|name| (name.to_owned(), name.to_owned())),
        );
        Self(names)
    }

    /// Whoever else it is has a name that was made up by chance.
    fn of_id(&self, id: &str) -> &str {
        self.0.iter().find(|(known, _)| known == id).map_or("*", |(_, name)| name)
    }

    fn told(&self, event: &Event) -> String {
        let mut told = event.kind.as_str().to_owned();
        told.push(if event.outcome == Outcome::Success { '+' } else { '-' });
        for (word, id) in [("by", &event.actor), ("to", &event.subject), ("of", &event.client_id)] {
            if let Some(id) = id {
                told = format!("{told} {word} {}", self.of_id(id));
            }
        }
        if event.grant_id.is_some() { told + " grant" } else { told }
    }
}

/// What is to be in every event, whatever it is.
fn assert_whole(name: &str, event: &Event) {
    assert_eq!(event.address.as_deref(), Some(ADDRESS), "{name}: {event:?}");
    assert!(!event.request_id.is_empty() && !event.id.is_empty(), "{name}: {event:?}");
    let said = event.reason.as_deref().is_some_and(|reason| !reason.is_empty());
    assert!(event.outcome == Outcome::Success || said, "{name}: nobody says why: {event:?}");
}

/// Sends it, and answers what it decided.
async fn decided(server: &Server, ask: Ask) -> (Vec<Event>, Reply) {
    server.events.take();
    let reply = server.send(ask.header("cf-connecting-ip", ADDRESS)).await;
    let events = server.events.take();
    (events.into_iter().filter(|event| event.kind.decides()).collect(), reply)
}

fn all() -> impl Iterator<Item = &'static Request> {
    REQUESTS.iter().chain(nouns::REQUESTS).chain(broker::REQUESTS)
}

/// Methods and paths.
type Asked = BTreeSet<(String, String)>;

#[tokio::test]
async fn whatever_a_request_decides_is_recorded_once_with_who_did_what_to_whom() {
    let world = World::new().await;
    let mut asked = Asked::new();
    let mut played = Played { asked: &mut asked, seen: Vec::new() };
    for request in all() {
        world.server.advance(40);
        let ask = (request.prepare)(&world).await;
        played.asked.insert(ask.target());
        let (events, reply) = decided(&world.server, ask).await;
        assert!((request.success)(&reply), "{}: {} {}", request.name, reply.status, reply.body);
        played.seen.push(told(&world.server, request.name, &events));
    }
    more::play(&mut played).await;
    check(&played.seen, expected::DONE);
    routes::assert_covered(&asked).await;
}

#[tokio::test]
async fn what_is_refused_is_recorded_as_well_where_somebody_was_to_get_something_by_it() {
    let mut asked = Asked::new();
    let mut played = Played { asked: &mut asked, seen: Vec::new() };
    refused::play(&mut played).await;
    check(&played.seen, expected::REFUSED);
}

/// Kinds that no request decides, and where they are tested.
const ELSEWHERE: [(EventKind, &str); 2] = [
    (EventKind::LogoutTold, "the consumer of the queue of logouts: tests/flows/back_channel.rs"),
    (EventKind::ConnectionLost, "a renewal in the connection's object: tests/routes/broker/renewal.rs"),
];

#[test]
fn every_kind_that_decides_something_is_in_a_row() {
    let rows = expected::DONE.iter().chain(expected::REFUSED).map(|(_, told)| *told).collect::<Vec<_>>().join("; ");
    for kind in EventKind::ALL.iter().filter(|kind| kind.decides()) {
        let name = kind.as_str();
        let is_there = rows.contains(&format!("{name}+")) || rows.contains(&format!("{name}-"));
        let is_elsewhere = ELSEWHERE.iter().any(|(of, _)| of == kind);
        assert!(is_there != is_elsewhere, "{name}");
    }
}

/// A request's name, and what it decided.
fn told(server: &Server, name: &str, events: &[Event]) -> (String, String) {
    let names = Names::of(server);
    for event in events {
        assert_whole(name, event);
    }
    let told: Vec<_> = events.iter().map(|event| names.told(event)).collect();
    (name.to_owned(), told.join("; "))
}

fn check(seen: &[(String, String)], expected: &[(&str, &str)]) {
    for ((name, told), expected) in seen.iter().zip(expected) {
        assert_eq!((name.as_str(), told.as_str()), *expected);
    }
    assert_eq!(seen.len(), expected.len(), "each request has its row");
}
