//! What a request may touch: the operator's settings and the outer world, as ports.

mod cache;
mod context;
mod log_line;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use self::cache::Cache;
pub use self::context::{Context, Happening, Whence};
pub use self::log_line::{current_request, in_request, log_line};
use crate::config::Config;
use crate::model::client::Client;
use crate::model::code::StoredCode;
use crate::model::resource::Resource;
use crate::model::scope::Scope;
use crate::model::signing_key::KeyRing;
use crate::model::status::GrantStatus;
use crate::ports::{
    Clock, Codes, Database, Events, Grants, HttpClient, Limiter, LoginGuard, Logouts, Random, Schemas, Sealer, Signer,
    Sockets, Stored, TokenKeeper,
};
use crate::protocol::digest::base64url;
use crate::protocol::jose::access_token::Verified;

/// The outer world, as [`App::new`] takes it.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port of its name")]
pub struct Ports {
    pub database: Arc<dyn Database>,
    pub audit_database: Arc<dyn Database>,
    pub codes: Arc<dyn Codes>,
    pub grants: Arc<dyn Grants>,
    pub login_guard: Arc<dyn LoginGuard>,
    pub keeper: Arc<dyn TokenKeeper>,
    pub signer: Arc<dyn Signer>,
    pub sealer: Arc<dyn Sealer>,
    pub limiter: Arc<dyn Limiter>,
    pub http: Arc<dyn HttpClient>,
    pub schemas: Arc<dyn Schemas>,
    pub events: Arc<dyn Events>,
    pub logouts: Arc<dyn Logouts>,
    pub sockets: Arc<dyn Sockets>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

/// Everything a request may touch. Built once an isolate; a clone has the same caches.
#[derive(Clone)]
pub struct App {
    /// The operator's settings.
    pub config: Arc<Config>,
    /// The outer world.
    pub ports: Ports,
    /// Client records read within the last 30 s. They may confirm, never refuse.
    pub clients: Cache<Client>,
    /// Who stands behind a grant, by its id, read within the last 30 s. As with the clients.
    pub standings: Cache<GrantStatus>,
    /// Codes that this isolate issued within the last 30 s, by their grant.
    pub issued: Cache<StoredCode>,
    /// What access tokens say, by their text, whose signatures were verified within the last 30 s.
    pub verified: Cache<Verified>,
    /// Registered resources by their URIs, read within the last 30 s. They may confirm, never refuse.
    pub resources: Cache<Resource>,
    /// The scope table, under one key, read within the last 30 s.
    pub scopes: Cache<Vec<Scope>>,
    /// Our signing keys, under one key, read within the last 30 s.
    pub signing_keys: Cache<KeyRing>,
    /// What providers say of themselves, and their keys, by their addresses, fetched within the last 30 s.
    pub documents: Cache<Map<String, Value>>,
    /// Networks from which too many wrong passwords came, within the last 30 s.
    pub held: Cache<()>,
    /// Providers with a button on the login page, under one key, read within the last 30 s.
    pub sign_in_providers: Cache<Vec<(String, String)>>,
}

impl std::ops::Deref for App {
    type Target = Ports;

    fn deref(&self) -> &Ports {
        &self.ports
    }
}

impl App {
    /// An isolate's application.
    #[must_use]
    pub fn new(config: Arc<Config>, ports: Ports) -> Self {
        Self {
            config,
            ports,
            clients: Cache::default(),
            standings: Cache::default(),
            issued: Cache::default(),
            verified: Cache::default(),
            resources: Cache::default(),
            scopes: Cache::default(),
            signing_keys: Cache::default(),
            documents: Cache::default(),
            held: Cache::default(),
            sign_in_providers: Cache::default(),
        }
    }

    /// The same with this in the place of the database.
    #[must_use]
    pub fn with_database(&self, database: Arc<dyn Database>) -> Self {
        let mut app = self.clone();
        app.ports.database = database;
        app
    }

    /// Forgets who stood behind what: this isolate changed a user or a client.
    pub fn forget_standings(&self) {
        self.standings.clear();
        self.issued.clear();
    }

    /// A text that was sealed for this context; `None`: it does not open, or is none.
    ///
    /// # Errors
    /// When the sealer fails.
    pub async fn opened(&self, sealed: &str, context: &str) -> Stored<Option<String>> {
        let opened = self.sealer.open(sealed, context).await?;
        Ok(opened.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// `N` random bytes, base64url.
    #[must_use]
    pub fn random_text<const N: usize>(&self) -> String {
        base64url(&self.random_bytes::<N>())
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}
