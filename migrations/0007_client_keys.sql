-- Clients that prove who they are with keys of their own (private_key_jwt, RFC 7523): jwks or jwks_uri is set, and no secret.
ALTER TABLE clients ADD COLUMN jwks TEXT;                                -- the JWK Set as it was registered
ALTER TABLE clients ADD COLUMN jwks_uri TEXT;                            -- or where it is
ALTER TABLE clients ADD COLUMN token_endpoint_auth_signing_alg TEXT;     -- the one algorithm that is taken; NULL: any
ALTER TABLE clients ADD COLUMN fetched_keys TEXT;                        -- what was last found at jwks_uri, as a JWK Set
ALTER TABLE clients ADD COLUMN fetched_keys_at INTEGER;                  -- when it was found
ALTER TABLE clients ADD COLUMN keys_asked_until INTEGER NOT NULL DEFAULT 0; -- until when the asking of jwks_uri has used up its minutes

-- Client assertions that were used, so that none is used twice.
CREATE TABLE used_assertions (
  client_id  TEXT NOT NULL,
  jti_hash   TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_by_end ON used_assertions (expires_at);
