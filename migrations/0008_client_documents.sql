-- Clients that describe themselves in a document at the URL that is their id (draft-ietf-oauth-client-id-metadata-document).

ALTER TABLE clients ADD COLUMN document_fresh_until INTEGER;  -- set for such a client: the document is read again after it

-- Clients that came by themselves go when they are not used.
DROP INDEX clients_that_registered;
CREATE INDEX clients_that_came_by_themselves ON clients (last_used_on)
  WHERE registration_token_hash IS NOT NULL OR document_fresh_until IS NOT NULL;
