-- A token that a tool's server refuses is renewed for that, once a minute at most.
ALTER TABLE connections ADD COLUMN refused_at INTEGER;  -- when that was last so; NULL: never since it was connected

-- What this server itself got at providers of the flow client_credentials: one token for all tools there.
CREATE TABLE server_connections (
  provider_id TEXT PRIMARY KEY NOT NULL,
  token       TEXT NOT NULL,                            -- sealed for "server connection <provider>"
  expires_at  INTEGER,                                  -- NULL: nobody said
  refused_at  INTEGER                                   -- as above
) STRICT;
