-- What clean-up (the cron trigger) finds its rows by.

-- When it looks at the grant: removes the row of one that has ended, and asks the object of any other. Rows from before
-- are looked at soon.
ALTER TABLE grants ADD COLUMN look_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX grants_ended_to_look_at ON grants (look_at) WHERE ended_at IS NOT NULL;
CREATE INDEX grants_standing_to_look_at ON grants (look_at) WHERE ended_at IS NULL;

CREATE INDEX sessions_by_last_seen_at ON sessions (last_seen_at);
CREATE INDEX revoked_tokens_by_expires_at ON revoked_tokens (expires_at);
