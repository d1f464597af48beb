-- Sign-in through providers.

-- An account at a provider by which a user may sign in. Whose it is there, issuer and id say together: a provider that is made
-- another by its settings signs in nobody as whom the one before did.
CREATE TABLE user_identities (
  id               TEXT PRIMARY KEY NOT NULL,
  user_id          TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider_id      TEXT NOT NULL,
  issuer           TEXT NOT NULL,                      -- of its ID tokens; without those its user endpoint
  provider_user_id TEXT NOT NULL,
  email            TEXT,
  name             TEXT,
  created_at       INTEGER NOT NULL,
  last_used_at     INTEGER,
  UNIQUE (provider_id, issuer, provider_user_id)
) STRICT;
CREATE INDEX user_identities_by_user ON user_identities (user_id);

-- A sign-in that is at a provider. Nobody is signed in yet, so the browser stands in for the session of connect_states.
CREATE TABLE sign_in_states (
  hash        TEXT PRIMARY KEY NOT NULL,               -- of the state
  browser     TEXT NOT NULL,                           -- hash of the cookie of whoever pressed the button
  provider_id TEXT NOT NULL,
  proof       TEXT NOT NULL,                           -- sealed for "sign-in <hash>": PKCE verifier, nonce, and what it is for
  expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_states_by_end ON sign_in_states (expires_at);

-- A provider's word for an address is held against ours.
CREATE INDEX users_by_verified_email ON users (lower(json_extract(claims, '$.email')))
WHERE json_extract(claims, '$.email_verified') = 1;

-- By which provider the person signed in; NULL: by password.
ALTER TABLE sessions ADD COLUMN provider_id TEXT;
