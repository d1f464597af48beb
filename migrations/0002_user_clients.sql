-- A12: every user has a user client. Those that lack one get it, with no usable secret until one is generated.
INSERT INTO clients (id, name, type, secret_hash, redirect_uris, grant_types, scopes, owner_user_id, created_at)
SELECT
  'agent_user_' || users.id,
  users.name || ' OAuth Client',
  'confidential',
  NULL,
  '["http://localhost:8501/oauth/callback"]',
  '["authorization_code","client_credentials","refresh_token"]',
  'read:tools call:tools',
  users.id,
  users.created_at
FROM users
WHERE NOT EXISTS (SELECT 1 FROM clients WHERE clients.owner_user_id = users.id);
