//! What is checked of an authorization request, in order, once client and redirect URI are proven.

use super::destination::{AuthorizeError, Destination};
use super::load::Loaded;
use crate::app::App;
use crate::model::client::{Client, GrantType};
use crate::model::interaction::Authorization;
use crate::model::user::Role;
use crate::protocol::authentication::AuthenticationRequest;
use crate::protocol::authorize::{self, AuthorizationRequest, ResponseMode};
use crate::protocol::claims_request::ClaimsRequest;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::redirect_uri;
use crate::protocol::scope::{ADMIN, OPENID};
use crate::service::resources::Named;
use crate::service::{claims, scopes};
use crate::store::sessions::SignedIn;

/// Checks a request of the wire and gives it the grant it will open.
///
/// # Errors
/// A page until the destination is proven, a redirect after.
pub fn of_request(
    app: &App,
    Loaded { client, table }: Loaded<'_>,
    parameters: &Parameters,
    named: &Result<Named, OAuthError>,
) -> Result<(Authorization, Destination), AuthorizeError> {
    client_stands(client)?;
    let requested = parameters.optional("redirect_uri")?;
    let state = authorize::state(parameters);
    let response_mode = ResponseMode::of(parameters);
    let destination = Destination::prove(client, requested, response_mode, state)?;
    let refuse = |error| destination.refuse(error);

    let request = AuthorizationRequest::parse(parameters).map_err(refuse)?;
    can_be_posted_to(&destination, response_mode).map_err(refuse)?;
    may_use_codes(client).map_err(refuse)?;
    has_challenge(client, request.code_challenge.as_deref()).map_err(refuse)?;
    let understood = request.scope.map(|asked| scopes::understood(table, asked));
    let named = named.as_ref().map_err(|error| refuse(OAuthError::new(error.code, error.description.clone())))?;
    let scope = scopes::granted_at(app, client, &named.scopes, understood.as_ref()).map_err(refuse)?;
    // Without `openid` nobody is told claims.
    let asked = if scope.contains(OPENID) { request.authentication.claims } else { ClaimsRequest::default() };
    let claims = claims::allowed(asked, table, client);
    let grant_id = app.grants.new_id().map_err(|error| refuse(error.into()))?;
    let authorization = Authorization {
        client_id: client.id.clone(),
        client_name: client.name.clone(),
        redirect_uri: destination.redirect_uri().to_owned(),
        redirect_uri_sent: requested.is_some(),
        consent_scope: scope.union(&claims::implied_scopes(&claims, table, client, &scope)),
        scope,
        resources: named.uris.clone(),
        resource_names: named.names.clone(),
        state: state.map(str::to_owned),
        code_challenge: request.code_challenge,
        code: format!("{grant_id}.{}", app.random_text::<32>()),
        grant_id,
        response_mode,
        authentication: AuthenticationRequest { claims, ..request.authentication },
        signed_in: None,
        chosen: None,
        shown_to: None,
    };
    Ok((authorization, destination))
}

/// Checks an interaction again before it is answered: the client may have changed since it began.
///
/// # Errors
/// As [`of_request`].
pub fn of_interaction(
    app: &App,
    client: &Client,
    authorization: &Authorization,
) -> Result<Destination, AuthorizeError> {
    client_stands(client)?;
    let state = authorization.state.as_deref();
    let destination =
        Destination::prove(client, Some(&authorization.redirect_uri), authorization.response_mode, state)?;
    let refuse = |error| destination.refuse(error);
    may_use_codes(client).map_err(refuse)?;
    has_challenge(client, authorization.code_challenge.as_deref()).map_err(refuse)?;
    scopes::granted(app, client, Some(&authorization.scope)).map_err(refuse)?;
    Ok(destination)
}

/// Checks what depends on who is signed in.
///
/// # Errors
/// `access_denied`, `invalid_scope`.
pub fn of_person(client: &Client, authorization: &Authorization, person: &SignedIn) -> Result<(), OAuthError> {
    if client.owner.as_ref().is_some_and(|owner| owner.user_id != person.session.user_id) {
        return Err(OAuthError::access_denied("only its owner may authorize a user client"));
    }
    if authorization.scope.contains(ADMIN) && person.role != Role::Admin {
        return Err(OAuthError::invalid_scope("the scope admin is for administrators"));
    }
    Ok(())
}

fn client_stands(client: &Client) -> Result<(), OAuthError> {
    if client.is_disabled() { Err(OAuthError::invalid_request("this client is switched off")) } else { Ok(()) }
}

/// A browser posts to the web only.
fn can_be_posted_to(destination: &Destination, mode: ResponseMode) -> Result<(), OAuthError> {
    if mode == ResponseMode::FormPost && !redirect_uri::is_web(destination.redirect_uri()) {
        return Err(OAuthError::invalid_request("response_mode form_post needs an http or https redirect_uri"));
    }
    Ok(())
}

fn may_use_codes(client: &Client) -> Result<(), OAuthError> {
    if client.allows(GrantType::AuthorizationCode) {
        return Ok(());
    }
    Err(OAuthError::unauthorized_client("the client may not use the authorization code grant"))
}

/// RFC 9700 2.1.1: always of public clients; of confidential ones unless they were registered otherwise.
fn has_challenge(client: &Client, challenge: Option<&str>) -> Result<(), OAuthError> {
    if challenge.is_some() || !client.require_pkce {
        return Ok(());
    }
    Err(OAuthError::invalid_request("code_challenge is missing: this client must use PKCE"))
}
