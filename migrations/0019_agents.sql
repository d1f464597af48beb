-- Agents: programs that act for a user, with accounts of the user's at providers.

CREATE TABLE agents (
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  agent_id     TEXT NOT NULL,                          -- as the agent calls itself; another user's may do so, too
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,                       -- when it last asked for an account, or for its token
  PRIMARY KEY (user_id, agent_id)
) STRICT;

-- From the end of the browser part on, for a while. There is none without its agent, nor without its connection.
CREATE TABLE agent_sessions (
  user_id      TEXT NOT NULL,
  agent_id     TEXT NOT NULL,
  provider_id  TEXT NOT NULL,
  began_at     INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL,
  state_hash   TEXT,                                   -- of the state that its token is given for; NULL: it was given
  code_hash    TEXT,                                   -- of the code that came with it
  redeem_until INTEGER NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0,             -- wrong codes that were brought with the state
  PRIMARY KEY (user_id, agent_id, provider_id),
  FOREIGN KEY (user_id, agent_id) REFERENCES agents (user_id, agent_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, agent_id, provider_id) REFERENCES connections (user_id, agent_id, provider_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX agent_sessions_by_end ON agent_sessions (ends_at);

-- The WebSocket that waits for it.
ALTER TABLE connect_states ADD COLUMN socket TEXT;
