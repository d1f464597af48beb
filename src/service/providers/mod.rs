//! Providers as administrators make, change and remove them, and as they count: what a row says over what the preset and the
//! settings say.

mod check;

use std::sync::Arc;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::provider::{
    self, PRESETS, Provider, ProviderSecret, ProviderSettings, UnknownAccounts, is_provider_id, seal_context,
};
use crate::ports::{Outcome, Statement, StorageError, Stored};
use crate::protocol::error::OAuthError;
use crate::service::errors::{log_failure, taken};
use crate::service::listing::{Page, PageRequest};
use crate::store::providers::{self, ProviderRow};
use crate::store::{connections, identities, server_connections};

const ID_TAKEN: &str = "a provider of this id exists already";

/// A page of them, in the order of their ids.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, request: &PageRequest) -> Result<Page<Provider>, OAuthError> {
    let rows = app.database.run(providers::select_page(&request.after, request.limit)).await?;
    let rows = providers::read_all(&rows)?;
    let by_settings = PRESETS.iter().map(|preset| preset.id).filter(|id| {
        *id > request.after.as_str() && app.config.providers.contains_key(id) && !rows.iter().any(|row| row.id == *id)
    });
    let mut all = by_settings.map(|id| of(app, id, None)).collect::<Stored<Vec<_>>>()?;
    for row in rows {
        all.push(of(app, &row.id.clone(), Some(row))?);
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all.truncate(usize::try_from(request.limit).unwrap_or_default());
    Ok(Page::of(all, request, |provider| provider.id.clone()))
}

/// The provider of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<Provider, OAuthError> {
    known(app, id).await?.ok_or_else(nowhere)
}

async fn known(app: &App, id: &str) -> Result<Option<Provider>, OAuthError> {
    known_in(app, id, &app.database.run(question(id)).await?)
}

/// What is asked to know the provider of this id, for [`usable_in`].
#[must_use]
pub fn question(id: &str) -> Statement {
    providers::select(id)
}

/// The provider of this id that people may use, in the answer to [`question`].
///
/// # Errors
/// `not_found`.
pub fn usable_in(app: &App, id: &str, answer: &Outcome) -> Result<Provider, OAuthError> {
    known_in(app, id, answer)?.filter(Provider::is_enabled).ok_or_else(nowhere)
}

fn known_in(app: &App, id: &str, answer: &Outcome) -> Result<Option<Provider>, OAuthError> {
    let row = providers::read_all(answer)?.into_iter().next();
    if row.is_none() && !app.config.providers.contains_key(id) {
        return Ok(None);
    }
    Ok(Some(of(app, id, row)?))
}

/// The provider of this id that people may use.
///
/// # Errors
/// `not_found`.
pub async fn usable(app: &App, id: &str) -> Result<Provider, OAuthError> {
    find(app, id).await.and_then(|provider| if provider.is_enabled() { Ok(provider) } else { Err(nowhere()) })
}

/// Those by which people may sign in, id and name each; at most 30 s old. While they cannot be read, there are none: people have
/// passwords.
pub async fn signing_in(app: &App, context: &Context) -> Arc<Vec<(String, String)>> {
    if !app.config.enabled {
        return Arc::default();
    }
    if let Some(known) = app.sign_in_providers.get("", context.now()) {
        return known;
    }
    match named(app, Provider::signs_in).await {
        Ok(found) => {
            let found = Arc::new(found);
            app.sign_in_providers.put("", Arc::clone(&found), context.now());
            found
        }
        Err(error) => {
            log_failure("providers_not_read", &error);
            Arc::default()
        }
    }
}

/// Those that a one-time link may link an account of, id and name each. As [`signing_in`].
pub async fn inviting(app: &App) -> Vec<(String, String)> {
    let invites = |provider: &Provider| provider.signs_in() && provider.unknown_accounts() != UnknownAccounts::Never;
    if !app.config.enabled {
        return Vec::new();
    }
    named(app, invites).await.unwrap_or_else(|error| {
        log_failure("providers_not_read", &error);
        Vec::new()
    })
}

async fn named(app: &App, usable: fn(&Provider) -> bool) -> Stored<Vec<(String, String)>> {
    let rows = providers::read_all(&app.database.run(providers::select_signing_in()).await?)?;
    let all = rows.into_iter().map(|row| of(app, &row.id.clone(), Some(row))).collect::<Stored<Vec<_>>>()?;
    let usable = all.iter().filter(|provider| usable(provider));
    Ok(usable.map(|provider| (provider.id.clone(), provider.name().to_owned())).collect())
}

/// Makes one. Of an id with a preset, what is not said is as in that.
///
/// # Errors
/// `invalid_request` for what cannot be, `conflict` for an id that is taken.
pub async fn create(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: ProviderSettings,
) -> Result<Provider, OAuthError> {
    if !is_provider_id(id) {
        let problem = "id is up to 40 small letters, digits, - and _";
        return Err(OAuthError::invalid_request(problem).field("id"));
    }
    let secret = checked(app, &of(app, id, None)?, &settings).await?;
    let now = context.now().floor_to_second();
    let insert = providers::insert(id, &settings.written(), secret.as_deref(), now);
    let made = written(app, id, insert).await?;
    context.record(Happening::done(EventKind::ProviderCreated).by(actor).because(id));
    Ok(made)
}

