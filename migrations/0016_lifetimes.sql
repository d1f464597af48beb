-- How long what a client is given lives, where an administrator made that shorter than the deployment's. NULL: as set for all.

ALTER TABLE clients ADD COLUMN access_token_minutes INTEGER;  -- at most ACCESS_TOKEN_EXPIRE_MINUTES
ALTER TABLE clients ADD COLUMN refresh_token_hours  INTEGER;  -- since its last use; at most REFRESH_TOKEN_TTL_DAYS
ALTER TABLE clients ADD COLUMN grant_hours          INTEGER;  -- in all; at most GRANT_TTL_DAYS

-- What an administrator leaves to a client that registered or describes itself, whatever it asks for later. NULL: nothing was said.
ALTER TABLE clients ADD COLUMN scope_ceiling TEXT;

-- They are shown, or decide what is, so a change of one is another revision (0015).
DROP TRIGGER clients_revision;

CREATE TRIGGER clients_revision
AFTER UPDATE OF name, type, client_uri, logo_uri, policy_uri, tos_uri, redirect_uris, grant_types, scopes, consent_policy,
  require_pkce, first_party, resource_server, resources, owner_user_id, disabled_at, id_token_signed_response_alg,
  userinfo_signed_response_alg, post_logout_redirect_uris, backchannel_logout_uri, jwks, jwks_uri,
  token_endpoint_auth_signing_alg, access_token_minutes, refresh_token_hours, grant_hours, scope_ceiling ON clients
BEGIN
  UPDATE clients SET revision = revision + 1 WHERE id = NEW.id;
END;
