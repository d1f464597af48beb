//! What is made once an isolate: the settings, and the app with its router.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use worker::wasm_bindgen::JsValue;
use worker::{Env, js_sys};

use super::clock::WorkerClock;
use super::crypto::sealer::WebCryptoSealer;
use super::crypto::signer::WebCryptoSigner;
use super::d1::D1;
use super::http::WorkerHttp;
use super::kv::KvCodes;
use super::limiter::RateLimits;
use super::objects::connection::ObjectKeeper;
use super::objects::grant::ObjectGrants;
use super::objects::login_guard::ObjectLoginGuard;
use super::objects::socket::ObjectSockets;
use super::problem::message;
use super::queue::Producing;
use super::random::WorkerRandom;
use super::schemas::WorkerSchemas;
use crate::app::{App, Ports};
use crate::config::{Config, ConfigError};
use crate::ports::Limit;
use crate::web;

/// The app and the router over it.
pub struct Isolate {
    /// Everything a request may touch.
    pub app: Arc<App>,
    /// Every route.
    pub router: axum::Router,
}

type Settings = Result<Arc<Config>, Arc<ConfigError>>;

thread_local! {
    static SETTINGS: OnceCell<Settings> = const { OnceCell::new() };
    static ISOLATE: OnceCell<Result<Rc<Isolate>, Arc<ConfigError>>> = const { OnceCell::new() };
}

/// The app of this isolate; the error when a setting is wrong or a binding missing, the same for every request.
pub fn isolate(env: &Env) -> Result<Rc<Isolate>, Arc<ConfigError>> {
    ISOLATE.with(|cell| cell.get_or_init(|| build(env)).clone())
}

/// The clock that the settings ask for, for objects: they need no app. With wrong settings, the real time.
pub fn clock(env: &Env) -> WorkerClock {
    settings(env).map_or_else(|_| WorkerClock::unmoved(), |config| WorkerClock::new(&config))
}

fn settings(env: &Env) -> Settings {
    SETTINGS.with(|cell| cell.get_or_init(|| read(env)).clone())
}

fn read(env: &Env) -> Settings {
    let config = Config::read(|name| text(env, name)).map_err(Arc::new)?;
    log::set_max_level(config.log_level);
    Ok(Arc::new(config))
}

/// A variable or secret; both are text members of the environment.
fn text(env: &Env, name: &str) -> Option<String> {
    js_sys::Reflect::get(env, &JsValue::from_str(name)).ok()?.as_string()
}

fn build(env: &Env) -> Result<Rc<Isolate>, Arc<ConfigError>> {
    let config = settings(env)?;
    let ports = ports(env, &config)?;
    let app = Arc::new(App::new(config, ports));
    Ok(Rc::new(Isolate { router: web::router(Arc::clone(&app)), app }))
}

/// The adapters, over the bindings of `wrangler.toml`.
fn ports(env: &Env, config: &Arc<Config>) -> Result<Ports, Arc<ConfigError>> {
    let clock = Arc::new(WorkerClock::new(config));
    // The local runtime knows no jurisdictions, and throws.
    let jurisdiction = config.jurisdiction.filter(|_| !config.development);
    Ok(Ports {
        database: Arc::new(bound("DB", |name| D1::bound(env, name, "database"))?),
        audit_database: Arc::new(bound("AUDIT_DB", |name| D1::bound(env, name, "audit_database"))?),
        codes: Arc::new(bound("CODES", |name| KvCodes::bound(env, name, clock.clone()))?),
        grants: Arc::new(bound("GRANTS", |name| ObjectGrants::bound(env, name, jurisdiction))?),
        login_guard: Arc::new(bound("LOGIN_GUARD", |name| ObjectLoginGuard::bound(env, name, jurisdiction))?),
        keeper: Arc::new(bound("CONNECTIONS", |name| ObjectKeeper::bound(env, name, jurisdiction))?),
        limiter: Arc::new(limits(env)?),
        events: Arc::new(bound("EVENTS", |name| Producing::bound(env, name))?),
        logouts: Arc::new(bound("LOGOUTS", |name| Producing::bound(env, name))?),
        sockets: Arc::new(bound("SOCKETS", |name| ObjectSockets::bound(env, name, jurisdiction))?),
        signer: Arc::new(WebCryptoSigner::new(Arc::clone(config))),
        sealer: Arc::new(WebCryptoSealer::new(Arc::clone(config))),
        http: Arc::new(WorkerHttp),
        schemas: Arc::new(WorkerSchemas),
        random: Arc::new(WorkerRandom),
        clock,
    })
}

fn limits(env: &Env) -> Result<RateLimits, Arc<ConfigError>> {
    let bindings = Limit::ALL.into_iter().map(|limit| {
        let binding = bound(limit.binding(), |name| env.rate_limiter(name))?;
        Ok((limit, binding))
    });
    bindings.collect::<Result<Vec<_>, _>>().map(RateLimits::new)
}

/// A binding that is missing is as wrong as a setting, and is named in the same way.
fn bound<T>(name: &'static str, bind: impl FnOnce(&str) -> worker::Result<T>) -> Result<T, Arc<ConfigError>> {
    bind(name).map_err(|error| Arc::new(ConfigError { setting: name, problem: message(&error) }))
}
