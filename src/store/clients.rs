//! Clients, each with the standing of the user it acts for.

use serde::Deserialize;
use serde_json::Map;

use super::client_keys::{self, KeyColumns};
use super::{json, replica};
use crate::model::client::{
    Client, ClientAuthentication, ClientLinks, ConsentPolicy, Document, GrantType, Origin, Owner, Registration,
    RelyingParty,
};
use crate::model::client_lifetimes::ClientLifetimes;
use crate::model::client_settings::{ClientSettings, Signed};
use crate::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored, Value};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::verification_key::VerificationAlgorithm;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

macro_rules! select_clients {
    ($rest:literal) => {
        concat!(
            "SELECT clients.id, clients.name, clients.type, clients.secret_hash, clients.client_uri, \
             clients.logo_uri, clients.policy_uri, clients.tos_uri, clients.redirect_uris, \
             clients.grant_types, clients.scopes, clients.consent_policy, clients.require_pkce, \
             clients.first_party, clients.resource_server, clients.resources, clients.owner_user_id, \
             clients.disabled_at, clients.valid_from, clients.created_at, \
             clients.id_token_signed_response_alg, clients.userinfo_signed_response_alg, \
             clients.post_logout_redirect_uris, clients.backchannel_logout_uri, \
             clients.registration_token_hash, clients.metadata, clients.document_fresh_until, \
             clients.last_used_on, \
             clients.jwks, clients.jwks_uri, clients.token_endpoint_auth_signing_alg, clients.fetched_keys, \
             clients.fetched_keys_at, clients.access_token_minutes, clients.refresh_token_hours, \
             clients.grant_hours, clients.scope_ceiling, \
             owner.disabled_at IS NOT NULL AS owner_disabled \
             FROM clients LEFT JOIN users AS owner ON owner.id = clients.owner_user_id ",
            $rest
        )
    };
}

// After the macro, which it uses.
mod lists;

pub use self::lists::{
    Dependents, read_all, select_by_owner, select_by_prefix, select_dependents, select_page, select_without_owner,
};

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "a row has the columns it has")]
struct Row {
    id: String,
    name: String,
    r#type: String,
    secret_hash: Option<String>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    #[serde(deserialize_with = "json::list")]
    redirect_uris: Vec<String>,
    grant_types: String,
    scopes: String,
    consent_policy: String,
    #[serde(deserialize_with = "json::boolean")]
    require_pkce: bool,
    #[serde(deserialize_with = "json::boolean")]
    first_party: bool,
    #[serde(deserialize_with = "json::boolean")]
    resource_server: bool,
    #[serde(deserialize_with = "json::list")]
    resources: Vec<String>,
    owner_user_id: Option<String>,
    #[serde(deserialize_with = "json::boolean")]
    owner_disabled: bool,
    #[serde(deserialize_with = "json::maybe_seconds")]
    disabled_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::seconds")]
    valid_from: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    id_token_signed_response_alg: Algorithm,
    userinfo_signed_response_alg: Option<Algorithm>,
    #[serde(deserialize_with = "json::list")]
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    registration_token_hash: Option<String>,
    metadata: String,
    #[serde(deserialize_with = "json::maybe_seconds")]
    document_fresh_until: Option<Timestamp>,
    #[serde(deserialize_with = "json::seconds")]
    last_used_on: Timestamp,
    jwks: Option<String>,
    jwks_uri: Option<String>,
    token_endpoint_auth_signing_alg: Option<VerificationAlgorithm>,
    fetched_keys: Option<String>,
    #[serde(deserialize_with = "json::maybe_seconds")]
    fetched_keys_at: Option<Timestamp>,
    access_token_minutes: Option<i64>,
    refresh_token_hours: Option<i64>,
    grant_hours: Option<i64>,
    scope_ceiling: Option<String>,
}

impl TryFrom<Row> for Client {
    type Error = StorageError;

