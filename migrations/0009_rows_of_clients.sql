-- A client that goes takes with it all that names it (ON DELETE CASCADE). Without these each one that goes is looked for in
-- every row.
CREATE INDEX consents_by_client ON consents (client_id);
CREATE INDEX session_clients_by_client ON session_clients (client_id);
