//! Every port failing at every request: at each call in turn, once or from then on, before its effect or after.
//!
//! What must hold: an answer that the table of outcomes allows; then, when all is well again, the same request works
//! (or is refused as the table says, and the flow begun anew works); and nothing half done lies in the stores.
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod account;
mod admin_pages;
mod agents;
mod audited;
mod broker;
mod elsewhere;
mod nouns;
mod operators;
mod plain;
mod registration;
mod replies;
mod requests;
mod routes;
mod rules;
mod stores;
mod world;

use ostiary::model::audit::{EventKind, Outcome as Done};

use self::requests::{Fails, REQUESTS, Request};
use self::rules::{Outcome, next_try, while_it_fails};
use self::world::World;
use crate::support::fault::{Fault, FaultSwitch};
use crate::support::flow::SERVER;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PORTS: [&str; 9] =
    ["database", "codes", "grants", "login_guard", "limiter", "http", "keeper", "sockets", "audit_database"];

fn switch<'a>(server: &'a Server, port: &str) -> &'a FaultSwitch {
    match port {
        "database" => &server.database.fault,
        "audit_database" => &server.audit_database.fault,
        "codes" => &server.codes.fault,
        "grants" => &server.grants.fault,
        "login_guard" => &server.login_guard.fault,
        "limiter" => &server.limiter.fault,
        "keeper" => &server.keeper.fault,
        "sockets" => &server.sockets.fault,
        _ => &server.http.fault,
    }
}

/// In what state the server is otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Around {
    /// The isolate has done the same a moment ago.
    Warm,
    /// The isolate is new.
    Cold,
    /// The isolate is new, and replicas know nothing of what was done before the request.
    Lagging,
}

/// Which calls of the port fail.
#[derive(Clone, Copy, Debug)]
enum Calls {
    Only(u32),
    From(u32),
}

/// One field of the matrix.
#[derive(Clone, Copy)]
struct Field<'a> {
    request: &'a Request,
    around: Around,
    port: &'a str,
    fault: Fault,
    calls: Calls,
}

impl Field<'_> {
    fn name(&self) -> String {
        let Self { request, around, port, fault, calls } = self;
        format!("{}, {around:?}, {port}: {fault:?} at {calls:?}", request.name)
    }

    /// Plays it, and answers how many calls failed: none, when the request calls the port less often.
    async fn play(&self, world: &World) -> u32 {
        let (server, name) = (&world.server, self.name());
        server.advance(40); // what isolates know is too old by now
        let isolate = server.fresh_isolate();
        world.forget_wide_consent();
        match self.around {
            Around::Warm => self.expect_success(&isolate.send((self.request.prepare)(world).await).await),
            Around::Cold => {}
            Around::Lagging => server.database.replicas_lag(),
        }
        let ask = (self.request.prepare)(world).await;

        let switch = switch(server, self.port);
        match self.calls {
            Calls::Only(after) => switch.set_once_after(after, self.fault),
            Calls::From(after) => switch.set_from(after, self.fault),
        }
        server.events.take();
        let reply = isolate.send(ask.clone()).await;
        let failed = switch.disturbed();
        switch.set(Fault::None);

        let allowed = if failed > 0 { while_it_fails(self.request.name, self.port) } else { Outcome::Success };
        assert!(self.is(allowed, &reply), "{name}: {allowed:?} is due, not {} {}", reply.status, reply.body);
        stores::check(world, &name);
        if !(self.request.success)(&reply) {
            // A token that is renewed is so whatever becomes of the call that needs it.
            let stands = |kind| kind == EventKind::ConnectionRefreshed;
            let done =
                server.events.take().into_iter().find(|event| event.outcome == Done::Success && !stands(event.kind));
            assert!(done.is_none(), "{name}: what nobody was told of is in the log: {done:?}");
            self.try_again(world, &isolate, ask).await;
        }
        server.database.replicas_catch_up();
        failed
    }

    /// All is well again, and two seconds have passed: longer than the one in which a code's repetition is an accident.
    async fn try_again(&self, world: &World, isolate: &Server, ask: Ask) {
        world.server.advance(2);
        let due = next_try(self.request.name, self.port, self.fault);
        let again = isolate.send(ask).await;
        assert!(self.is(due, &again), "{}, next try: {due:?} is due, not {} {}", self.name(), again.status, again.body);
        stores::check(world, &self.name());
        if due != Outcome::Success {
            self.expect_success(&isolate.send((self.request.prepare)(world).await).await);
        }
    }

    fn expect_success(&self, reply: &Reply) {
        assert!((self.request.success)(reply), "{}: not even when all is well: {}", self.name(), reply.body);
    }

    fn is(&self, outcome: Outcome, reply: &Reply) -> bool {
        match outcome {
            Outcome::Success => (self.request.success)(reply),
            Outcome::Unavailable => is_unavailable(reply, self.request.fails),
            Outcome::Either => (self.request.success)(reply) || is_unavailable(reply, self.request.fails),
            Outcome::SuccessOr(status) => (self.request.success)(reply) || reply.status == status,
            Outcome::Refused(status, code) => reply.status == status && reply.text("error") == code,
            Outcome::ToolError => reply.status == 200 && reply.json()["result"]["isError"] == true,
        }
    }
}

