//! Sessions of agents that have ended, for those who count them.

use crate::app::{App, Context, Happening, Whence};
use crate::model::audit::EventKind;
use crate::ports::{Outcome, Stored};
use crate::service::audit;
use crate::store::agent_sessions;

/// Notes each session that this answers; one that was over before lasted to its own end.
///
/// # Errors
/// When a row cannot be understood.
pub fn note_ended(context: &Context, ended: Option<&Outcome>) -> Stored<()> {
    let Some(ended) = ended else { return Ok(()) };
    for session in agent_sessions::read_ended(ended)? {
        let lasted = session.ends_at.min(context.now()).since(session.began_at);
        let happening = Happening::done(EventKind::AgentSessionEnded).to(session.user_id);
        context.record(happening.at(&session.provider_id, &session.agent_id).after(lasted));
    }
    Ok(())
}

/// The same for those that clean-up found to be over.
///
/// # Errors
/// As [`note_ended`].
pub async fn note_expired(app: &App, ended: &Outcome) -> Stored<()> {
    let context = Context::new(app, app.random_text::<12>(), Whence::default());
    note_ended(&context, Some(ended))?;
    let events = context.take_events();
    if !events.is_empty() {
        audit::keep(app, events).await;
    }
    Ok(())
}
