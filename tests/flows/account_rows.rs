//! What people do with their accounts costs what is theirs, however many others there are.

use ostiary::protocol::time::Timestamp;
use ostiary::store::account_sessions::{self, Others};
use ostiary::store::{apps, grants, passwords, profiles};

use crate::support::server::Server;

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let server = Server::new();
    let moment = Timestamp::from_seconds(1_800_000_000);
    let others = Others { user_id: "user", but: "hash", sid: Some("sid") };
    let statements = [
        passwords::change("user", "checked", "new", moment),
        passwords::set_by_ticket("ticket", "new", moment),
        passwords::delete_ticket("ticket"),
        profiles::patch_claims("user", &serde_json::Map::new(), moment),
        account_sessions::describe("hash", None, None),
        account_sessions::list("user", "hash", moment, moment, 100),
        account_sessions::end_grants(others, moment),
        account_sessions::select_to_tell(others),
        account_sessions::delete_clients(others),
        account_sessions::delete(others),
        apps::list_grants("user", 300),
        apps::list_remembered("user", 300),
        apps::count("user"),
        apps::forget("user", "client"),
        grants::end_of_client("user", "client", moment),
        grants::end_dead("user", moment),
    ];
    for statement in statements {
        let plan = server.database.plan(&statement);
        assert!(plan.iter().any(|step| step.starts_with("SEARCH")), "{}: {plan:?}", statement.sql);
        // What a query has found itself, it may go through.
        let scans = |step: &&String| step.starts_with("SCAN") && !step.contains("subquery");
        assert_eq!(plan.iter().find(scans), None, "{}: {plan:?}", statement.sql);
    }
}
