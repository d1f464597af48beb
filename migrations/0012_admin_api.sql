-- What administrators list and search, found by an index.

CREATE INDEX users_administrators ON users (id) WHERE role = 'admin';
CREATE INDEX clients_by_name ON clients (name COLLATE NOCASE, id);
CREATE INDEX clients_without_owner ON clients (id) WHERE owner_user_id IS NULL;
