-- What came from one address, and what was refused (few of all, so an index of those alone).
CREATE INDEX audit_by_address ON audit (address, at, id);
CREATE INDEX audit_of_failures ON audit (at, id) WHERE outcome = 'failure';