    fn try_from(row: Row) -> Stored<Self> {
        let corrupt = |what: &str| StorageError::new("database", format!("client {}: {what}", row.id));
        let public = row.r#type == "public";
        let origin = origin(&row)?;
        let keys = KeyColumns {
            jwks: row.jwks,
            jwks_uri: row.jwks_uri,
            algorithm: row.token_endpoint_auth_signing_alg,
            fetched: row.fetched_keys,
            fetched_at: row.fetched_keys_at,
        };
        Ok(Self {
            authentication: match keys.read()? {
                _ if public => ClientAuthentication::Public,
                Some(keys) => ClientAuthentication::Keys(keys),
                None => ClientAuthentication::Secret(row.secret_hash),
            },
            grant_types: json::read::<Vec<GrantType>>(&row.grant_types)?,
            scopes: scopes(&row.scopes, row.scope_ceiling.as_deref()).ok_or_else(|| corrupt("scopes"))?,
            consent_policy: ConsentPolicy::parse(&row.consent_policy).ok_or_else(|| corrupt("consent policy"))?,
            require_pkce: public || row.require_pkce,
            owner: row.owner_user_id.map(|user_id| Owner { user_id, disabled: row.owner_disabled }),
            id: row.id,
            name: row.name,
            links: ClientLinks { home: row.client_uri, logo: row.logo_uri, policy: row.policy_uri, terms: row.tos_uri },
            redirect_uris: row.redirect_uris,
            first_party: row.first_party,
            resource_server: row.resource_server,
            resources: row.resources,
            lifetimes: ClientLifetimes {
                access_minutes: row.access_token_minutes,
                refresh_hours: row.refresh_token_hours,
                grant_hours: row.grant_hours,
            },
            relying_party: RelyingParty {
                id_token_alg: row.id_token_signed_response_alg,
                userinfo_alg: row.userinfo_signed_response_alg,
                post_logout_redirect_uris: row.post_logout_redirect_uris,
                backchannel_logout_uri: row.backchannel_logout_uri,
            },
            origin,
            disabled_at: row.disabled_at,
            valid_from: row.valid_from,
            created_at: row.created_at,
        })
    }
}

/// What a client asked for, as far as an administrator leaves it that.
fn scopes(asked: &str, ceiling: Option<&str>) -> Option<ScopeSet> {
    let asked = ScopeSet::parse(asked).ok()?;
    let Some(ceiling) = ceiling else { return Some(asked) };
    Some(asked.intersection(&ScopeSet::parse(ceiling).ok()?))
}

fn origin(row: &Row) -> Stored<Origin> {
    let last_used_on = row.last_used_on;
    Ok(match (&row.registration_token_hash, row.document_fresh_until) {
        (Some(hash), _) => {
            let (token_hash, metadata) = (hash.clone(), json::read(&row.metadata)?);
            Origin::Registration(Registration { token_hash, metadata, last_used_on })
        }
        (None, Some(fresh_until)) => Origin::Document(Document { fresh_until, last_used_on }),
        (None, None) => Origin::Administrator,
    })
}

