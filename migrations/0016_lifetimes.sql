-- How long what a client is given lives, where an administrator made that shorter than the deployment's. NULL: as set for all.

ALTER TABLE clients ADD COLUMN access_token_minutes INTEGER;  -- at most ACCESS_TOKEN_EXPIRE_MINUTES
ALTER TABLE clients ADD COLUMN refresh_token_hours  INTEGER;  -- since its last use; at most REFRESH_TOKEN_TTL_DAYS
ALTER TABLE clients ADD COLUMN grant_hours          INTEGER;  -- in all; at most GRANT_TTL_DAYS

-- What an administrator leaves to a client that registered or describes itself, whatever it asks for later. NULL: nothing was said.
ALTER TABLE clients ADD COLUMN scope_ceiling TEXT;
