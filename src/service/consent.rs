//! When a person is asked, and what of the answer is remembered.

use crate::model::client::{Client, ConsentPolicy};
use crate::model::consent::{Consent, in_order};
use crate::model::interaction::Authorization;
use crate::protocol::redirect_uri;

/// Whether the person must be asked before `client` gets what it asks for.
///
/// A public client behind a loopback or custom-scheme redirect can be impersonated by any program on the device, so
/// there nothing is remembered (RFC 8252 8.6).
#[must_use]
pub fn is_needed(client: &Client, authorization: &Authorization, remembered: &[Consent]) -> bool {
    if !may_be_remembered(client, authorization) {
        return true;
    }
    match client.consent_policy {
        ConsentPolicy::Always => true,
        ConsentPolicy::Skip if client.first_party => false,
        ConsentPolicy::Once | ConsentPolicy::Skip => {
            let host = redirect_uri::host(&authorization.redirect_uri);
            !remembered.iter().any(|yes| yes.covers(&host, &authorization.consent_scope, &authorization.resources))
        }
    }
}

/// Whether a yes will spare the person the question next time.
#[must_use]
pub fn will_be_remembered(client: &Client, authorization: &Authorization) -> bool {
    may_be_remembered(client, authorization) && client.consent_policy != ConsentPolicy::Always
}

fn may_be_remembered(client: &Client, authorization: &Authorization) -> bool {
    !(client.is_public() && redirect_uri::is_impersonable(&authorization.redirect_uri))
}

/// What is to be remembered after a yes: what was remembered for this host and these resources before, and what is new.
#[must_use]
pub fn after_yes(authorization: &Authorization, remembered: &[Consent]) -> Consent {
    let redirect_host = redirect_uri::host(&authorization.redirect_uri);
    let asked = &authorization.consent_scope;
    let before = remembered.iter().find(|yes| yes.is_for(&redirect_host, &authorization.resources));
    let scopes = before.map_or_else(|| asked.clone(), |before| before.scopes.union(asked));
    Consent { redirect_host, scopes, resources: in_order(&authorization.resources) }
}
