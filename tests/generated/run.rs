//! Generates requests, sends each into the same world, and holds the answer against the rules.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use tokio::runtime::{Builder, Runtime};

use crate::bases::Base;
use crate::draft::{Carrier, Draft};
use crate::histogram::Histogram;
use crate::mutation::{Mutation, garbage, mutations};
use crate::rules::Exchange;
use crate::still_good;
use crate::support::generated::{cases, config, seed};
use crate::support::log_lines;
use crate::world::World;

/// One generated request.
#[derive(Clone, Debug)]
pub enum Case {
    /// A right request, and what is done to it. Now and then, whether everything that was not used is still good.
    Spoiled { base: Base, mutations: Vec<Mutation>, and_still_good: bool },
    /// A body that never was right, where `base` would have gone.
    Garbage { base: Base, body: Vec<u8> },
}

fn case(bases: &'static [Base]) -> impl Strategy<Value = Case> {
    let spoiled = (select(bases), mutations(), prop::bool::weighted(0.02));
    prop_oneof![
        14 => spoiled.prop_map(|(base, mutations, and_still_good)| Case::Spoiled { base, mutations, and_still_good }),
        1 => (select(bases), garbage()).prop_map(|(base, body)| Case::Garbage { base, body }),
    ]
}

/// The world and what lets it run.
pub struct Run {
    runtime: Runtime,
    world: RefCell<World>,
    histogram: RefCell<Histogram>,
}

impl Run {
    pub fn new() -> Self {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let mut world = runtime.block_on(World::prepared());
        world.restore();
        Self { runtime, world: RefCell::new(world), histogram: RefCell::default() }
    }

    /// Sends one request; `Err` says which rule its answer broke.
    pub fn check(&self, case: &Case) -> Result<(), String> {
        let world = &mut *self.world.borrow_mut();
        let (draft, and_still_good) = match case {
            Case::Spoiled { base, mutations, and_still_good } => {
                (base.draft(world).mutated(world, mutations), *and_still_good)
            }
            Case::Garbage { base, body } => (filled_with(base.draft(world), body), false),
        };
        let verdict = self.runtime.block_on(send(world, &draft, &self.histogram));
        let verdict = verdict
            .and_then(|()| if and_still_good { self.runtime.block_on(still_good::check(world)) } else { Ok(()) });
        if verdict.is_err() || and_still_good {
            world.restore();
        }
        verdict
    }

    pub fn histogram(&self) -> Histogram {
        self.histogram.take()
    }
}

fn filled_with(draft: Draft, body: &[u8]) -> Draft {
    let carrier = if draft.carrier == Carrier::Json { Carrier::Form } else { draft.carrier };
    Draft { fields: Vec::new(), carrier, inserted: vec![(0, body.to_vec())], ..draft }
}

async fn send(world: &mut World, draft: &Draft, histogram: &RefCell<Histogram>) -> Result<(), String> {
    let Some(request) = draft.request() else {
        histogram.borrow_mut().count("not HTTP".to_owned(), None);
        return Ok(());
    };
    let mut earlier = None;
    if draft.later > 0 {
        world.server.advance(draft.later);
        world.server.grants.fire_alarms();
        earlier = Some(world.server.remembered());
    }
    let before = earlier.as_ref().unwrap_or(&world.before);
    let written = world.server.database.rows_written();
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (accepts_html, authorized) =
        (header("accept").contains("text/html"), request.headers().contains_key("authorization"));
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let reply = world.server.send_request(request).await;
    let exchange = Exchange {
        method: method.as_str(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        accepts_html,
        authorized,
        reply: &reply,
        events: world.server.events.take_kinds(),
        log: log_lines::take(),
    };
    histogram.borrow_mut().count(label(&exchange), exchange.sentence());
    exchange.keeps_the_rules(&world.redirect_uris)?;
    exchange.keeps_secrets(world.secrets().filter(|(_, secret)| !draft.misplaces(secret)))?;
    let after = world.server.remembered_unless(written, before);
    exchange.stores_only_what_it_may(before, after.as_ref().unwrap_or(before))?;
    if after.is_some() || draft.later > 0 || !exchange.events.is_empty() {
        world.restore();
    }
    Ok(())
}

fn label(exchange: &Exchange<'_>) -> String {
    let status = exchange.reply.status.as_u16();
    match exchange.error() {
        Some(error) if exchange.answer_to_client().is_some() => format!("{status} to the client: {error}"),
        Some(error) => format!("{status} {error}"),
        None if exchange.signs_out_at_a_client() => format!("{status} to the client: signed out"),
        None if exchange.answer_to_client().is_some() => format!("{status} to the client: code"),
        None if exchange.reply.body.contains("id=\"login-form\"") => format!("{status} sign-in page"),
        None if exchange.reply.is_consent_page() => format!("{status} consent page"),
        None => format!("{status} {}", exchange.reply.header("location").split('?').next().unwrap_or_default()),
    }
}

/// Generates `usual` requests (more when more are asked for) from these right ones. `reached` are answers that must be
/// among those that came: else what is generated does not reach the code it is for.
pub fn generate(name: &str, bases: &'static [Base], usual: u32, reached: &[&str]) {
    let run = Run::new();
    let outcome =
        TestRunner::new(config(usual)).run(&case(bases), |case| run.check(&case).map_err(TestCaseError::fail));
    if let Err(error) = outcome {
        panic!("{error}\nto see it again: GENERATED_SEED={} GENERATED_REQUESTS={}", seed(), cases(5_000));
    }
    let histogram = run.histogram();
    println!("{}", histogram.shown(name));
    histogram.assert_deep(name, reached);
}
