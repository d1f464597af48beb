-- Moments are whole seconds since the Unix epoch; lists are JSON arrays; secrets and cookies are SHA-256 in base64url.

CREATE TABLE users (
  id            TEXT PRIMARY KEY NOT NULL,
  name          TEXT NOT NULL COLLATE NOCASE UNIQUE,
  password_hash TEXT,                                  -- Argon2id, PHC form; NULL: cannot sign in yet
  role          TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
  disabled_at   INTEGER,
  valid_from    INTEGER NOT NULL DEFAULT 0,            -- what was issued before is dead
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
  id              TEXT PRIMARY KEY NOT NULL,
  name            TEXT NOT NULL,
  type            TEXT NOT NULL CHECK (type IN ('public', 'confidential')),
  secret_hash     TEXT,                                -- NULL for a confidential client: no usable secret yet
  client_uri      TEXT,                                -- its home page; this and the next three: RFC 7591 section 2
  logo_uri        TEXT,
  policy_uri      TEXT,
  tos_uri         TEXT,
  redirect_uris   TEXT NOT NULL DEFAULT '[]',
  grant_types     TEXT NOT NULL DEFAULT '[]',
  scopes          TEXT NOT NULL DEFAULT '',            -- separated by spaces
  consent_policy  TEXT NOT NULL DEFAULT 'once' CHECK (consent_policy IN ('always', 'once', 'skip')),
  require_pkce    INTEGER NOT NULL DEFAULT 1,
  first_party     INTEGER NOT NULL DEFAULT 0,
  resource_server INTEGER NOT NULL DEFAULT 0,
  resources       TEXT NOT NULL DEFAULT '[]',
  owner_user_id   TEXT REFERENCES users (id) ON DELETE CASCADE,  -- set for a user client
  disabled_at     INTEGER,
  valid_from      INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX clients_by_owner ON clients (owner_user_id) WHERE owner_user_id IS NOT NULL;

CREATE TABLE scopes (
  name        TEXT PRIMARY KEY NOT NULL,
  description TEXT NOT NULL,                           -- the sentence on the consent page
  open        INTEGER NOT NULL DEFAULT 0               -- whether clients that registered themselves may ask for it
) STRICT;
INSERT INTO scopes (name, description, open) VALUES
  ('read:tools',        'See the tools that are switched on', 1),
  ('call:tools',        'Call the tools that are switched on', 1),
  ('manage:tools',      'Switch tools on and off', 0),
  ('agent:connect',     'Link accounts at other providers for agents', 1),
  ('connections:token', 'Be given access tokens of your linked accounts', 0),
  ('admin',             'Administer this server', 0);

CREATE TABLE sessions (
  cookie_hash  TEXT PRIMARY KEY NOT NULL,
  sid          TEXT NOT NULL,                          -- stable name of the sign-in, never the cookie
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  auth_time    INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_sid ON sessions (sid);

CREATE TABLE consents (
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id     TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  redirect_host TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  resources     TEXT NOT NULL DEFAULT '[]',
  updated_at    INTEGER NOT NULL,
  PRIMARY KEY (user_id, client_id, redirect_host)
) STRICT;

CREATE TABLE grants (
  id              TEXT PRIMARY KEY NOT NULL,           -- the Durable Object's id
  user_id         TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id       TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  sid             TEXT NOT NULL,                       -- the session it was allowed in
  scope           TEXT NOT NULL,
  code_hash       TEXT NOT NULL,
  code_record     TEXT NOT NULL,                       -- what the code stands for, when KV does not know
  code_expires_at INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  ended_at        INTEGER                              -- as far as we know; the object decides
) STRICT;
CREATE INDEX grants_by_user ON grants (user_id, client_id);
CREATE INDEX grants_by_client ON grants (client_id);

-- Tokens without a grant (client_credentials) that were taken back before their end.
CREATE TABLE revoked_tokens (
  jti        TEXT PRIMARY KEY NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
