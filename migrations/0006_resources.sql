-- APIs that accept our tokens (RFC 8707). Our own (/api, /mcp) are not listed: they are always there.
CREATE TABLE resources (
  id         TEXT PRIMARY KEY NOT NULL,
  uri        TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,                 -- what people are shown
  scopes     TEXT NOT NULL DEFAULT '',      -- given when a client asks for this resource and for no scope
  created_at INTEGER NOT NULL
) STRICT;
