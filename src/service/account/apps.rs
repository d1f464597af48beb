//! The apps that a person has let in, and showing them the door.

use std::collections::HashMap;

use futures_util::future::join_all;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::grant::commands::Reply;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;
use crate::service::errors::log_failure;
use crate::service::sign_out::end_objects;
use crate::store::apps::{self, Remembered, Standing};
use crate::store::grants;

/// So many grants are read, and as many remembered answers.
const MOST_READ: i64 = 300;
/// So many objects are asked at the same time: the runtime opens six connections at once.
const AT_ONCE: usize = 6;
/// So many are asked: a person waits for the page.
const MOST_ASKED: usize = 60;

/// An app that may do something for a person, or need not ask before it may again.
#[derive(Clone, Debug)]
pub struct LetIn {
    /// The app.
    pub app: apps::App,
    /// All that it may do, or that it need not ask for.
    pub scope: ScopeSet,
    /// Since when.
    pub since: Timestamp,
    /// When it last got tokens, as far as is known.
    pub used_at: Option<Timestamp>,
    /// Whether it has access now.
    pub has_access: bool,
    /// Whether a yes is remembered.
    pub is_remembered: bool,
}

/// What the object of a grant says of its last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Over,
    Last(Timestamp),
    Unknown,
}

/// The apps of a user: those with access first, the last used first.
///
/// # Errors
/// `temporarily_unavailable` when the database fails. What the objects of grants do not say is left out.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<LetIn>, OAuthError> {
    let statements = vec![apps::list_grants(user_id, MOST_READ), apps::list_remembered(user_id, MOST_READ)];
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (standing, remembered) = (apps::read_grants(&next())?, apps::read_remembered(&next())?);
    let uses = uses(app, &standing).await;
    let mut found = HashMap::new();
    for (grant, last) in standing.into_iter().zip(uses) {
        add_grant(&mut found, grant, last);
    }
    for yes in remembered {
        add_remembered(&mut found, yes);
    }
    let mut found: Vec<LetIn> = found.into_values().collect();
    found.sort_by(|one, other| order(other).cmp(&order(one)).then_with(|| one.app.client_id.cmp(&other.app.client_id)));
    Ok(found)
}

/// How many apps have access, by the list alone.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn count(app: &App, user_id: &str) -> Result<usize, OAuthError> {
    Ok(apps::read_count(&app.database.run(apps::count(user_id)).await?)?)
}

fn order(known: &LetIn) -> (bool, Timestamp) {
    (known.has_access, known.used_at.unwrap_or(known.since))
}

/// The row of a grant knows neither whether its code was redeemed nor when it was last used: its object does.
async fn uses(app: &App, standing: &[Standing]) -> Vec<Use> {
    let mut uses = Vec::with_capacity(standing.len());
    for some in standing.get(..MOST_ASKED).unwrap_or(standing).chunks(AT_ONCE) {
        let answers = join_all(some.iter().map(|grant| last_use(app, &grant.grant_id))).await;
        // Objects that do not answer take their time over it, and the person waits.
        let silent = answers.iter().all(|answer| *answer == Use::Unknown);
        uses.extend(answers);
        if silent {
            break;
        }
    }
    uses.resize(standing.len(), Use::Unknown);
    uses
}

async fn last_use(app: &App, grant_id: &str) -> Use {
    if !app.grants.is_id(grant_id) {
        return Use::Unknown;
    }
    match app.grants.used_at(grant_id).await {
        Ok(Reply::UsedAt(Some(moment))) => Use::Last(moment),
        Ok(Reply::UsedAt(None)) => Use::Over,
        Ok(_) => Use::Unknown,
        Err(error) => {
            log_failure("grant_not_asked", &error);
            Use::Unknown
        }
    }
}

fn add_grant(found: &mut HashMap<String, LetIn>, grant: Standing, last: Use) {
    if last == Use::Over {
        return;
    }
    let used_at = if let Use::Last(moment) = last { Some(moment) } else { None };
    let known = found.entry(grant.app.client_id.clone()).or_insert_with(|| LetIn {
        app: grant.app,
        scope: ScopeSet::default(),
        since: grant.since,
        used_at: None,
        has_access: true,
        is_remembered: false,
    });
    known.scope = known.scope.union(&grant.scope);
    known.used_at = known.used_at.max(used_at);
}

/// What is remembered adds to what an app may do only where it has no access now.
fn add_remembered(found: &mut HashMap<String, LetIn>, yes: Remembered) {
    let known = found.entry(yes.app.client_id.clone()).or_insert_with(|| LetIn {
        app: yes.app,
        scope: ScopeSet::default(),
        since: yes.updated_at,
        used_at: None,
        has_access: false,
        is_remembered: true,
    });
    known.is_remembered = true;
    if !known.has_access {
        known.scope = known.scope.union(&yes.scope);
        known.since = known.since.min(yes.updated_at);
    }
}

/// Takes from an app all that a user allowed it: its grants end at once, and it must ask again. `false`: there was nothing.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn remove(app: &App, context: &Context, user_id: &str, client_id: &str) -> Result<bool, OAuthError> {
    let statements = vec![grants::end_of_client(user_id, client_id, context.now()), apps::forget(user_id, client_id)];
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (ended, forgotten) = (grants::read_ended(&next())?, next().changes);
    if ended.is_empty() && forgotten == 0 {
        return Ok(false);
    }
    app.forget_standings();
    end_objects(app, context, &ended, "removed by their user").await;
    context.record(Happening::done(EventKind::AppRemoved).by(user_id).to(user_id).client(client_id));
    Ok(true)
}
