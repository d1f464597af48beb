//! Removes what is over from the database: a bounded part at each call of the cron trigger, the rest at the next.
//!
//! | what            | goes when                                                                                     |
//! |-----------------|-----------------------------------------------------------------------------------------------|
//! | sessions        | unused for `SESSION_TTL_HOURS`; one past its absolute end is used no more                     |
//! | revoked tokens  | they are over by themselves                                                                   |
//! | used assertions | they are over by themselves                                                                   |
//! | password links  | they are over by themselves                                                                   |
//! | admin sessions  | they are over by themselves                                                                   |
//! | connect states  | they are over by themselves                                                                   |
//! | sign-in states  | they are over by themselves                                                                   |
//! | agent sessions  | they are over by themselves                                                                   |
//! | grants          | they have ended, or their code is over and was never redeemed: see [`grants`]                 |
//! | clients         | they registered themselves, were not used for `UNUSED_CLIENT_DAYS`, and have no grant         |
//! | what counted    | tokens without a grant that are over, and messages of the Queue from an hour ago (`AUDIT_DB`) |
//! | signing keys    | they are in no slot, and their last token has been over for as long as a session may last     |
//!
//! Users, other clients and remembered consents stay. Objects and codes remove themselves. Nothing is removed before
//! [`GRACE`] has passed, for the clocks of isolates differ.

mod grants;

use std::time::Duration;

use crate::app::App;
use crate::ports::Stored;
use crate::service::errors::log_failure;
use crate::service::{agents, counting, signing_keys};
use crate::store::{
    admin_sessions, agent_sessions, clients, connect_states, due_grants, passwords, revoked_tokens, session_clients,
    sessions, sign_in_states, used_assertions,
};

/// How far the clocks of two isolates may be apart.
const GRACE: Duration = Duration::from_mins(5);
/// So many rows of a kind are removed by one statement, so that each is quick.
const ROWS: u16 = 200;
/// So many grants are asked in one round, and then their answers written: a call that the runtime cuts short for its CPU
/// time has got somewhere.
const ASKED: u16 = 20;
/// So many rounds in one call: all of it well below the 1,000 calls to other services that the runtime allows.
const ROUNDS: u16 = 30;

/// How much was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Sessions that were removed.
    pub sessions: u64,
    /// Revoked tokens that were removed.
    pub revoked_tokens: u64,
    /// Used client assertions that were removed.
    pub used_assertions: u64,
    /// Links to set a password that were removed.
    pub password_links: u64,
    /// Sessions of administrators that were removed.
    pub admin_sessions: u64,
    /// Linkings that were begun and not ended.
    pub connect_states: u64,
    /// Sign-ins at a provider that were begun and not ended.
    pub sign_in_states: u64,
    /// Sessions of agents that were removed.
    pub agent_sessions: u64,
    /// Clients that had registered themselves and were not used.
    pub clients: u64,
    /// Grants that were removed.
    pub grants: u64,
    /// Grants that live and will be looked at again.
    pub grants_kept: u64,
    /// Grants whose objects gave no answer.
    pub grants_not_asked: u64,
    /// Signing keys that were forgotten.
    pub signing_keys: u64,
    /// Whether there was more than this call's part.
    pub unfinished: bool,
}

/// Removes what is over, round by round, until nothing is left or this call has done its part. Doing it twice, or at the
/// same time, does no harm.
///
/// # Errors
/// When the database fails. What was removed before stays removed, the rest is for the next call.
pub async fn clean_up(app: &App) -> Stored<Removed> {
    let mut all = Removed::default();
    for _ in 0..ROUNDS {
        let round = round(app).await?;
        all.add(round);
        // Where grants cannot be asked, more of it now would only wait longer.
        if !round.unfinished || round.grants_not_asked > 0 {
            break;
        }
    }
    all.signing_keys = signing_keys::clean_up(app, app.clock.now()).await?;
    // Of the audit database, which may be down without harm to the other.
    if let Err(error) = counting::clean_up(app).await {
        log_failure("counted_not_removed", &error);
    }
    if all != Removed::default() {
        all.log();
    }
    Ok(all)
}

