//! Every route, one table.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use http::{Method, header};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use super::endpoint::{any, delete, get, patch, post, put};
use super::gate::{self, Gate};
use super::problem::errors_as_problems;
use super::{account, admin, admin_pages, api, dev, layers, mcp, oauth, root};
use crate::app::App;
use crate::service::administration::token::has_setup;

type Routes = Router<Arc<App>>;

/// The whole server.
pub fn router(app: Arc<App>) -> Router {
    let state = || Arc::clone(&app);
    let behind = |gate: Gate, routes: Routes| routes.route_layer(from_fn_with_state((state(), gate), gate::pass));

    let pages = Router::new()
        .merge(behind(gate::AUTHORIZE, authorize()))
        .merge(behind(gate::CONNECT, connect()))
        .merge(behind(gate::SIGN_IN, sign_in()))
        .merge(behind(gate::PASSWORD_LINKS, password_links()))
        .merge(behind(gate::ACCOUNT, account()))
        .merge(behind(gate::ADMIN_PAGES, admin_pages(&app)))
        .route_layer(from_fn_with_state(state(), layers::errors_as_pages));
    let programs = Router::new()
        .merge(behind(gate::RESOURCES, resources()))
        .merge(open_by(mcp_cors(), behind(gate::MCP, model_context_protocol())))
        .merge(open_to_browsers(behind(gate::TOKEN, token()).merge(behind(gate::REGISTER, register()))))
        .merge(open_to_browsers(behind(gate::USERINFO, userinfo())))
        .merge(open_to_browsers(behind(gate::REVOKE, revoke())))
        .merge(behind(gate::INTROSPECT, introspect()))
        .merge(behind(gate::ADMIN_API, administration()));
    let ungated = Router::new()
        .merge(open_to_browsers(metadata()))
        .route("/", get(root::index))
        .route("/brand.css", get(root::brand_css));
    // Elsewhere they do not exist, whatever the method.
    let development = if app.config.development { development() } else { Router::new() };

    Router::new()
        .merge(pages)
        .merge(programs)
        .merge(behind(gate::CLIENT_LOGOS, client_logos()))
        .merge(ungated)
        .merge(development)
        .method_not_allowed_fallback(root::method_not_allowed)
        .fallback(root::not_found)
        .layer(from_fn_with_state(state(), layers::check_host))
        .route("/healthz", get(root::healthz))
        .method_not_allowed_fallback(root::method_not_allowed)
        .layer(from_fn(errors_as_problems))
        .layer(from_fn_with_state(state(), layers::observe))
        .with_state(app)
}

/// The canonical path and the one at the root that older MCP clients assume (C1).
fn authorize() -> Routes {
    let endpoint = || get(oauth::authorize::get).merge(post(oauth::authorize::post));
    Router::new()
        .route("/oauth/authorize", endpoint())
        .route("/authorize", endpoint())
        .route("/consent", get(account::consent::get).merge(post(account::consent::post)))
}

/// Linking accounts at other providers.
fn connect() -> Routes {
    Router::new()
        .route("/connect/{id}", get(account::connect::get).merge(post(account::connect::post)))
        .route("/oauth/callback/{id}", get(account::connect::callback))
}

fn sign_in() -> Routes {
    Router::new()
        .route("/login", get(account::login::get).merge(post(account::login::post)))
        .route("/logout", get(account::logout::get).merge(post(account::logout::post)))
        .route("/oauth/logout", get(oauth::logout::get).merge(post(oauth::logout::post)))
}

fn password_links() -> Routes {
    Router::new()
        .route("/password/done", get(account::set_password::done))
        .route("/password/{ticket}", get(account::set_password::get).merge(post(account::set_password::post)))
}

fn client_logos() -> Routes {
    Router::new().route("/client-logo/{id}", get(account::client_logo::get))
}

fn userinfo() -> Routes {
    let endpoint = || get(oauth::userinfo::get).merge(post(oauth::userinfo::post));
    Router::new().route("/oauth/userinfo", endpoint()).route("/userinfo", endpoint())
}

fn account() -> Routes {
    Router::new()
        .route("/account", get(account::home::get))
        .route("/account/profile", get(account::profile::get).merge(post(account::profile::post)))
        .route("/account/password", get(account::password::get).merge(post(account::password::post)))
        .route("/account/sessions", get(account::sessions::get))
        .route("/account/sessions/end", get(account::sessions::confirm).merge(post(account::sessions::end)))
        .route("/account/apps", get(account::apps::get))
        .route("/account/apps/remove", get(account::apps::confirm).merge(post(account::apps::remove)))
        .route("/account/tools", get(account::tools::get).merge(post(account::tools::post)))
        .route("/account/tools/external_tool_agents.py", get(account::tools::module))
        .route("/account/connections", get(account::connections::get).merge(post(account::connections::link)))
        .route(
            "/account/connections/remove",
            get(account::connections::confirm).merge(post(account::connections::remove)),
        )
        .route("/account/connections/agent", get(account::agents::confirm).merge(post(account::agents::remove)))
        .route("/account/client", get(account::client::get).merge(post(account::client::post)))
        .route("/account/client/secret", get(account::client::confirm_secret).merge(post(account::client::new_secret)))
}

