//! `/admin/api/providers`

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Administered;
use super::noun::{About, Action, Answer, Field, FieldKind, Noun};
use crate::app::App;
use crate::model::provider::{Flow, Provider, ProviderSecret, said};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::listing::{Page, PageRequest};
use crate::service::{providers, upstream};
use crate::store::revisions;
use crate::web::error_page::sentence;
use crate::web::extract::object;

/// Where people have accounts of their own.
pub struct Providers;

const fn endpoint(name: &'static str, label: &'static str, hint: &'static str) -> Field {
    Field::new(name, FieldKind::Url, label, hint).clearable().rare()
}

const fn claim(name: &'static str, label: &'static str, initial: &'static str) -> Field {
    Field::new(name, FieldKind::Text, label, "").initially(initial).rare()
}

static ABOUT: About = About {
    path: "providers",
    list: "providers",
    title_of_list: "Providers",
    one: "provider",
    id: "id",
    title: "name",
    fields: &[
        Field::new(
            "id",
            FieldKind::Text,
            "Id",
            "Its part of addresses: small letters, digits, - and _. github, google and microsoft are known.",
        )
        .required()
        .fixed(),
        Field::new("name", FieldKind::Text, "Name", "What people are shown."),
        Field::new(
            "kind",
            FieldKind::Choice(&["oidc", "oauth"]),
            "Kind",
            "oidc: all is found by its issuer. oauth: by the addresses below.",
        ),
        Field::new(
            "flow",
            FieldKind::Choice(&["authorization_code", "client_credentials"]),
            "Flow",
            "authorization_code: people connect accounts of theirs. client_credentials: this server has one token, for everybody.",
        )
        .initially("authorization_code")
        .tagged(),
        Field::new("issuer", FieldKind::Url, "Issuer", "Of an OpenID provider.").clearable(),
        Field::new("client_id", FieldKind::Text, "Client id", "Our name there.").clearable(),
        Field::new("client_secret", FieldKind::Password, "Client secret", "It is sealed, and never shown.")
            .write_only(),
        Field::new(
            "client_authentication",
            FieldKind::Choice(&["basic", "body", "none"]),
            "Client authentication",
            "How we prove who we are.",
        )
        .rare(),
        Field::new("scopes", FieldKind::Words, "Scopes", "What may be asked for there; separated by spaces."),
        Field::new("parameters", FieldKind::Object, "More parameters", "Of the authorization request: texts by name.")
            .rare(),
        Field::new("pkce", FieldKind::Flag, "PKCE", "Its requests carry a challenge (S256).").initially("on").rare(),
        Field::new(
            "tolerates_reuse",
            FieldKind::Flag,
            "Tolerates reuse",
            "A refresh token may come twice there, so a refresh whose answer was lost is repeated.",
        )
        .rare(),
        endpoint(
            "authorization_endpoint",
            "Authorization endpoint",
            "Of an OpenID provider only where it differs from what that says itself.",
        ),
        endpoint("token_endpoint", "Token endpoint", "Likewise."),
        endpoint("userinfo_endpoint", "User endpoint", "Where it tells who somebody is."),
        endpoint("revocation_endpoint", "Revocation endpoint", "Where tokens are given back."),
        endpoint("jwks_uri", "Keys", "Its JWK Set."),
        claim("subject_claim", "Claim of the id", "sub"),
        claim("email_claim", "Claim of the e-mail address", "email"),
        claim("name_claim", "Claim of the name", "name"),
        Field::new("sign_in", FieldKind::Flag, "Sign-in", "The login page has its button.").tagged(),
        Field::new(
            "unknown_accounts",
            FieldKind::Choice(&["never", "invite", "create"]),
            "Unknown accounts",
            "Who comes in by an account that nobody has linked. never: nobody. invite: whoever was sent a one-time link, as \
             that user. create: anybody, as a new user.",
        )
        .initially("never"),
        Field::new(
            "link_by_email",
            FieldKind::Flag,
            "Link by e-mail",
            "An address that it calls verified links the account to the user who has that address, verified.",
        )
        .rare(),
        Field::new(
            "sign_in_scopes",
            FieldKind::Words,
            "Scopes of a sign-in",
            "What is asked for then; of an OpenID provider openid profile email, else nothing.",
        )
        .rare(),
        Field::new("enabled", FieldKind::Flag, "In use", "Otherwise nobody can connect to it.")
            .initially("on")
            .tagged(),
        Field::read_only("has_secret", FieldKind::Flag, "Has a secret"),
        Field::read_only("redirect_uri", FieldKind::Url, "Redirect URI to register there"),
        Field::read_only("created_at", FieldKind::Moment, "Made").nullable(),
        Field::read_only("updated_at", FieldKind::Moment, "Changed").nullable(),
    ],
    filters: &[],
    dependents: &["connections", "sign_ins"],
    actions: &[Action {
        name: "check",
        label: "Check",
        meaning: "It is asked for its own description and its keys. Nothing is changed.",
        input: &[],
        answer: &["result"],
        status: StatusCode::OK,
    }],
    audited: None,
    removal: "Everybody's connections to it are gone, and nobody signs in by it any more. A preset whose secrets are set stays, as the settings make it.",
    revisions: &revisions::PROVIDERS,
    secret: None,
};

