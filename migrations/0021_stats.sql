-- What the Queue's consumer knows of a grant's tokens (GET /oauth/stats). Each only ever grows, so that messages may come twice
-- and in any order; 0: never.
ALTER TABLE grants ADD COLUMN redeemed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN access_expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN access_generation INTEGER NOT NULL DEFAULT 0;  -- of the newest access token
ALTER TABLE grants ADD COLUMN revoked_generation INTEGER NOT NULL DEFAULT 0; -- of the newest that was taken back alone
ALTER TABLE grants ADD COLUMN refresh_expires_at INTEGER NOT NULL DEFAULT 0;
