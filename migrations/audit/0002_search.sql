-- Newest first, page by page: of two events of the same millisecond the id decides, so that none is left out or shown twice.
DROP INDEX audit_by_time;
DROP INDEX audit_by_subject;
DROP INDEX audit_by_actor;
DROP INDEX audit_by_client;
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_subject ON audit (subject, at, id);
CREATE INDEX audit_by_actor ON audit (actor, at, id);
CREATE INDEX audit_by_client ON audit (client_id, at, id);
CREATE INDEX audit_by_kind ON audit (kind, at, id);
