-- What is counted (GET /metrics): one row a sample. Beside the audit log, so that an event is kept and counted by one batch.
CREATE TABLE metrics (
  name   TEXT NOT NULL,                                -- as in the Prometheus text format
  labels TEXT NOT NULL,                                -- JSON object of texts
  value  INTEGER NOT NULL,
  PRIMARY KEY (name, labels)
) STRICT, WITHOUT ROWID;

-- The agents that are counted by their own name; all others are counted as one.
CREATE TABLE metric_agents (
  agent_id TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