async fn round(app: &App) -> Stored<Removed> {
    let now = app.clock.now();
    let unused_since = now - app.config.session.idle - GRACE;
    let statements = vec![
        session_clients::delete_unused(unused_since, ROWS.into()),
        sessions::delete_unused(unused_since, ROWS.into()),
        revoked_tokens::delete_expired(now - GRACE, ROWS.into()),
        due_grants::delete_ended(now, ROWS.into()),
        due_grants::select(now, ASKED.into()),
        clients::delete_unused((now - app.config.unused_client_ttl).floor_to_day(), ROWS.into()),
        used_assertions::delete_expired(now - GRACE, ROWS.into()),
        passwords::delete_expired(now - GRACE, ROWS.into()),
        admin_sessions::delete_expired(now - GRACE, ROWS.into()),
        connect_states::delete_expired(now - GRACE, ROWS.into()),
        sign_in_states::delete_expired(now - GRACE, ROWS.into()),
        agent_sessions::delete_expired(now - GRACE, ROWS.into()),
    ];
    let mut outcomes = app.database.batch(statements).await?.into_iter().skip(1);
    let [sessions, revoked_tokens, ended] = [(); 3].map(|()| outcomes.next().map_or(0, |outcome| outcome.changes));
    let due = due_grants::read(&outcomes.next().unwrap_or_default())?;
    let clients = clients::count_deleted(&outcomes.next().unwrap_or_default())?;
    let [used_assertions, password_links, admin_sessions, connect_states, sign_in_states] =
        [(); 5].map(|()| outcomes.next().map_or(0, |outcome| outcome.changes));
    let ended_agents = outcomes.next().unwrap_or_default();
    let agent_sessions = ended_agents.changes;
    agents::note_expired(app, &ended_agents).await?;
    let asked = grants::ask(app, &due, now).await?;
    let full = [
        sessions,
        revoked_tokens,
        ended,
        clients,
        used_assertions,
        password_links,
        admin_sessions,
        connect_states,
        sign_in_states,
        agent_sessions,
    ];
    Ok(Removed {
        sessions,
        revoked_tokens,
        used_assertions,
        password_links,
        admin_sessions,
        connect_states,
        sign_in_states,
        agent_sessions,
        clients,
        grants: ended + asked.removed,
        grants_kept: asked.kept,
        grants_not_asked: asked.failed,
        signing_keys: 0,
        unfinished: full.contains(&ROWS.into()) || due.len() == usize::from(ASKED),
    })
}

impl Removed {
    fn add(&mut self, round: Self) {
        self.sessions += round.sessions;
        self.revoked_tokens += round.revoked_tokens;
        self.used_assertions += round.used_assertions;
        self.password_links += round.password_links;
        self.admin_sessions += round.admin_sessions;
        self.connect_states += round.connect_states;
        self.sign_in_states += round.sign_in_states;
        self.agent_sessions += round.agent_sessions;
        self.clients += round.clients;
        self.grants += round.grants;
        self.grants_kept += round.grants_kept;
        self.grants_not_asked += round.grants_not_asked;
        self.unfinished = round.unfinished;
    }

    fn log(&self) {
        let line = serde_json::json!({
            "event": "cleaned_up",
            "sessions": self.sessions,
            "revoked_tokens": self.revoked_tokens,
            "used_assertions": self.used_assertions,
            "password_links": self.password_links,
            "admin_sessions": self.admin_sessions,
            "connect_states": self.connect_states,
            "sign_in_states": self.sign_in_states,
            "agent_sessions": self.agent_sessions,
            "clients": self.clients,
            "grants": self.grants,
            "grants_kept": self.grants_kept,
            "grants_not_asked": self.grants_not_asked,
            "signing_keys": self.signing_keys,
            "unfinished": self.unfinished,
        });
        log::info!("{line}");
    }
}
