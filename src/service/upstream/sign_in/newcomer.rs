//! A user who is made for an account at a provider that nobody has linked.

use serde_json::{Map, Value, json};

use super::back::known;
use crate::model::identity::{Account, Identity};
use crate::model::provider::Provider;
use crate::model::user_claims::UserClaims;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::authorize::Visit;
use crate::service::clients::check_name;
use crate::service::users::{self, NewUser};

/// So many names are tried, the last of them one that nobody has.
const TRIES: usize = 5;
/// Of a name so many characters are kept, so that something still fits behind.
const LONGEST: usize = 80;

/// Makes the user, with their user client, under a name that is free, and links the account to them.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub(super) async fn make(visit: Visit<'_>, provider: &Provider, account: &Account) -> Result<Identity, OAuthError> {
    let base = base(provider, account);
    for attempt in 1..=TRIES {
        let new = NewUser {
            name: variant(&base, attempt, &visit.app.random_text::<6>()),
            password: None,
            role: None,
            claims: Some(claims(provider, account)),
            tools: None,
            tool_groups: None,
            account: Some((provider.id.clone(), account.clone())),
        };
        let made = users::create(visit.app, visit.context, &provider.id, new).await;
        // Another request may have been first with the same account.
        let found = match made {
            Ok(_) => known(visit.app, &provider.id, account).await?,
            Err(error) if error.code == ErrorCode::Conflict => known(visit.app, &provider.id, account).await?,
            Err(error) => return Err(error),
        };
        if let Some(identity) = found {
            return Ok(identity);
        }
    }
    Err(OAuthError::temporarily_unavailable("no name is free; try again"))
}

/// What the account is called there, else its address before the @, else where it is.
fn base(provider: &Provider, account: &Account) -> String {
    let local = account.email.as_deref().and_then(|email| email.split('@').next());
    let named = account.name.as_deref().into_iter().chain(local);
    let short = named.map(|name| name.trim().chars().take(LONGEST).collect::<String>());
    let good = short.into_iter().find_map(|name| check_name(&name).ok());
    good.unwrap_or_else(|| format!("{} user", provider.id))
}

fn variant(base: &str, attempt: usize, random: &str) -> String {
    match attempt {
        1 => base.to_owned(),
        TRIES => format!("{base} {random}"),
        attempt => format!("{base} {attempt}"),
    }
}

/// An address is verified when a provider says so whose word for addresses an administrator takes, and not otherwise. Were any
/// provider's word enough, whoever gets one to call another's address verified would be here first, and that other, coming by a
/// provider whose word counts, would be signed in as them.
fn claims(provider: &Provider, account: &Account) -> UserClaims {
    let mut claims = Map::new();
    if let Some(name) = &account.name {
        claims.insert("name".to_owned(), json!(name));
    }
    if let Some(email) = &account.email {
        claims.insert("email".to_owned(), json!(email));
        claims.insert("email_verified".to_owned(), Value::Bool(account.email_verified && provider.links_by_email()));
    }
    let claims = UserClaims(claims);
    if claims.check().is_ok() { claims } else { UserClaims::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_something_behind_it_and_at_last_what_nobody_has() {
        let names: Vec<String> = (1..=TRIES).map(|attempt| variant("Alice", attempt, "x9")).collect();
        assert_eq!(names, ["Alice", "Alice 2", "Alice 3", "Alice 4", "Alice x9"]);
    }
}
