-- What people see of their own accounts.

-- From where a session is used, in words: "Firefox on Linux", and the place as the edge knows it.
ALTER TABLE sessions ADD COLUMN device TEXT;
ALTER TABLE sessions ADD COLUMN place TEXT;

-- Links by which a person sets a password, each good once. A newer one takes the place of the one before it.
CREATE TABLE password_tickets (
  user_id     TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  ticket_hash TEXT NOT NULL UNIQUE,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX password_tickets_by_end ON password_tickets (expires_at);
