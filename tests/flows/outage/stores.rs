//! What may never lie in the stores, whatever failed: nothing half done.

use ostiary::model::grant::GrantState;

use super::world::World;

/// Each a question whose every row is something half done.
const HALF_DONE: [(&str, &str); 3] = [
    (
        "a user without one user client",
        "SELECT users.name FROM users WHERE 1 <> \
         (SELECT COUNT(*) FROM clients WHERE clients.owner_user_id = users.id)",
    ),
    (
        "a grant whose code record is another's",
        "SELECT grants.id FROM grants WHERE json_extract(code_record, '$.client_id') <> client_id \
         OR json_extract(code_record, '$.user_id') <> user_id OR json_extract(code_record, '$.sid') <> sid",
    ),
    (
        "a remembered consent of which there was never a grant",
        "SELECT consents.user_id FROM consents WHERE NOT EXISTS (SELECT 1 FROM grants \
         WHERE grants.user_id = consents.user_id AND grants.client_id = consents.client_id)",
    ),
];

/// Fails if something half done lies in the stores.
pub fn check(world: &World, after: &str) {
    for (what, question) in HALF_DONE {
        let found = world.server.database.peek(question);
        assert!(found.is_empty(), "{after}: {what}: {found:?}");
    }
    // The list may not know yet that a grant has ended, but never says so of one that lives. With a session, a password or an app
    // that is removed it is the list that ends grants; their objects hear of it if they can. Those of the rows that do so end
    // with their sessions, too.
    let listed = "SELECT id FROM grants WHERE ended_at IS NOT NULL AND ends_with_session = 0";
    for row in world.server.database.peek(listed) {
        let id = row["id"].as_str().expect("an id");
        let state = world.server.grants.state(id);
        assert!(!matches!(state, Some(GrantState::Live(_))), "{after}: grant {id} lives and is listed as ended");
    }
}
