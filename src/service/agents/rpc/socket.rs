//! What is remembered of a socket while nothing happens there. Only the socket itself has it: it ends with that, and is
//! stored nowhere.

use serde_json::{Value, json};

/// A socket, between its messages.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Socket {
    /// The agent's network address, for events.
    pub address: String,
    /// For whom it speaks; nobody: it has yet to say.
    pub holder: Option<Holder>,
}

/// For whom a socket speaks.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// The user. Stays the same as long as the socket is open.
    pub user_id: String,
    /// The token that says so. Checked at every call.
    pub token: String,
}

impl Socket {
    /// As it is kept.
    #[must_use]
    pub fn written(&self) -> Value {
        let (user, token) = self.holder.as_ref().map(|holder| (&holder.user_id, &holder.token)).unzip();
        json!({ "address": self.address, "user": user, "token": token })
    }

    /// From what was kept.
    #[must_use]
    pub fn read(kept: Option<&Value>) -> Self {
        let text = |name| Some(kept?.get(name)?.as_str()?.to_owned());
        let holder = text("user").zip(text("token")).map(|(user_id, token)| Holder { user_id, token });
        Self { address: text("address").unwrap_or_default(), holder }
    }
}
