//! Sealing anew what an older encryption key sealed, so that the old key may go.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::connection::LONGEST_RENEWAL;
use crate::protocol::error::OAuthError;
use crate::store::sealed::{self, SealedText};

/// So much in one request: each is opened and sealed by the CPU of the isolate.
const AT_ONCE: usize = 100;

/// What a part of the work came to.
#[derive(Debug, Default)]
pub struct Resealed {
    /// So many texts are now sealed by the key that seals.
    pub resealed: usize,
    /// Where those lie that no key of the settings opens: what they held is lost, unless its key is put back.
    pub unopened: Vec<String>,
    /// Where the next part begins; `None`: that was all.
    pub next: Option<String>,
}

/// Seals a part anew, that of the places after `after`. What is sealed by the right key already is left alone, so doing it again
/// does no harm; and it is how a connection is reached whose token was being renewed just then.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn reseal(app: &App, context: &Context, actor: &str, after: &str) -> Result<Resealed, OAuthError> {
    let kid = &app.config.encryption_keys.first().kid;
    let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let found = sealed::read(&app.database.run(sealed::select_of_other_keys(kid, after, limit)).await?)?;
    let mut part = Resealed { next: found.get(AT_ONCE - 1).map(SealedText::place), ..Resealed::default() };
    let mut writes = Vec::new();
    for text in &found {
        match app.sealer.open(&text.sealed, &text.context).await? {
            Some(bytes) => {
                let anew = app.sealer.seal(&bytes, &text.context).await?;
                writes.push(sealed::replace(text, &anew, context.now() - LONGEST_RENEWAL));
            }
            None => part.unopened.push(text.place()),
        }
    }
    if !writes.is_empty() {
        let written = app.database.batch(writes).await?;
        part.resealed = written.iter().filter(|outcome| outcome.changes > 0).count();
        let done = Happening::done(EventKind::Resealed).by(actor);
        context.record(done.because(format!("{} by the key {kid}", part.resealed)));
    }
    Ok(part)
}
