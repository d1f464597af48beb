-- A number for each thing that administrators look after, another one after each change of what is shown of it. The admin API's
-- entity tags are made of it, so that a change that rests on what is no longer so is refused (RFC 9110 section 13.1.1). What is only
-- kept in mind (last uses, secrets, keys fetched from elsewhere) does not count.

ALTER TABLE users ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE scopes ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE resources ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE initial_access_tokens ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tools ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tool_groups ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

CREATE TRIGGER users_revision
AFTER UPDATE OF name, password_hash, role, disabled_at, claims, updated_at ON users
BEGIN
  UPDATE users SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER clients_revision
AFTER UPDATE OF name, type, client_uri, logo_uri, policy_uri, tos_uri, redirect_uris, grant_types, scopes, consent_policy,
  require_pkce, first_party, resource_server, resources, owner_user_id, disabled_at, id_token_signed_response_alg,
  userinfo_signed_response_alg, post_logout_redirect_uris, backchannel_logout_uri, jwks, jwks_uri,
  token_endpoint_auth_signing_alg ON clients
BEGIN
  UPDATE clients SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER scopes_revision
AFTER UPDATE OF description, open, claims ON scopes
BEGIN
  UPDATE scopes SET revision = revision + 1 WHERE name = NEW.name;
END;

CREATE TRIGGER resources_revision
AFTER UPDATE OF uri, name, scopes ON resources
BEGIN
  UPDATE resources SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER initial_access_tokens_revision
AFTER UPDATE OF name, expires_at ON initial_access_tokens
BEGIN
  UPDATE initial_access_tokens SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER tools_revision
AFTER UPDATE OF name, description, input_schema, request, authentication, timeout_seconds, max_bytes, default_enabled,
  updated_at ON tools
BEGIN
  UPDATE tools SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER tool_groups_revision
AFTER UPDATE OF name, description, default_enabled, updated_at ON tool_groups
BEGIN
  UPDATE tool_groups SET revision = revision + 1 WHERE id = NEW.id;
END;

-- A group shows the names of its tools.

CREATE TRIGGER tool_groups_revision_by_new_member
AFTER INSERT ON tool_group_members
BEGIN
  UPDATE tool_groups SET revision = revision + 1 WHERE id = NEW.group_id;
END;

CREATE TRIGGER tool_groups_revision_by_lost_member
AFTER DELETE ON tool_group_members
BEGIN
  UPDATE tool_groups SET revision = revision + 1 WHERE id = OLD.group_id;
END;

CREATE TRIGGER tool_groups_revision_by_renamed_member
AFTER UPDATE OF name ON tools WHEN OLD.name <> NEW.name
BEGIN
  UPDATE tool_groups SET revision = revision + 1
  WHERE id IN (SELECT group_id FROM tool_group_members WHERE tool_id = NEW.id);
END;

-- These may be removed and made anew under the same id, and are another thing then: they begin with a number that was none of
-- theirs. Such a number survives JavaScript (below 2^53) however often it grows.

CREATE TRIGGER clients_first_revision
AFTER INSERT ON clients
BEGIN
  UPDATE clients SET revision = random() & 4503599627370495 WHERE id = NEW.id;
END;

CREATE TRIGGER scopes_first_revision
AFTER INSERT ON scopes
BEGIN
  UPDATE scopes SET revision = random() & 4503599627370495 WHERE name = NEW.name;
END;
