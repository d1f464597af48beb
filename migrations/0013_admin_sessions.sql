-- How an administrator gets in by browser.

-- The admin token that /setup made, as its hash: one row at most. Deleting it opens /setup again.
CREATE TABLE admin_token (
  id         INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  token_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Somebody who administers in one browser: the operator, by the admin token, or a user whose role is admin.
CREATE TABLE admin_sessions (
  cookie_hash TEXT PRIMARY KEY NOT NULL,
  user_id     TEXT REFERENCES users (id) ON DELETE CASCADE,  -- NULL: the operator
  sid         TEXT,                                    -- the user's own session: it ends with that
  selected_id TEXT REFERENCES users (id) ON DELETE SET NULL,  -- the current user of /users
  token_proof TEXT,                                    -- says, to whoever has the cookie, by which admin token: it ends with that
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  CHECK ((user_id IS NULL) = (sid IS NULL) AND (user_id IS NULL) = (token_proof IS NOT NULL))
) STRICT;
CREATE INDEX admin_sessions_by_user ON admin_sessions (user_id);
CREATE INDEX admin_sessions_by_selected ON admin_sessions (selected_id);
CREATE INDEX admin_sessions_by_end ON admin_sessions (expires_at);