/// Asks for one client.
#[must_use]
pub fn select(id: &str) -> Statement {
    Statement::read(select_clients!("WHERE clients.id = ?1"), vec![id.into()])
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<Client>> {
    outcome.first::<Row>()?.map(Client::try_from).transpose()
}

/// Looks one client up.
///
/// # Errors
/// When the database fails.
pub async fn lookup(database: &dyn Database, id: &str, freshness: Freshness) -> Stored<Option<Client>> {
    read(&database.run(select(id).fresh(freshness)).await?)
}

/// The clients that act for `user_id`. Every user has one, so a replica that knows of none lags, and the primary is
/// asked.
///
/// # Errors
/// When the database fails.
pub async fn list_by_owner(database: &dyn Database, user_id: &str) -> Stored<Vec<Client>> {
    let statement = Statement::read(
        select_clients!("WHERE clients.owner_user_id = ?1 ORDER BY clients.created_at, clients.id"),
        vec![user_id.into()],
    );
    let outcome = replica::or_primary(database, statement).await?;
    outcome.read::<Row>()?.into_iter().map(Client::try_from).collect()
}

macro_rules! insert_client {
    ($rest:literal) => {
        concat!(
            "INSERT INTO clients (id, name, type, secret_hash, redirect_uris, grant_types, scopes, consent_policy, \
             require_pkce, first_party, resource_server, resources, owner_user_id, disabled_at, valid_from, created_at, \
             client_uri, logo_uri, policy_uri, tos_uri, id_token_signed_response_alg, userinfo_signed_response_alg, \
             post_logout_redirect_uris, backchannel_logout_uri, registration_token_hash, metadata, last_used_on, \
             document_fresh_until, jwks, jwks_uri, token_endpoint_auth_signing_alg, access_token_minutes, \
             refresh_token_hours, grant_hours) VALUES \
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, \
             ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34) ",
            $rest
        )
    };
}

/// Adds a client; one of that id must not exist.
#[must_use]
pub fn insert(client: &Client) -> Statement {
    Statement::write(insert_client!(""), columns(client))
}

/// Keeps what a client says of itself in its document. What an administrator said of it stays, and so does a client of that id
/// that came otherwise.
#[must_use]
pub fn upsert_described(client: &Client) -> Statement {
    Statement::write(
        insert_client!(
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type, \
             redirect_uris = excluded.redirect_uris, grant_types = excluded.grant_types, scopes = excluded.scopes, \
             require_pkce = excluded.require_pkce, client_uri = excluded.client_uri, logo_uri = excluded.logo_uri, \
             policy_uri = excluded.policy_uri, tos_uri = excluded.tos_uri, \
             id_token_signed_response_alg = excluded.id_token_signed_response_alg, \
             userinfo_signed_response_alg = excluded.userinfo_signed_response_alg, \
             post_logout_redirect_uris = excluded.post_logout_redirect_uris, \
             backchannel_logout_uri = excluded.backchannel_logout_uri, \
             document_fresh_until = excluded.document_fresh_until, jwks = excluded.jwks, \
             jwks_uri = excluded.jwks_uri, \
             token_endpoint_auth_signing_alg = excluded.token_endpoint_auth_signing_alg, \
             fetched_keys = CASE WHEN clients.jwks_uri IS excluded.jwks_uri THEN fetched_keys END, \
             fetched_keys_at = CASE WHEN clients.jwks_uri IS excluded.jwks_uri THEN fetched_keys_at END, \
             keys_asked_until = CASE WHEN clients.jwks_uri IS excluded.jwks_uri THEN keys_asked_until ELSE 0 END \
             WHERE clients.document_fresh_until IS NOT NULL"
        ),
        columns(client),
    )
}

fn columns(client: &Client) -> Vec<Value> {
    let (kind, secret_hash) = match &client.authentication {
        ClientAuthentication::Public => ("public", None),
        ClientAuthentication::Secret(hash) => ("confidential", hash.clone()),
        ClientAuthentication::Keys(_) => ("confidential", None),
    };
    let [jwks, jwks_uri, signing_alg] = client_keys::bound(client.keys());
    let registration = client.registration();
    let fresh_until = match &client.origin {
        Origin::Document(document) => Some(document.fresh_until),
        Origin::Administrator | Origin::Registration(_) => None,
    };
    vec![
        client.id.as_str().into(),
        client.name.as_str().into(),
        kind.into(),
        secret_hash.into(),
        json::write(&client.redirect_uris).into(),
        json::write(&client.grant_types).into(),
        client.scopes.to_string().into(),
        client.consent_policy.as_str().into(),
        client.require_pkce.into(),
        client.first_party.into(),
        client.resource_server.into(),
        json::write(&client.resources).into(),
        client.owner.as_ref().map(|owner| owner.user_id.as_str()).into(),
        client.disabled_at.into(),
        client.valid_from.into(),
        client.created_at.into(),
        client.links.home.as_deref().into(),
        client.links.logo.as_deref().into(),
        client.links.policy.as_deref().into(),
        client.links.terms.as_deref().into(),
        client.relying_party.id_token_alg.as_str().into(),
        client.relying_party.userinfo_alg.map(Algorithm::as_str).into(),
        json::write(&client.relying_party.post_logout_redirect_uris).into(),
        client.relying_party.backchannel_logout_uri.as_deref().into(),
        registration.map(|registration| registration.token_hash.as_str()).into(),
        registration.map_or_else(|| "{}".to_owned(), |kept| json::write(&kept.metadata)).into(),
        client.last_used_on().unwrap_or(Timestamp::from_seconds(0)).into(),
        fresh_until.into(),
        jwks,
        jwks_uri,
        signing_alg,
        client.lifetimes.access_minutes.into(),
        client.lifetimes.refresh_hours.into(),
        client.lifetimes.grant_hours.into(),
    ]
}

/// Writes what `settings` name and leaves every other column to whoever writes it at the same time.
#[must_use]
pub fn update(id: &str, settings: &ClientSettings, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE clients SET name = COALESCE(?2, name), redirect_uris = COALESCE(?3, redirect_uris), \
         grant_types = COALESCE(?4, grant_types), scopes = COALESCE(?5, scopes), \
         consent_policy = COALESCE(?6, consent_policy), require_pkce = COALESCE(?7, require_pkce), \
         first_party = COALESCE(?8, first_party), resource_server = COALESCE(?9, resource_server), \
         resources = COALESCE(?10, resources), \
         disabled_at = CASE WHEN ?11 IS NULL THEN disabled_at WHEN ?11 = 1 THEN COALESCE(disabled_at, ?12) END, \
         valid_from = CASE WHEN ?11 = 1 AND disabled_at IS NULL THEN MAX(valid_from, ?12) + 1 ELSE valid_from END, \
         client_uri = NULLIF(COALESCE(?13, client_uri), ''), logo_uri = NULLIF(COALESCE(?14, logo_uri), ''), \
         policy_uri = NULLIF(COALESCE(?15, policy_uri), ''), tos_uri = NULLIF(COALESCE(?16, tos_uri), ''), \
         id_token_signed_response_alg = COALESCE(?17, id_token_signed_response_alg), \
         userinfo_signed_response_alg = NULLIF(COALESCE(?18, userinfo_signed_response_alg), ''), \
         post_logout_redirect_uris = COALESCE(?19, post_logout_redirect_uris), \
         backchannel_logout_uri = NULLIF(COALESCE(?20, backchannel_logout_uri), ''), \
         access_token_minutes = NULLIF(COALESCE(?21, access_token_minutes), 0), \
         refresh_token_hours = NULLIF(COALESCE(?22, refresh_token_hours), 0), \
         grant_hours = NULLIF(COALESCE(?23, grant_hours), 0), scope_ceiling = COALESCE(?24, scope_ceiling) \
         WHERE id = ?1",
        vec![
            id.into(),
            settings.client_name.as_deref().into(),
            settings.redirect_uris.as_ref().map(json::write).into(),
            settings.grant_types.as_ref().map(json::write).into(),
            settings.scope.as_ref().map(ToString::to_string).into(),
            settings.consent_policy.map(ConsentPolicy::as_str).into(),
            settings.require_pkce.into(),
            settings.first_party.into(),
            settings.resource_server.into(),
            settings.resources.as_ref().map(json::write).into(),
            settings.disabled.into(),
            now.into(),
            settings.client_uri.as_deref().into(),
            settings.logo_uri.as_deref().into(),
            settings.policy_uri.as_deref().into(),
            settings.tos_uri.as_deref().into(),
            settings.id_token_signed_response_alg.map(Algorithm::as_str).into(),
            settings.userinfo_signed_response_alg.map(|Signed(alg)| alg.map_or("", Algorithm::as_str)).into(),
            settings.post_logout_redirect_uris.as_ref().map(json::write).into(),
            settings.backchannel_logout_uri.as_deref().into(),
            settings.access_token_minutes.into(),
            settings.refresh_token_hours.into(),
            settings.grant_hours.into(),
            settings.scope_ceiling.as_ref().map(ToString::to_string).into(),
        ],
    )
}