/// A provider as the admin API shows it, and as it counts; of a secret only that there is one.
fn shown(app: &App, provider: &Provider) -> Value {
    let settings = &provider.settings;
    json!({
        "id": provider.id,
        "name": provider.name(),
        "kind": provider.kind(),
        "flow": settings.flow.unwrap_or(Flow::AuthorizationCode),
        "issuer": said(settings.issuer.as_ref()),
        "client_id": said(settings.client_id.as_ref()),
        "client_authentication": provider.proof(),
        "scopes": provider.scopes(),
        "parameters": settings.parameters.clone().unwrap_or_default(),
        "pkce": provider.has_pkce(),
        "tolerates_reuse": provider.tolerates_reuse(),
        "authorization_endpoint": said(settings.authorization_endpoint.as_ref()),
        "token_endpoint": said(settings.token_endpoint.as_ref()),
        "userinfo_endpoint": said(settings.userinfo_endpoint.as_ref()),
        "revocation_endpoint": said(settings.revocation_endpoint.as_ref()),
        "jwks_uri": said(settings.jwks_uri.as_ref()),
        "subject_claim": provider.subject_claim(),
        "email_claim": provider.email_claim(),
        "name_claim": provider.name_claim(),
        "sign_in": settings.sign_in.unwrap_or_default(),
        "unknown_accounts": provider.unknown_accounts(),
        "link_by_email": provider.links_by_email(),
        "sign_in_scopes": provider.sign_in_scopes(),
        "enabled": provider.is_enabled(),
        "has_secret": provider.secret != ProviderSecret::None,
        "redirect_uri": upstream::redirect_uri(app, &provider.id),
        "created_at": provider.created_at.map(Timestamp::rfc3339),
        "updated_at": provider.updated_at.map(Timestamp::rfc3339),
    })
}

#[async_trait]
impl Noun for Providers {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids.
    async fn list(&self, app: &App, _query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        let Page { rows, next } = providers::list(app, page).await?;
        Ok(Page { rows: rows.iter().map(|provider| shown(app, provider)).collect(), next })
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(app, &providers::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        let mut members: Map<String, Value> = object(body)?;
        let id = members.remove("id").unwrap_or_default();
        let id = id.as_str().ok_or_else(|| OAuthError::invalid_request("id is missing").field("id"))?;
        let settings = object(Value::Object(members).to_string().as_bytes())?;
        Ok(shown(&by.app, &providers::create(&by.app, &by.context, &by.actor, id, settings).await?))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&by.app, &providers::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        providers::remove(&by.app, &by.context, &by.actor, id).await
    }

    async fn dependents(&self, app: &App, id: &str) -> Answer<Value> {
        let (connections, sign_ins) = providers::dependents(app, id).await?;
        Ok(json!({ "connections": connections, "sign_ins": sign_ins }))
    }

    /// In words: what is wrong, or that nothing is.
    async fn act(&self, by: &Administered, id: &str, _action: &Action, _body: &[u8]) -> Answer<Value> {
        let provider = providers::find(&by.app, id).await?;
        let result = match upstream::discovery::check(&by.app, &by.context, &provider).await {
            Ok(()) => "Nothing is wrong.".to_owned(),
            Err(error) if error.code.status() == 502 => sentence(&error.description),
            Err(error) => return Err(error),
        };
        Ok(json!({ "result": result }))
    }
}
