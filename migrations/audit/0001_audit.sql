-- The audit log lives in a database of its own, so that it never fills or slows the main one.
CREATE TABLE audit (
  id         TEXT PRIMARY KEY NOT NULL,                -- the event's id: a message delivered twice is one row
  at         INTEGER NOT NULL,                         -- milliseconds since the Unix epoch
  kind       TEXT NOT NULL,
  outcome    TEXT NOT NULL CHECK (outcome IN ('success', 'failure')),
  actor      TEXT,
  subject    TEXT,
  client_id  TEXT,
  grant_id   TEXT,
  address    TEXT,
  request_id TEXT NOT NULL,
  reason     TEXT
) STRICT;
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_subject ON audit (subject, at);
CREATE INDEX audit_by_actor ON audit (actor, at);
CREATE INDEX audit_by_client ON audit (client_id, at);
