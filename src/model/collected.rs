//! Events on their way to the Queue: which wait for others, and what a message is then.

use super::audit::{Event, Outcome, Sending};

/// So many events are a message: some 400 bytes each, of 128 KB at most. Of refusals that are only told of by number, so many.
pub const FULL: usize = 100;

/// Events that wait to be sent.
#[derive(Debug, Default)]
pub struct Collected {
    events: Vec<Event>,
    /// What anybody can cause: one of each kind, which says how often.
    refused: Vec<Event>,
}

/// When what was collected is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Now.
    AtOnce,
    /// A little later, with what else comes.
    Later,
    /// With whatever is sent next: alone it is not worth a message.
    Along,
}

impl Collected {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { events: Vec::new(), refused: Vec::new() }
    }

    /// Adds the events of a request, and says when all that waits is due.
    pub fn add(&mut self, events: Vec<Event>) -> Due {
        let mut is_decisive = false;
        for event in events {
            match event.sending() {
                Sending::Tallied => self.tally(event),
                sending => {
                    is_decisive |= sending == Sending::AtOnce;
                    self.events.push(event);
                }
            }
        }
        let refusals = self
            .refused
            .iter()
            .filter_map(|refused| refused.times)
            .fold(0, |all: usize, times| all.saturating_add(usize::try_from(times).unwrap_or(FULL)));
        if is_decisive || self.events.len() >= FULL || refusals >= FULL {
            return Due::AtOnce;
        }
        if self.events.is_empty() { Due::Along } else { Due::Later }
    }

    /// Takes all that waits: a message.
    #[must_use]
    pub fn take(&mut self) -> Vec<Event> {
        let mut message = std::mem::take(&mut self.events);
        message.append(&mut self.refused);
        message
    }

    /// Of what was refused only its number goes on. The rest is in the log.
    fn tally(&mut self, event: Event) {
        let alike = |known: &&mut Event| (known.kind, known.outcome) == (event.kind, event.outcome);
        if let Some(known) = self.refused.iter_mut().find(alike) {
            known.times = known.times.map(|times| times.saturating_add(1));
            known.at = event.at;
            return;
        }
        self.refused.push(Event {
            times: Some(1),
            outcome: Outcome::Failure,
            actor: None,
            subject: None,
            client_id: None,
            grant_id: None,
            address: None,
            reason: None,
            provider: None,
            agent_id: None,
            seconds: None,
            tokens: None,
            ..event
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::audit::EventKind;
    use crate::protocol::time::Timestamp;

    fn event(kind: EventKind, outcome: Outcome) -> Event {
        Event {
            id: "a.0".to_owned(),
            at: Timestamp::from_millis(0),
            kind,
            outcome,
            actor: Some("someone".to_owned()),
            subject: None,
            client_id: Some("app".to_owned()),
            grant_id: None,
            address: Some("192.0.2.1".to_owned()),
            request_id: "r".to_owned(),
            reason: Some("why".to_owned()),
            provider: None,
            agent_id: None,
            seconds: None,
            tokens: None,
            times: None,
        }
    }

    fn refused() -> Vec<Event> {
        vec![event(EventKind::TokenRefused, Outcome::Failure)]
    }

    fn issued() -> Vec<Event> {
        vec![event(EventKind::TokenIssued, Outcome::Success)]
    }

    #[test]
    fn what_decides_goes_at_once_and_takes_along_what_waits() {
        let mut collected = Collected::new();
        assert_eq!(collected.add(issued()), Due::Later);
        assert_eq!(collected.add(refused()), Due::Later);
        assert_eq!(collected.add(vec![event(EventKind::SignIn, Outcome::Failure)]), Due::AtOnce);
        let kinds: Vec<_> = collected.take().iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [EventKind::TokenIssued, EventKind::SignIn, EventKind::TokenRefused]);
        assert!(collected.take().is_empty());
    }

    #[test]
    fn a_hundred_that_are_only_counted_are_a_message() {
        let mut collected = Collected::new();
        for _ in 0..99 {
            assert_eq!(collected.add(issued()), Due::Later);
        }
        assert_eq!(collected.add(issued()), Due::AtOnce);
        assert_eq!(collected.take().len(), 100);
    }

    #[test]
    fn refusals_cost_no_message_of_their_own_until_there_are_a_hundred_and_are_one_event_of_each_kind() {
        let mut collected = Collected::new();
        for _ in 0..98 {
            assert_eq!(collected.add(refused()), Due::Along);
        }
        assert_eq!(collected.add(vec![event(EventKind::ClientRefused, Outcome::Failure)]), Due::Along);
        assert_eq!(collected.add(refused()), Due::AtOnce);
        let message = collected.take();
        assert_eq!(message.len(), 2);
        assert_eq!((message[0].kind, message[0].times), (EventKind::TokenRefused, Some(99)));
        assert_eq!((message[1].kind, message[1].times), (EventKind::ClientRefused, Some(1)));
        assert_eq!((&message[0].client_id, &message[0].reason, &message[0].address), (&None, &None, &None));
    }
}