/// Whether this is 503 `temporarily_unavailable` with `Retry-After` in its form, tells nothing of the inside, and signs
/// nobody in.
fn is_unavailable(reply: &Reply, fails: Fails) -> bool {
    let inside = ["of the test", "database", "login guard"];
    if inside.iter().any(|word| reply.body.contains(word) || reply.header("location").contains(word)) {
        return false;
    }
    let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
    if cookies.iter().any(|cookie| cookie.to_str().is_ok_and(|cookie| !cookie.starts_with("ostiary_browser"))) {
        return false;
    }
    let told = match fails {
        Fails::Client if reply.status == 303 => return is_told_to_the_client(reply),
        Fails::Client | Fails::Page => reply.body.contains("id=\"error-code\">temporarily_unavailable<"),
        Fails::Json => reply.text("error") == "temporarily_unavailable",
    };
    let seconds = reply.header("retry-after").parse::<u32>();
    told && reply.status == 503 && seconds.is_ok_and(|seconds| (1..=60).contains(&seconds))
}

fn is_told_to_the_client(reply: &Reply) -> bool {
    let parameter = |name| reply.location_parameter(name);
    reply.header("location").starts_with(SERVER.redirect_uri)
        && parameter("error").as_deref() == Some("temporarily_unavailable")
        && parameter("state").as_deref() == Some("state-of-the-client")
        && parameter("iss").is_some()
        && parameter("code").is_none()
}

fn rows() -> impl Iterator<Item = &'static Request> {
    let more = [nouns::REQUESTS, broker::REQUESTS, registration::REQUESTS, operators::REQUESTS, plain::REQUESTS];
    REQUESTS.iter().chain(more.into_iter().flatten())
}

/// Plays the rows of the table whose number leaves this remainder, so that they run side by side.
async fn play_rows(remainder: usize) {
    let world = World::new().await;
    for (_, request) in rows().enumerate().filter(|(number, _)| number % SHARES == remainder) {
        for around in [Around::Warm, Around::Cold, Around::Lagging] {
            let mut asked = Vec::new();
            for port in PORTS {
                if play_port(&world, request, around, port).await {
                    asked.push(port);
                }
            }
            if around == Around::Cold {
                assert_eq!(asked.join(" "), request.asks, "what {} asks", request.name);
            }
        }
    }
}

/// Lets each call of the port fail in turn, alone and with all that follow. Answers whether there was any.
async fn play_port(world: &World, request: &Request, around: Around, port: &str) -> bool {
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        let field = |calls| Field { request, around, port, fault, calls };
        for call in 0.. {
            match field(Calls::From(call)).play(world).await {
                0 if call == 0 => return false,
                0 => break,
                1 => {} // there is nothing to follow, so this was the call alone
                _ => assert_eq!(field(Calls::Only(call)).play(world).await, 1),
            }
        }
    }
    true
}

const SHARES: usize = 4;

macro_rules! shares {
    ($($name:ident: $remainder:literal),*) => {
        $(#[tokio::test]
        async fn $name() {
            play_rows($remainder).await;
        })*
    };
}

shares! {
    whichever_port_fails_the_next_try_works_and_nothing_is_half_done_first_quarter: 0,
    whichever_port_fails_the_next_try_works_and_nothing_is_half_done_second_quarter: 1,
    whichever_port_fails_the_next_try_works_and_nothing_is_half_done_third_quarter: 2,
    whichever_port_fails_the_next_try_works_and_nothing_is_half_done_last_quarter: 3
}
