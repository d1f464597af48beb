-- APIs that accept our tokens (RFC 8707). Our own (/api, /mcp) are not listed: they are always there.
CREATE TABLE resources (
  id         TEXT PRIMARY KEY NOT NULL,
  uri        TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,                 -- what people are shown
  scopes     TEXT NOT NULL DEFAULT '',      -- given when a client asks for this resource and for no scope
  created_at INTEGER NOT NULL
) STRICT;

-- A yes is for the resources that were shown with it: one row for each set of them (a JSON array in the order of its texts).
CREATE TABLE consents_by_resources (
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id     TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  redirect_host TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  resources     TEXT NOT NULL DEFAULT '[]',
  updated_at    INTEGER NOT NULL,
  PRIMARY KEY (user_id, client_id, redirect_host, resources)
) STRICT;
INSERT INTO consents_by_resources SELECT user_id, client_id, redirect_host, scopes, resources, updated_at FROM consents;
DROP TABLE consents;
ALTER TABLE consents_by_resources RENAME TO consents;
