//! `/admin/api/clients`

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::noun::{About, Action, Answer, Field, FieldKind, Noun};
use super::{Administered, parameter, with_secret};
use crate::app::App;
use crate::model::client::{Client, Origin};
use crate::model::client_keys::ClientKeys;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::clients::{self, ClientFilter};
use crate::service::listing::{Page, PageRequest};
use crate::store::revisions;
use crate::web::extract::object;

/// Programs that ask for tokens.
pub struct Clients;

static ABOUT: About = About {
    path: "clients",
    list: "clients",
    title_of_list: "Clients",
    one: "client",
    id: "client_id",
    title: "client_name",
    fields: &[
        Field::new("client_id", FieldKind::Text, "Client id", "Leave it empty, and one is made up.").fixed(),
        Field::new("client_name", FieldKind::Text, "Name", "What people are shown.").required(),
        Field::new(
            "public",
            FieldKind::Flag,
            "Public",
            "It runs where everybody can look, in a browser or on a phone, so it has no secret and always needs PKCE.",
        )
        .fixed()
        .tagged(),
        Field::new(
            "redirect_uris",
            FieldKind::Lines,
            "Redirect URIs",
            "Where people are sent with an answer, byte for byte; one a line.",
        ),
        Field::new(
            "grant_types",
            FieldKind::Choices(&["authorization_code", "refresh_token", "client_credentials"]),
            "Grant types",
            "How it gets tokens.",
        )
        .initially("authorization_code refresh_token"),
        Field::new("scope", FieldKind::Words, "Scopes", "What it may ask for, separated by spaces.")
            .initially("openid profile email"),
        Field::new("resources", FieldKind::Lines, "Resources", "The APIs that it is, by their URLs; one a line.")
            .rare(),
        Field::new(
            "resource_server",
            FieldKind::Flag,
            "Is a resource server",
            "It may introspect tokens that are meant for its resources.",
        )
        .rare()
        .tagged(),
        Field::new(
            "consent_policy",
            FieldKind::Choice(&["always", "once", "skip"]),
            "Consent",
            "People are asked always, once for the same things, or never. Never is for your own apps only.",
        )
        .initially("once"),
        Field::new(
            "first_party",
            FieldKind::Flag,
            "One of your own apps",
            "Only these may skip consent or administer.",
        )
        .tagged(),
        Field::new("require_pkce", FieldKind::Flag, "Requires PKCE", "Public clients always do.")
            .rare()
            .initially("on"),
        Field::new(
            "access_token_minutes",
            FieldKind::Number(0, 24 * 60),
            "Minutes an access token lives",
            "Empty: as set for all, which is also the most.",
        )
        .nullable()
        .rare(),
        Field::new(
            "refresh_token_hours",
            FieldKind::Number(0, 3650 * 24),
            "Hours a grant lives unused",
            "Its refresh token is worthless then. Empty: as set for all, which is also the most.",
        )
        .nullable()
        .rare(),
        Field::new(
            "grant_hours",
            FieldKind::Number(0, 3650 * 24),
            "Hours a grant lives in all",
            "For grants that begin from now on. Empty: as set for all, which is also the most.",
        )
        .nullable()
        .rare(),
        Field::new("disabled", FieldKind::Flag, "Switched off", "Every token of it is dead.").tagged(),
        Field::new("client_uri", FieldKind::Url, "Home page", "").clearable().rare(),
        Field::new("logo_uri", FieldKind::Url, "Logo", "").clearable().rare(),
        Field::new("policy_uri", FieldKind::Url, "Privacy policy", "").clearable().rare(),
        Field::new("tos_uri", FieldKind::Url, "Terms", "").clearable().rare(),
        Field::new(
            "token_endpoint_auth_method",
            FieldKind::Choice(&["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]),
            "Proves who it is by",
            "A public client by nothing. One with keys signs assertions.",
        )
        .rare(),
        Field::new("jwks", FieldKind::Object, "Keys", "A JWK Set with its public keys.").nullable().rare(),
        Field::new("jwks_uri", FieldKind::Url, "Address of its keys", "In place of the keys.").nullable().rare(),
        Field::new(
            "token_endpoint_auth_signing_alg",
            FieldKind::Choice(&["ES256", "RS256", "PS256", "EdDSA"]),
            "Its assertions are signed by",
            "One algorithm only; none: any that fits its keys.",
        )
        .nullable()
        .rare(),
        Field::new(
            "id_token_signed_response_alg",
            FieldKind::Choice(&["ES256", "RS256"]),
            "ID tokens are signed by",
            "",
        )
        .rare(),
        Field::new(
            "userinfo_signed_response_alg",
            FieldKind::Choice(&["ES256", "RS256"]),
            "UserInfo is signed by",
            "None: plain JSON.",
        )
        .clearable()
        .rare(),
        Field::new(
            "post_logout_redirect_uris",
            FieldKind::Lines,
            "After signing out",
            "Where people may be sent then; one a line.",
        )
        .rare(),
        Field::new("backchannel_logout_uri", FieldKind::Url, "Is told of sign-outs at", "").clearable().rare(),
        Field::read_only("origin", FieldKind::Choice(&["administrator", "registration", "document"]), "Registered by")
            .initially("administrator")
            .tagged(),
        Field::read_only("owner", FieldKind::Text, "Acts for the user").nullable(),
        Field::read_only("created_at", FieldKind::Moment, "Made"),
    ],
    filters: &[
        ("q", "names that begin so, of clients that are no user's own"),
        ("owner", "a user's id; none: those of nobody"),
    ],
    dependents: &["grants", "users"],
    actions: &[Action {
        name: "secret",
        label: "Generate New Secret",
        meaning: "The old secret is worthless at once.",
        input: &[],
        answer: &["client_id", "client_secret"],
        status: StatusCode::OK,
    }],
    audited: Some("client_id"),
    removal: "Every token of it is dead, and people are asked anew should it ever come back.",
    revisions: &revisions::CLIENTS,
    secret: Some("client_secret"),
};

/// A client as the admin API shows it; never a secret's hash.
pub fn shown(client: &Client) -> Value {
    json!({
        "client_id": client.id,
        "client_name": client.name,
        "client_uri": client.links.home,
        "logo_uri": client.links.logo,
        "policy_uri": client.links.policy,
        "tos_uri": client.links.terms,
        "public": client.is_public(),
        "token_endpoint_auth_method": client.auth_method(),
        "jwks": client.keys().and_then(ClientKeys::jwks),
        "jwks_uri": client.keys().and_then(ClientKeys::jwks_uri),
        "token_endpoint_auth_signing_alg": client.keys().and_then(|keys| keys.algorithm),
        "redirect_uris": client.redirect_uris,
        "grant_types": client.grant_types,
        "scope": client.scopes,
        "consent_policy": client.consent_policy,
        "require_pkce": client.require_pkce,
        "first_party": client.first_party,
        "resource_server": client.resource_server,
        "resources": client.resources,
        "id_token_signed_response_alg": client.relying_party.id_token_alg,
        "userinfo_signed_response_alg": client.relying_party.userinfo_alg,
        "post_logout_redirect_uris": client.relying_party.post_logout_redirect_uris,
        "backchannel_logout_uri": client.relying_party.backchannel_logout_uri,
        "access_token_minutes": client.lifetimes.access_minutes,
        "refresh_token_hours": client.lifetimes.refresh_hours,
        "grant_hours": client.lifetimes.grant_hours,
        "origin": match client.origin {
            Origin::Administrator => "administrator",
            Origin::Registration(_) => "registration",
            Origin::Document(_) => "document",
        },
        "owner": client.owner.as_ref().map(|owner| &owner.user_id),
        "disabled": client.disabled_at.is_some(),
        "created_at": client.created_at.rfc3339(),
    })
}

#[async_trait]
impl Noun for Clients {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids; with `owner` those of that user or, with `none`, of nobody; by `q` those of nobody whose names
    /// begin so, in the order of their names.
    async fn list(&self, app: &App, query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        let filter = match (parameter(query, "q")?, parameter(query, "owner")?) {
            (None, None) => ClientFilter::All,
            (None, Some("none")) => ClientFilter::WithoutOwner,
            (None, Some(owner)) => ClientFilter::OfUser(owner.to_owned()),
            (Some(prefix), None | Some("none")) => ClientFilter::Named(prefix.to_owned()),
            (Some(_), Some(_)) => {
                return Err(OAuthError::invalid_request("q looks for clients of nobody only").field("q"));
            }
        };
        Ok(clients::list(app, &filter, page).await?.map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&clients::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        let (client, secret) = clients::create(&by.app, &by.context, &by.actor, object(body)?).await?;
        Ok(with_secret(shown(&client), secret))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&clients::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        clients::remove(&by.app, &by.context, &by.actor, id).await
    }

    async fn dependents(&self, app: &App, id: &str) -> Answer<Value> {
        let found = clients::dependents(app, id).await?;
        Ok(json!({ "grants": found.grants, "users": found.users }))
    }

    /// A new secret works at once; an isolate that knows the old one may take it for 30 s more.
    async fn act(&self, by: &Administered, id: &str, _action: &Action, _body: &[u8]) -> Answer<Value> {
        let secret = clients::replace_secret(&by.app, &by.context, &by.actor, id).await?;
        Ok(json!({ "client_id": id, "client_secret": secret }))
    }

    /// A public client has no secret, nor has one that proves itself by keys.
    fn offers(&self, shown: &Value, _action: &Action) -> bool {
        shown.get("token_endpoint_auth_method").and_then(Value::as_str).is_some_and(|method| method.contains("secret"))
    }
}
