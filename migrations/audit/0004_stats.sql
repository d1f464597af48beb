-- Messages of the Queue that were counted, so that one delivered again is not counted again. Named by its first event; `batch` is the
-- call of the consumer that counted it. They go after an hour: first by time, so that no other index is needed.
CREATE TABLE counted_messages (
  at       INTEGER NOT NULL,                           -- milliseconds since the Unix epoch
  event_id TEXT NOT NULL,
  batch    TEXT NOT NULL,
  PRIMARY KEY (at, event_id)
) STRICT, WITHOUT ROWID;

-- How many tokens without a grant (client_credentials) were issued, by their expiry, rounded up to five seconds.
CREATE TABLE client_tokens (
  expires_at INTEGER PRIMARY KEY NOT NULL,
  issued     INTEGER NOT NULL
) STRICT;