/// Outside development `/setup` does not exist, unless the operator set a code for it.
fn admin_pages(app: &App) -> Routes {
    use admin_pages::{audit, home, keys, login, logout, nouns, settings, setup, token, users};
    let pages = Router::new()
        .route("/admin", get(home::get))
        .route("/admin/login", get(login::get).merge(post(login::post)))
        .route("/admin/logout", post(logout::post))
        .route("/admin/settings", get(settings::get))
        .route("/admin/audit", get(audit::get))
        .route("/admin/token", get(token::get).merge(post(token::post)))
        .route("/users", get(users::list).merge(post(users::create)))
        .route("/users/new", get(users::new))
        .route("/users/select", post(users::select))
        .route("/users/switch", post(users::switch))
        .route("/admin/keys", get(keys::list))
        .route("/admin/keys/promote", get(keys::ask_promote).merge(post(keys::promote)))
        .route("/admin/keys/retire", get(keys::ask_retire).merge(post(keys::retire)))
        .route("/admin/new/{noun}", get(nouns::new))
        .route("/admin/{noun}", get(nouns::list).merge(post(nouns::create)))
        .route("/admin/{noun}/{id}", get(nouns::read).merge(post(nouns::change)))
        .route("/admin/{noun}/{id}/{more}", get(nouns::ask).merge(post(nouns::act)));
    if has_setup(app) { pages.route("/setup", get(setup::get).merge(post(setup::post))) } else { pages }
}

fn token() -> Routes {
    let endpoint = || post(oauth::token::post);
    Router::new().route("/oauth/token", endpoint()).route("/token", endpoint())
}

fn revoke() -> Routes {
    let endpoint = || post(oauth::revoke::post);
    Router::new().route("/oauth/revoke", endpoint()).route("/revoke", endpoint())
}

fn register() -> Routes {
    let endpoint = || post(oauth::register::post);
    let client = || get(oauth::register::get).merge(put(oauth::register::put)).merge(delete(oauth::register::delete));
    Router::new()
        .route("/oauth/register", endpoint())
        .route("/register", endpoint())
        .route("/oauth/register/{id}", client())
        .route("/register/{id}", client())
}

fn introspect() -> Routes {
    let endpoint = || post(oauth::introspect::post);
    Router::new().route("/oauth/introspect", endpoint()).route("/introspect", endpoint())
}

fn metadata() -> Routes {
    Router::new()
        .route("/.well-known/openid-configuration", get(oauth::metadata::provider))
        .route("/.well-known/oauth-authorization-server", get(oauth::metadata::provider))
        .route("/.well-known/oauth-protected-resource", get(oauth::metadata::protected_resource))
        .route("/.well-known/oauth-protected-resource/api", get(oauth::metadata::protected_resource))
        .route("/.well-known/oauth-protected-resource/mcp", get(oauth::metadata::protected_resource))
        .route("/.well-known/jwks.json", get(oauth::metadata::jwks))
}

fn resources() -> Routes {
    use api::switches;
    Router::new()
        .route("/api/oauth/clients/me", get(api::clients_me::get))
        .route("/api/tools/{id}/call", post(api::call::post))
        .route("/oauth/fastmcp/agent/authenticate", post(api::agents::authenticate))
        .route("/oauth/fastmcp/agent/{id}/session", get(api::agents::session))
        .route("/oauth/fastmcp/agent/{id}/token", post(api::agents::token))
        .route("/api/users/me", get(api::users_me::get))
        .route("/api/users/me/connections", get(api::connections::get))
        .route("/api/users/me/connections/{id}", get(api::connections::get).merge(delete(api::connections::delete)))
        .route("/api/users/me/tools", get(switches::list))
        .route("/api/users/me/tools/{id}", put(switches::set).merge(delete(switches::set)))
        .route("/api/users/me/tool-groups", get(switches::list))
        .route("/api/users/me/tool-groups/{id}", put(switches::set).merge(delete(switches::set)))
}

fn model_context_protocol() -> Routes {
    Router::new().route("/mcp", post(mcp::post)).route("/mcp/ws", get(mcp::socket::get))
}

/// A kind of thing is named by its part of the path: web/admin/noun.
fn administration() -> Routes {
    use admin::endpoints;
    let one = || get(endpoints::read).merge(patch(endpoints::edit)).merge(delete(endpoints::remove));
    Router::new()
        .route("/admin/api/{noun}", get(endpoints::list).merge(post(endpoints::create)))
        .route("/admin/api/{noun}/{id}", one())
        .route("/admin/api/{noun}/{id}/{more}", any(endpoints::more))
        .route("/admin/api/audit", get(admin::audit::list))
        .route("/admin/api/settings", get(admin::settings::read))
        .route("/admin/api/keys", get(admin::keys::list))
        .route("/admin/api/openapi.json", get(admin::openapi::read))
        .route("/metrics", get(admin::metrics::read))
        .route("/oauth/stats", get(admin::stats::read))
        .route("/admin/api/encryption-keys/reseal", post(admin::keys::reseal))
        .route("/admin/api/keys/{id}/promote", post(admin::keys::promote))
        .route("/admin/api/keys/{id}/retire", post(admin::keys::retire))
}

fn development() -> Routes {
    Router::new()
        .route("/dev/seed", get(dev::seed::seed).merge(post(dev::seed::seed)))
        .route("/dev/pkce", get(dev::pkce::get))
        .route("/dev/client", get(dev::client::get).merge(post(dev::client::post)))
}

/// Open to programs in browsers of every origin, never with cookies: nothing in these answers is the browser's.
fn open_to_browsers(routes: Routes) -> Routes {
    open_by(cors().allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]), routes)
}

/// The fallback comes first, so that the layer is around it, too: a preflight is a method that no route has.
fn open_by(cors: CorsLayer, routes: Routes) -> Routes {
    routes.method_not_allowed_fallback(root::method_not_allowed).layer(cors)
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .expose_headers([header::WWW_AUTHENTICATE, header::RETRY_AFTER])
}

/// A tool may want any header `Mcp-Param-…` (MCP 2026-07-28), so whatever a page wants to send, it may.
fn mcp_cors() -> CorsLayer {
    cors().allow_headers(AllowHeaders::mirror_request())
}
