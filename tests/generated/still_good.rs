//! What was not used is still good.

use crate::bases::Base;
use crate::world::World;

/// Requests that must succeed in a world where nothing was done, and how each is answered.
const MUST_SUCCEED: &[(Base, u16)] = &[
    (Base::CodeWeb, 200),
    (Base::CodeServer, 200),
    (Base::CodePlain, 200),
    (Base::RefreshWeb, 200),
    (Base::RefreshServer, 200),
    (Base::IntrospectAccess, 200),
    (Base::ClientCredentials, 200),
    (Base::Login, 303),
    (Base::Approve, 303),
    (Base::Account, 200),
    (Base::CallTool, 200),
    (Base::McpList, 200),
    (Base::AgentToken, 200),
    (Base::AgentSession, 200),
    (Base::OwnClients, 200),
    (Base::OwnTools, 200),
    (Base::UserinfoGet, 200),
];

/// Every code, token, session and open page of the world is still good. Uses them up.
pub async fn check(world: &mut World) -> Result<(), String> {
    for (base, status) in MUST_SUCCEED {
        let request = base.draft(world).request().expect("a right request");
        let reply = world.server.send_request(request).await;
        if reply.status.as_u16() != *status {
            return Err(format!("{base:?} is not good any more: {} {}", reply.status, reply.body));
        }
    }
    Ok(())
}
