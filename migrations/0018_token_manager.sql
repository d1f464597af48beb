-- What this server itself got at providers of the flow client_credentials: one token for all tools there.
CREATE TABLE server_connections (
  provider_id TEXT PRIMARY KEY NOT NULL,
  token       TEXT NOT NULL,                           -- sealed for "server connection <provider>"
  expires_at  INTEGER,                                 -- NULL: nobody said
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
