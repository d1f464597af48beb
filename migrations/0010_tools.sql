-- Tools that agents may call, and what each user has switched on.

CREATE TABLE tools (
  id              TEXT PRIMARY KEY NOT NULL,
  name            TEXT NOT NULL UNIQUE,                -- an identifier of Python and of MCP
  description     TEXT NOT NULL,
  input_schema    TEXT NOT NULL,                       -- JSON Schema of the arguments
  request         TEXT NOT NULL,                       -- JSON: what is sent, with places for the arguments
  authentication  TEXT NOT NULL,                       -- JSON; its secret is sealed for "tool <id>"
  timeout_seconds INTEGER,                             -- NULL: TOOL_TIMEOUT_SECONDS
  max_bytes       INTEGER,                             -- NULL: TOOL_MAX_BYTES
  default_enabled INTEGER NOT NULL DEFAULT 0,          -- whether users who are made from now on have it on
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE tool_groups (
  id              TEXT PRIMARY KEY NOT NULL,
  name            TEXT NOT NULL UNIQUE,
  description     TEXT NOT NULL,
  default_enabled INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE tool_group_members (
  group_id TEXT NOT NULL REFERENCES tool_groups (id) ON DELETE CASCADE,
  tool_id  TEXT NOT NULL REFERENCES tools (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, tool_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tool_group_members_by_tool ON tool_group_members (tool_id);

-- A user's own switches. Without a row a tool is on by any group that holds it and is on; a group is off.
CREATE TABLE user_tools (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  tool_id TEXT NOT NULL REFERENCES tools (id) ON DELETE CASCADE,
  enabled INTEGER NOT NULL,
  PRIMARY KEY (user_id, tool_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_tools_by_tool ON user_tools (tool_id);

CREATE TABLE user_tool_groups (
  user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  group_id TEXT NOT NULL REFERENCES tool_groups (id) ON DELETE CASCADE,
  enabled  INTEGER NOT NULL,
  PRIMARY KEY (user_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_tool_groups_by_group ON user_tool_groups (group_id);
