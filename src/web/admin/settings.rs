//! `/admin/api/settings`

use axum::Json;
use serde_json::{Value, json};

use super::Administered;
use crate::config::{Config, DynamicRegistration, Jurisdiction, RequirePkce, Secret};
use crate::model::provider::PRESETS;
use crate::protocol::json::set;
use crate::web::root::VERSION;

/// `GET /admin/api/settings`: the settings as the server understood them. Of secrets it says no more than whether they are set.
pub async fn read(Administered { app, .. }: Administered) -> Json<Value> {
    Json(json!({ "version": VERSION, "development": app.config.development, "settings": shown(&app.config) }))
}

/// Each setting, as it was understood.
pub(in crate::web) fn shown(config: &Config) -> Value {
    let mut settings = settings(config);
    for preset in &PRESETS {
        let is_there = if config.providers.contains_key(preset.id) { "set" } else { "not set" };
        preset.named.into_iter().for_each(|name| set(&mut settings, name, is_there));
    }
    settings
}

fn settings(config: &Config) -> Value {
    json!({
        "OAUTH_ISSUER_URL": config.issuer.as_str(),
        "OAUTH_ENABLED": config.enabled,
        "OAUTH_VALID_SCOPES": config.valid_scopes,
        "OAUTH_DEFAULT_SCOPES": config.default_scopes,
        "AUTH_CODE_TTL_SECONDS": config.code_ttl.as_secs(),
        "ACCESS_TOKEN_EXPIRE_MINUTES": config.access_ttl.as_secs() / 60,
        "REFRESH_TOKEN_TTL_DAYS": config.refresh_ttl.as_secs() / 86_400,
        "REFRESH_RETRY_WINDOW_SECONDS": config.retry_window.as_secs(),
        "GRANT_TTL_DAYS": config.grant_ttl.as_secs() / 86_400,
        "SESSION_TTL_HOURS": config.session.idle.as_secs() / 3600,
        "REQUIRE_PKCE": match config.require_pkce {
            RequirePkce::Always => "always",
            RequirePkce::Public => "public",
        },
        "DYNAMIC_REGISTRATION": match config.dynamic_registration {
            DynamicRegistration::Open => "open",
            DynamicRegistration::Token => "token",
            DynamicRegistration::Off => "off",
        },
        "UNUSED_CLIENT_DAYS": config.unused_client_ttl.as_secs() / 86_400,
        "AUDIT_RETENTION_DAYS": config.audit_retention.as_secs() / 86_400,
        "TOOL_TIMEOUT_SECONDS": config.tool_timeout.as_secs(),
        "TOOL_MAX_BYTES": config.tool_max_bytes,
        "AGENT_SESSION_TTL": config.agent_session_ttl.as_secs(),
        "ADMIN_TOKEN": is_set(config.admin_token.as_ref()),
        "SETUP_CODE": is_set(config.setup_code.as_ref()),
        "JURISDICTION": config.jurisdiction.map(|jurisdiction| match jurisdiction {
            Jurisdiction::Eu => "eu",
            Jurisdiction::Fedramp => "fedramp",
        }),
        "BRAND_NAME": config.brand.name,
        "BRAND_LOGO_URL": config.brand.logo_url,
        "BRAND_COLOR": config.brand.color,
        "TERMS_URL": config.brand.terms_url,
        "LOG_LEVEL": config.log_level.as_str().to_ascii_lowercase(),
        "CLOCK_OFFSET_SECONDS": config.clock_offset,
    })
}

const fn is_set(secret: Option<&Secret<String>>) -> &'static str {
    if secret.is_some() { "set" } else { "not set" }
}
