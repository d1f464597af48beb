//! The whole server, natively: the real router over the twins of the outer world.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::http::{Method, Request};
use ostiary::app::{App, Ports};
use ostiary::config::{Config, ConfigError};
use ostiary::ports::{Clock, Random, Signer};
use tower::ServiceExt;

use super::clock::TestClock;
use super::codes::TestCodes;
use super::database::TestDatabase;
use super::events::TestEvents;
use super::grants::TestGrants;
use super::hops::Hops;
use super::http::TestHttp;
use super::keeper::{NoKeeper, TestKeeper};
use super::keys;
use super::limiter::TestLimiter;
use super::log_lines::Watch;
use super::login_guard::TestLoginGuard;
use super::logouts::TestLogouts;
use super::random::TestRandom;
use super::reply::Reply;
use super::request::Ask;
use super::schemas::TestSchemas;
use super::sealer::TestSealer;
use super::secrets;
use super::signer::TestSigner;
use super::sockets::TestSockets;

/// The operator's token in tests.
pub const ADMIN_TOKEN: &str = "admin-token-of-the-tests";

/// A server and its world.
pub struct Server {
    router: axum::Router,
    /// The same application the router has.
    pub app: Arc<App>,
    pub clock: Arc<TestClock>,
    pub hops: Arc<Hops>,
    pub database: Arc<TestDatabase>,
    pub audit_database: Arc<TestDatabase>,
    pub codes: Arc<TestCodes>,
    pub grants: Arc<TestGrants>,
    pub login_guard: Arc<TestLoginGuard>,
    pub keeper: Arc<TestKeeper>,
    pub limiter: Arc<TestLimiter>,
    pub http: Arc<TestHttp>,
    pub events: Arc<TestEvents>,
    pub logouts: Arc<TestLogouts>,
    pub sockets: Arc<TestSockets>,
    /// Goes last, and looks through the log then.
    watch: Arc<Watch>,
}

/// The settings of a development server.
pub fn settings() -> HashMap<&'static str, String> {
    [
        ("OAUTH_ISSUER_URL", "http://localhost:8787".to_owned()),
        ("ENABLE_DEV_ENDPOINTS", "true".to_owned()),
        ("SIGNING_KEYS", keys::signing_keys()),
        ("ENCRYPTION_KEYS", keys::encryption_keys()),
        ("ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
    ]
    .into()
}

/// Reads settings as the Worker does.
pub fn read_settings(settings: &HashMap<&'static str, String>) -> Result<Config, ConfigError> {
    Config::read(|name| settings.get(name).cloned())
}

