-- Clients that register themselves (RFC 7591, RFC 7592).

ALTER TABLE clients ADD COLUMN registration_token_hash TEXT;             -- set for a client that registered itself
ALTER TABLE clients ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';      -- what it said of itself beside the other columns
ALTER TABLE clients ADD COLUMN last_used_on INTEGER NOT NULL DEFAULT 0;  -- a day, as its first second
CREATE INDEX clients_that_registered ON clients (last_used_on) WHERE registration_token_hash IS NOT NULL;

-- Tokens that an administrator gives out so that their bearers may register clients (DYNAMIC_REGISTRATION "token").
CREATE TABLE initial_access_tokens (
  id         TEXT PRIMARY KEY NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
