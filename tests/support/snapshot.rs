//! A world as it was at one moment, to come back to.

use std::collections::{BTreeMap, HashMap};

use ostiary::model::code::CodeRecord;
use ostiary::model::grant::GrantState;
use ostiary::ports::Clock;
use ostiary::protocol::time::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::server::Server;

/// All that a server remembers: D1, KV, grants, and the time.
pub struct Snapshot {
    database: Connection,
    codes: HashMap<String, CodeRecord>,
    grants: HashMap<String, GrantState>,
    now: Timestamp,
}

/// All that a server remembers, part by part: each table of D1 under its name, `codes` (KV) and `objects`. How often
/// somebody tried to sign in, and the log, are no part of it.
pub type Remembered = BTreeMap<&'static str, Value>;

const TABLES: [(&str, &str); 27] = [
    ("users", "SELECT * FROM users"),
    ("clients", "SELECT * FROM clients"),
    ("scopes", "SELECT * FROM scopes"),
    ("sessions", "SELECT * FROM sessions"),
    ("session_clients", "SELECT * FROM session_clients"),
    ("consents", "SELECT * FROM consents"),
    ("grants", "SELECT * FROM grants"),
    ("revoked_tokens", "SELECT * FROM revoked_tokens"),
    ("tools", "SELECT * FROM tools"),
    ("tool_groups", "SELECT * FROM tool_groups"),
    ("tool_group_members", "SELECT * FROM tool_group_members"),
    ("user_tools", "SELECT * FROM user_tools"),
    ("user_tool_groups", "SELECT * FROM user_tool_groups"),
    ("password_tickets", "SELECT * FROM password_tickets"),
    ("admin_token", "SELECT * FROM admin_token"),
    ("admin_sessions", "SELECT * FROM admin_sessions"),
    ("signing_keys", "SELECT * FROM signing_keys"),
    ("providers", "SELECT * FROM providers"),
    ("connections", "SELECT * FROM connections"),
    ("server_connections", "SELECT * FROM server_connections"),
    ("connect_states", "SELECT * FROM connect_states"),
    ("user_identities", "SELECT * FROM user_identities"),
    ("sign_in_states", "SELECT * FROM sign_in_states"),
    ("agents", "SELECT * FROM agents"),
    ("agent_sessions", "SELECT * FROM agent_sessions"),
    ("resources", "SELECT * FROM resources"),
    ("initial_access_tokens", "SELECT * FROM initial_access_tokens"),
];

impl Server {
    /// How it is now.
    pub fn snapshot(&self) -> Snapshot {
        let (codes, grants) = (self.codes.records(), self.grants.states());
        Snapshot { database: self.database.copy(), codes, grants, now: self.clock.now() }
    }

    /// Everything as it was, nobody has tried to sign in, and the isolate knows nothing.
    pub fn restored(&self, snapshot: &Snapshot) -> Self {
        self.database.become_copy_of(&snapshot.database);
        self.codes.set_records(snapshot.codes.clone());
        self.grants.set_states(snapshot.grants.clone());
        self.clock.set(snapshot.now);
        self.login_guard.forget();
        self.limiter.forget();
        self.fresh_isolate()
    }

    /// What it remembers now; `None` when that is what it was `before`, when so many rows had been written.
    pub fn remembered_unless(&self, written: u64, before: &Remembered) -> Option<Remembered> {
        let same = |part: &str, now: Value| before.get(part) == Some(&now);
        let unchanged = self.database.rows_written() == written
            && same("codes", json!(self.codes.records()))
            && same("objects", json!(self.grants.states()));
        (!unchanged).then(|| self.remembered())
    }

    /// What it remembers now.
    pub fn remembered(&self) -> Remembered {
        let tables = TABLES.into_iter().map(|(name, sql)| (name, Value::Array(self.database.peek(sql))));
        let stores = [("codes", json!(self.codes.records())), ("objects", json!(self.grants.states()))];
        tables.chain(stores).collect()
    }
}
