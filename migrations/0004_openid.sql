-- OpenID Connect.

-- What of a user a scope releases (OpenID Connect Core 5.4): names of claims, a JSON array.
ALTER TABLE scopes ADD COLUMN claims TEXT NOT NULL DEFAULT '[]';
INSERT INTO scopes (name, description, open, claims) VALUES
  ('openid',         'Know that it is you, by an id that says nothing about you', 1, '[]'),
  ('profile',        'See your profile: your name, picture, birthday and the like', 1,
   '["name","family_name","given_name","middle_name","nickname","preferred_username","profile","picture","website","gender","birthdate","zoneinfo","locale","updated_at"]'),
  ('email',          'See your e-mail address', 1, '["email","email_verified"]'),
  ('address',        'See your postal address', 1, '["address"]'),
  ('phone',          'See your phone number', 1, '["phone_number","phone_number_verified"]'),
  ('offline_access', 'Stay connected after you sign out here', 1, '[]')
ON CONFLICT (name) DO UPDATE SET open = 1, claims = excluded.claims;

-- What is known of a user, a JSON object of claims (OpenID Connect Core 5.1), and since when it is so.
ALTER TABLE users ADD COLUMN claims TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE users SET updated_at = created_at;

-- How a client is told who signed in, and who signed out; names as in the registration standards.
ALTER TABLE clients ADD COLUMN id_token_signed_response_alg TEXT NOT NULL DEFAULT 'ES256'
  CHECK (id_token_signed_response_alg IN ('ES256', 'RS256'));
ALTER TABLE clients ADD COLUMN userinfo_signed_response_alg TEXT                -- NULL: JSON, not signed
  CHECK (userinfo_signed_response_alg IN ('ES256', 'RS256'));
ALTER TABLE clients ADD COLUMN post_logout_redirect_uris TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clients ADD COLUMN backchannel_logout_uri TEXT;

-- The clients that were told of a session, so that they can be told of its end.
CREATE TABLE session_clients (
  sid       TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (sid, client_id)
) STRICT, WITHOUT ROWID;

-- Grants that end with their session: `openid` without `offline_access`.
ALTER TABLE grants ADD COLUMN ends_with_session INTEGER NOT NULL DEFAULT 0;
CREATE INDEX grants_of_sessions ON grants (sid) WHERE ends_with_session = 1 AND ended_at IS NULL;
