//! The keys by which a client proves who it is (`private_key_jwt`), and how old fetched ones may be.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::protocol::jose::verification_key::{self, VerificationAlgorithm, VerificationKey};
use crate::protocol::time::Timestamp;

/// Keys older than this are fetched again before they are used: so late does a key that its client withdrew die.
const FRESH: Duration = Duration::from_mins(10);
/// While they cannot be fetched, the last ones are good for so long.
const LAST_GOOD: Duration = Duration::from_hours(24);
/// A client's `jwks_uri` is asked once in so many seconds, by all isolates together.
pub const ASKED_EVERY: i64 = 60;
/// But twice in a row, so that a client that changes its keys right after they were fetched for the first time is not refused.
pub const ASKED_AHEAD: Duration = Duration::from_mins(1);

/// The keys of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeys {
    /// Where they come from.
    pub source: KeySource,
    /// `token_endpoint_auth_signing_alg`: the one algorithm that is taken; `None`: any that the key is for.
    pub algorithm: Option<VerificationAlgorithm>,
}

/// Where a client's keys come from (RFC 7591 section 2): never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// `jwks`, as it was registered.
    Registered(Map<String, Value>),
    /// `jwks_uri`.
    At {
        /// Where the set is.
        uri: String,
        /// What was last found there.
        fetched: Option<FetchedKeys>,
    },
}

/// The keys that were found at a `jwks_uri`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedKeys {
    /// Those that we verify with.
    pub keys: Vec<VerificationKey>,
    /// When.
    pub at: Timestamp,
}

impl FetchedKeys {
    /// Whether they need not be fetched again.
    #[must_use]
    pub fn are_fresh(&self, now: Timestamp) -> bool {
        now.since(self.at) < FRESH
    }

    /// Whether they still count when they cannot be fetched again.
    #[must_use]
    pub fn are_good(&self, now: Timestamp) -> bool {
        now.since(self.at) < LAST_GOOD
    }
}

impl ClientKeys {
    /// Those that need no request of ours: registered, or fetched and fresh.
    #[must_use]
    pub fn at_hand(&self, now: Timestamp) -> Vec<VerificationKey> {
        match &self.source {
            KeySource::Registered(set) => verification_key::usable(set).unwrap_or_default(),
            KeySource::At { fetched, .. } => keys_if(fetched.as_ref(), |fetched| fetched.are_fresh(now)),
        }
    }

    /// The last ones that were fetched, while they count.
    #[must_use]
    pub fn last_good(&self, now: Timestamp) -> Vec<VerificationKey> {
        match &self.source {
            KeySource::Registered(_) => Vec::new(),
            KeySource::At { fetched, .. } => keys_if(fetched.as_ref(), |fetched| fetched.are_good(now)),
        }
    }

    /// `jwks`.
    #[must_use]
    pub fn jwks(&self) -> Option<&Map<String, Value>> {
        match &self.source {
            KeySource::Registered(set) => Some(set),
            KeySource::At { .. } => None,
        }
    }

    /// `jwks_uri`.
    #[must_use]
    pub fn jwks_uri(&self) -> Option<&str> {
        match &self.source {
            KeySource::Registered(_) => None,
            KeySource::At { uri, .. } => Some(uri),
        }
    }
}

fn keys_if(fetched: Option<&FetchedKeys>, count: impl Fn(&FetchedKeys) -> bool) -> Vec<VerificationKey> {
    fetched.filter(|fetched| count(fetched)).map(|fetched| fetched.keys.clone()).unwrap_or_default()
}