/// Replaces what a client that registered itself said beside its settings.
#[must_use]
pub fn update_metadata(id: &str, metadata: &Map<String, serde_json::Value>) -> Statement {
    Statement::write(
        "UPDATE clients SET metadata = ?2 WHERE id = ?1 AND registration_token_hash IS NOT NULL",
        vec![id.into(), json::write(metadata).into()],
    )
}

/// Notes on which day a client got tokens. Told late, twice or in another order, it does no harm.
#[must_use]
pub fn used_on(id: &str, day: Timestamp) -> Statement {
    Statement::write(
        "UPDATE clients SET last_used_on = ?2 WHERE id = ?1 AND last_used_on < ?2",
        vec![id.into(), day.into()],
    )
}

/// Removes a client, and by the schema all that it was allowed.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM clients WHERE id = ?1", vec![id.into()])
}

/// Removes clients that came by themselves, got no tokens since `day` and have no grant that may live, at most so many.
#[must_use]
pub fn delete_unused(day: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM clients WHERE id IN \
         (SELECT id FROM clients \
          WHERE (registration_token_hash IS NOT NULL OR document_fresh_until IS NOT NULL) AND last_used_on < ?1 \
          AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id AND grants.ended_at IS NULL) \
          ORDER BY last_used_on LIMIT ?2) RETURNING id",
        vec![day.into(), most.into()],
    )
}

/// Replaces a confidential client's secret.
#[must_use]
pub fn replace_secret(id: &str, secret_hash: &str) -> Statement {
    Statement::write(
        "UPDATE clients SET secret_hash = ?2 WHERE id = ?1 AND type = 'confidential' AND jwks IS NULL \
         AND jwks_uri IS NULL",
        vec![id.into(), secret_hash.into()],
    )
}