/// Changes one: what `settings` name and nothing else. The whole is checked as it was read.
///
/// # Errors
/// `not_found`, and as [`create`].
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: ProviderSettings,
) -> Result<Provider, OAuthError> {
    let before = find(app, id).await?;
    let secret = checked(app, &before, &settings).await?;
    let now = context.now().floor_to_second();
    // Of a preset nothing may have been said yet.
    let write = if before.created_at.is_some() { providers::update } else { providers::insert };
    let changed = written(app, id, write(id, &settings.written(), secret.as_deref(), now)).await?;
    let reason = format!("{id}: {}", settings.names());
    context.record(Happening::done(EventKind::ProviderUpdated).by(actor).because(reason));
    Ok(changed)
}

/// Writes a row, and answers what then counts, in one hop: nothing is written of which nobody is told. This server's own token
/// there was asked for as the provider was before.
async fn written(app: &App, id: &str, write: Statement) -> Result<Provider, OAuthError> {
    let (ask, drop_token) = (providers::select(id), server_connections::delete(id));
    let outcomes = app.database.batch(vec![write, ask, drop_token]).await;
    let outcomes = outcomes.map_err(|error| taken(error, ID_TAKEN).field("id"))?;
    app.sign_in_providers.clear();
    let rows = providers::read_all(outcomes.get(1).ok_or_else(nowhere)?)?;
    Ok(of(app, id, Some(rows.into_iter().next().ok_or_else(nowhere)?))?)
}

/// Whether `before` with `settings` can be; the secret among them, sealed.
async fn checked(app: &App, before: &Provider, settings: &ProviderSettings) -> Result<Option<String>, OAuthError> {
    let whole = ProviderSettings::merged(&[&before.settings.written(), &settings.written()]).map_err(unreadable)?;
    check::secret(settings)?;
    let has_secret = settings.client_secret.is_some() || before.secret != ProviderSecret::None;
    check::whole(app, &whole, has_secret)?;
    Ok(match &settings.client_secret {
        Some(secret) => Some(app.sealer.seal(secret.as_bytes(), &seal_context(&before.id)).await?),
        None => None,
    })
}

/// Removes what was said of one, with everybody's connections to it.
///
/// # Errors
/// `not_found`; `conflict` for one that the settings alone make.
pub async fn remove(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    if find(app, id).await?.created_at.is_none() {
        let problem = "this provider is made by its secrets; take those away, or set enabled to false";
        return Err(OAuthError::conflict(problem));
    }
    let all = [
        providers::delete(id),
        connections::delete_of_provider(id),
        server_connections::delete(id),
        identities::delete_of_provider(id),
    ];
    app.database.batch(all.into()).await?;
    app.sign_in_providers.clear();
    context.record(Happening::done(EventKind::ProviderRemoved).by(actor).because(id));
    Ok(())
}

/// How many connections, and how many accounts that people sign in by, go along with one.
///
/// # Errors
/// `not_found`.
pub async fn dependents(app: &App, id: &str) -> Result<(i64, i64), OAuthError> {
    find(app, id).await?;
    let counts = vec![connections::count_of_provider(id), identities::count_of_provider(id)];
    let mut outcomes = app.database.batch(counts).await?.into_iter();
    let mut next = || connections::read_count(&outcomes.next().unwrap_or_default());
    Ok((next()?, next()?))
}

/// What we prove ourselves by.
///
/// # Errors
/// `server_error` when it does not open: its key is gone, or the row was changed by hand.
pub async fn secret(app: &App, provider: &Provider) -> Result<String, OAuthError> {
    match &provider.secret {
        ProviderSecret::None => Ok(String::new()),
        ProviderSecret::Set => {
            Ok(app.config.providers.get(provider.id.as_str()).map_or_else(String::new, |keys| keys.1.expose().clone()))
        }
        ProviderSecret::Sealed(sealed) => {
            let opened = app.opened(sealed, &seal_context(&provider.id)).await?;
            opened.ok_or_else(|| OAuthError::server_error("a secret does not open").detail(provider.id.clone()))
        }
    }
}

/// As it counts.
fn of(app: &App, id: &str, row: Option<ProviderRow>) -> Stored<Provider> {
    let set = app.config.providers.get(id);
    let client = set.map_or_else(Default::default, |(client_id, _)| ProviderSettings {
        client_id: Some(client_id.clone()),
        ..Default::default()
    });
    let preset = provider::preset(id).map_or("{}", |preset| preset.settings);
    let said = row.as_ref().map_or("{}", |row| row.settings.as_str());
    let settings = ProviderSettings::merged(&[preset, &client.written(), said])
        .map_err(|error| StorageError::new("database", format!("provider {id}: {error}")))?;
    let moments = row.as_ref().map(|row| (row.created_at, row.updated_at));
    let secret = match (row.and_then(|row| row.secret), set) {
        (Some(sealed), _) => ProviderSecret::Sealed(sealed),
        (None, Some(_)) => ProviderSecret::Set,
        (None, None) => ProviderSecret::None,
    };
    let (created_at, updated_at) = moments.unzip();
    Ok(Provider { id: id.to_owned(), settings, secret, created_at, updated_at })
}

fn unreadable(error: serde_json::Error) -> OAuthError {
    OAuthError::server_error("what is stored of a provider cannot be read").source(error)
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no provider of this id")
}
