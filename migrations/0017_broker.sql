-- Other providers, and the accounts that people linked there.

-- What an administrator said of a provider. One with a preset is there without a row while its secrets are set.
CREATE TABLE providers (
  id         TEXT PRIMARY KEY NOT NULL,                -- its part of /connect/{provider}
  settings   TEXT NOT NULL,                            -- JSON; what is not said is as in the preset
  secret     TEXT,                                     -- sealed for "provider <id>"
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision   INTEGER NOT NULL DEFAULT 1                -- as in 0015
) STRICT;

CREATE TRIGGER providers_revision
AFTER UPDATE OF settings, secret, updated_at ON providers
BEGIN
  UPDATE providers SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER providers_first_revision
AFTER INSERT ON providers
BEGIN
  UPDATE providers SET revision = random() & 4503599627370495 WHERE id = NEW.id;
END;

-- A user's account at a provider.
CREATE TABLE connections (
  id               TEXT PRIMARY KEY NOT NULL,
  user_id          TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  agent_id         TEXT NOT NULL DEFAULT '',           -- '': the person's own
  provider_id      TEXT NOT NULL,
  provider_user_id TEXT NOT NULL,
  email            TEXT,
  name             TEXT,
  scopes           TEXT NOT NULL,                      -- those granted, parted by spaces
  tokens           TEXT NOT NULL,                      -- sealed for "connection <user> <agent> <provider>"
  expires_at       INTEGER,                            -- of the access token; NULL: nobody said
  status           TEXT NOT NULL DEFAULT 'active',     -- active, needs_authorization
  refreshing_since INTEGER,                            -- a refresh request is on its way, or its answer was lost
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  last_used_at     INTEGER,
  UNIQUE (user_id, agent_id, provider_id)
) STRICT;
CREATE INDEX connections_by_provider ON connections (provider_id);

-- A linking that was begun: first the ticket of whoever asks for it, from the button on the state at the provider.
CREATE TABLE connect_states (
  hash        TEXT PRIMARY KEY NOT NULL,               -- of the ticket, then of the state
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  agent_id    TEXT NOT NULL DEFAULT '',
  provider_id TEXT NOT NULL,
  scopes      TEXT NOT NULL,
  sid         TEXT,                                    -- the session that pressed the button; NULL: a ticket
  proof       TEXT,                                    -- sealed for "connect <hash>": PKCE verifier and nonce
  expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX connect_states_by_user ON connect_states (user_id);
CREATE INDEX connect_states_by_end ON connect_states (expires_at);
