//! What can be asked of a grant, and what it answers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::state::Authority;
use super::tokens::AccessTokenId;
use crate::model::audit::TokenDates;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// What can be asked of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Exchange the code, of which every check has passed. The only command that opens a grant.
    Redeem(Box<Redeem>),
    /// Exchange a refresh token.
    Refresh(Refresh),
    /// Hear that an exchange of a refresh token was in vain: its answer never left us.
    Unheard(Unheard),
    /// Ask whether a token is good. Changes nothing, ends nothing.
    Status(Presented),
    /// Take a token back (RFC 7009): an access token dies alone, a refresh token (also an old one) takes the grant.
    Revoke(Revoke),
    /// End the grant, by somebody whose right to do so is proven elsewhere (its user, an administrator).
    End(End),
    /// Ask until when the grant lives. Changes nothing, ends nothing.
    EndsAt,
    /// Ask when the grant was last used. Changes nothing, ends nothing.
    UsedAt,
}

/// Exchange the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redeem {
    /// Random for each HTTP request, so that a call whose connection broke may be repeated.
    pub attempt: String,
    /// 32 random bytes, the grant's key if this redemption is the first.
    pub key: [u8; 32],
    /// What was allowed.
    pub authority: Authority,
    /// When the code is over; at or after that it cannot be redeemed.
    pub code_expires_at: Timestamp,
    /// Whether a refresh token is issued.
    pub refreshable: bool,
    /// How long what is issued lives.
    pub lifetimes: Lifetimes,
}

/// How long what is issued lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetimes {
    /// An access token.
    pub access: Duration,
    /// A refresh token, since its grant was last used.
    pub refresh: Duration,
    /// The grant in all.
    pub grant: Duration,
    /// How long a public client may repeat its previous refresh token.
    pub retry: Duration,
}

/// Exchange a refresh token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The token's number.
    pub number: u32,
    /// The token's MAC.
    pub mac: [u8; 32],
    /// Who presents it, authenticated.
    pub client_id: String,
    /// Narrower scope asked for; `None`: all that was allowed.
    pub scope: Option<ScopeSet>,
    /// Narrower resources asked for; none: all that was allowed.
    pub resources: Vec<String>,
    /// How long what is issued lives.
    pub lifetimes: Lifetimes,
}

/// An exchange whose answer never left us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unheard {
    /// The number of the token that was exchanged.
    pub number: u32,
    /// Its MAC.
    pub mac: [u8; 32],
}

/// A token to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presented {
    /// An access token whose signature has been verified.
    Access {
        /// Which.
        id: AccessTokenId,
        /// When it is over.
        expires_at: Timestamp,
    },
    /// A refresh token; the grant itself judges its MAC.
    Refresh {
        /// The token's number.
        number: u32,
        /// The token's MAC.
        mac: [u8; 32],
    },
}

/// Take a token back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoke {
    /// Which.
    pub token: Presented,
    /// Who asks, authenticated. Another client's token is left alone.
    pub client_id: String,
}

/// End the grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When the code is over: a grant that was never redeemed leaves a tombstone until then.
    pub code_expires_at: Timestamp,
}

/// What a grant answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To `Redeem` and `Refresh`: tokens may be issued.
    Issued(Box<Issued>),
    /// To `Status`: the token is good.
    Active(Box<Active>),
    /// To `Status`: the token is not good.
    Inactive,
    /// To `Revoke`: the access token is dead. Also when it already was.
    Revoked,
    /// To `Revoke` and `End`: the grant has ended now.
    Ended,
    /// To `Revoke` and `End`: there was nothing (left) to end. To `Unheard`, always.
    Unchanged,
    /// To `EndsAt`: when the grant ends unless it is used before; `None` when it has ended or was never opened.
    EndsAt(Option<Timestamp>),
    /// To `UsedAt`: when it last got tokens (whole seconds); `None` when it has ended or was never opened.
    UsedAt(Option<Timestamp>),
    /// To `Redeem` and `Refresh`: no.
    Refused(Refusal),
}

/// What may be issued. The same for every repetition of one exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// What was allowed.
    pub authority: Authority,
    /// Number and MAC of the refresh token to hand out, if any.
    pub refresh: Option<(u32, [u8; 32])>,
    /// Generation of the access token.
    pub generation: u32,
    /// Repetition within the generation; 0 at first.
    pub repetition: u32,
    /// `iat` (whole seconds).
    pub issued_at: Timestamp,
    /// `exp` (whole seconds).
    pub expires_at: Timestamp,
    /// When the grant ends unless it is used before: a refresh token's `exp`. An object of an older version does not say.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
}

impl Issued {
    /// For those who count tokens.
    #[must_use]
    pub fn dates(&self) -> TokenDates {
        TokenDates {
            generation: self.generation,
            access_expires_at: self.expires_at,
            refresh_expires_at: self.ends_at.filter(|_| self.refresh.is_some()),
        }
    }
}

/// A good token's grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    /// What was allowed.
    pub authority: Authority,
    /// When the current generation was issued.
    pub issued_at: Timestamp,
    /// When the grant ends unless it is used before: a refresh token's `exp`.
    pub ends_at: Timestamp,
}

/// Why nothing is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No such token: never redeemed, a wrong MAC, a number not yet reached. Ends nothing.
    Unknown,
    /// Another client's. Ends nothing.
    WrongClient,
    /// The code is over. Ends nothing.
    CodeExpired,
    /// Second redemption within a second of the first: a duplicate. Ends nothing.
    Duplicate,
    /// The code, or a refresh token whose successor was used, came again: the grant has ended *now*.
    Replayed,
    /// The grant has ended before, or is past its time.
    Ended,
    /// More scope than was allowed. Ends nothing, rotates nothing.
    ScopeExceeded,
    /// More resources than were allowed. Ends nothing, rotates nothing.
    ResourceExceeded,
}