/// The usual settings with these in their place; an empty value unsets one.
fn settings_with(changed: &[(&'static str, &str)]) -> Config {
    let mut settings = settings();
    settings.extend(changed.iter().map(|(name, value)| (*name, (*value).to_owned())));
    read_settings(&settings).expect("settings that are right")
}

impl Server {
    /// A development server, empty.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With these settings in place of the usual ones; an empty value unsets one.
    pub fn with(changed: &[(&'static str, &str)]) -> Self {
        Self::of(settings_with(changed))
    }

    /// A server of the public internet.
    pub fn deployed() -> Self {
        Self::with(&[("OAUTH_ISSUER_URL", "https://auth.example"), ("ENABLE_DEV_ENDPOINTS", "false")])
    }

    fn of(config: Config) -> Self {
        let hops = Arc::new(Hops::default());
        let clock = Arc::new(TestClock::default());
        let as_clock: Arc<dyn Clock> = clock.clone();
        let random: Arc<dyn Random> = Arc::new(TestRandom::default());
        let database = Arc::new(TestDatabase::main(Arc::clone(&hops)));
        let audit_database = Arc::new(TestDatabase::audit(Arc::clone(&hops)));
        let codes = Arc::new(TestCodes::new(Arc::clone(&hops), Arc::clone(&as_clock)));
        let grants = Arc::new(TestGrants::new(Arc::clone(&hops), Arc::clone(&as_clock), Arc::clone(&random)));
        let login_guard = Arc::new(TestLoginGuard::new(Arc::clone(&hops), Arc::clone(&as_clock), Arc::clone(&random)));
        let limiter = Arc::new(TestLimiter::new(Arc::clone(&as_clock)));
        let http = Arc::new(TestHttp::new(Arc::clone(&hops)));
        let events = Arc::new(TestEvents::default());
        let logouts = Arc::new(TestLogouts::default());
        let sockets = Arc::new(TestSockets::new(Arc::clone(&hops)));
        let ports = Ports {
            database: database.clone(),
            audit_database: audit_database.clone(),
            codes: codes.clone(),
            grants: grants.clone(),
            login_guard: login_guard.clone(),
            keeper: Arc::new(NoKeeper),
            signer: Self::signer(&config),
            sealer: Arc::new(TestSealer::new(config.encryption_keys.clone(), Arc::clone(&random))),
            limiter: limiter.clone(),
            http: http.clone(),
            schemas: Arc::new(TestSchemas),
            events: events.clone(),
            logouts: logouts.clone(),
            sockets: sockets.clone(),
            clock: clock.clone(),
            random,
        };
        let mut app = App::new(Arc::new(config), ports);
        let keeper = Arc::new(TestKeeper::new(Arc::clone(&hops), app.clone()));
        app.ports.keeper = keeper.clone();
        let app = Arc::new(app);
        let router = ostiary::web::router(Arc::clone(&app));
        Self {
            router,
            app,
            clock,
            hops,
            database,
            audit_database,
            codes,
            grants,
            login_guard,
            keeper,
            limiter,
            http,
            events,
            logouts,
            sockets,
            watch: Arc::new(Watch::new()),
        }
    }

    fn signer(config: &Config) -> Arc<dyn Signer> {
        let keys = config.signing_keys.iter().map(|key| (key.kid.clone(), key.private.expose().clone()));
        Arc::new(TestSigner::new(keys))
    }

    /// The same world, and an isolate that has just started: nothing is cached.
    pub fn fresh_isolate(&self) -> Self {
        self.isolate(Arc::clone(&self.app.config), self.app.ports.clone())
    }

    /// The same world, deployed anew with these settings in place of the usual ones.
    pub fn redeployed(&self, changed: &[(&'static str, &str)]) -> Self {
        let config = settings_with(changed);
        let sealer = Arc::new(TestSealer::new(config.encryption_keys.clone(), Arc::clone(&self.app.ports.random)));
        let ports = Ports { signer: Self::signer(&config), sealer, ..self.app.ports.clone() };
        self.isolate(Arc::new(config), ports)
    }

    fn isolate(&self, config: Arc<Config>, ports: Ports) -> Self {
        let app = Arc::new(App::new(config, ports));
        Self {
            router: ostiary::web::router(Arc::clone(&app)),
            app,
            clock: self.clock.clone(),
            hops: self.hops.clone(),
            database: self.database.clone(),
            audit_database: self.audit_database.clone(),
            codes: self.codes.clone(),
            grants: self.grants.clone(),
            login_guard: self.login_guard.clone(),
            keeper: self.keeper.clone(),
            limiter: self.limiter.clone(),
            http: self.http.clone(),
            events: self.events.clone(),
            logouts: self.logouts.clone(),
            sockets: self.sockets.clone(),
            watch: Arc::clone(&self.watch),
        }
    }

    /// A development server with alice, bob, demo-web and demo-server.
    pub async fn seeded() -> Self {
        Self::new().seed().await
    }

    /// Makes the development users and clients.
    pub async fn seed(self) -> Self {
        let reply = self.send(Ask::method(Method::POST, "/dev/seed")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.knowing_its_keys().await
    }

    /// As after the first request of a deployment: the database has its keys, and this isolate knows that.
    pub async fn knowing_its_keys(self) -> Self {
        self.send(Ask::get("/.well-known/jwks.json")).await.assert_status(200);
        self
    }

    pub fn issuer(&self) -> &str {
        self.app.config.issuer.as_str()
    }

    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub async fn send(&self, ask: Ask) -> Reply {
        self.send_request(ask.build(self.app.config.issuer.host())).await
    }

    pub async fn send_request(&self, request: Request<axum::body::Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("the router cannot fail");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        let body = String::from_utf8(body.to_vec()).expect("UTF-8");
        secrets::of_answer(&parts.headers, &body);
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Something an administrator asks of the admin API.
    pub async fn as_admin(&self, ask: Ask) -> Reply {
        self.send(ask.header("x-admin-token", ADMIN_TOKEN)).await
    }
}
