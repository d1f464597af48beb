//! Every command in every state: what is answered, and what becomes of the grant.

use ostiary::model::grant::GrantState;
use ostiary::model::grant::commands::{Command, Presented, Refresh, Refusal, Reply, Revoke};

use crate::fixture::*;

/// The states a grant can be in. All live ones stand at generation 3: tokens 1 (old), 2 (the one before), 3 (current).
#[derive(Clone, Copy, Debug)]
enum In {
    /// Never redeemed.
    Unredeemed,
    /// Live, of a confidential client.
    Confidential,
    /// Live, of a public client, within its retry window.
    Public,
    /// Live, of a public client, past its retry window.
    PublicLate,
    /// Live by its value, though past its end: the alarm has not fired yet.
    Over,
    /// Ended.
    Ended,
}

impl In {
    const ALL: [Self; 6] =
        [Self::Unredeemed, Self::Confidential, Self::Public, Self::PublicLate, Self::Over, Self::Ended];

    fn grant(self) -> Grant {
        let kind = match self {
            Self::Unredeemed => return Grant::none(),
            Self::Ended => return Grant::ended(),
            Self::Confidential | Self::Over => Kind::Confidential,
            Self::Public | Self::PublicLate => Kind::Public,
        };
        let mut grant = Grant::redeemed(kind);
        grant.expect_issued(exchange(1), at(2));
        grant.expect_issued(exchange(2), at(3));
        grant
    }

    const fn now(self) -> i64 {
        match self {
            Self::PublicLate => 3 + RETRY + 1,
            Self::Over => 3 + IDLE,
            _ => 4,
        }
    }
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    /// Answers successor 3 or 4, and goes on living.
    Issues(u32),
    /// Refuses; the state stays byte for byte.
    Refuses(Refusal),
    /// Refuses, and leaves a tombstone.
    RefusesAndEnds(Refusal),
    /// Answers this; the state stays.
    Answers(Plain),
    /// Answers this; a live token has been taken back, or an exchange was in vain.
    Remembers(Plain),
    /// Answers this, and leaves a tombstone.
    Ends(Plain),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Plain {
    Active,
    Inactive,
    Revoked,
    Ended,
    Unchanged,
    /// Until some moment.
    Lives,
    LivesNot,
}

fn observe(state: In, command: Command) -> Does {
    let mut grant = state.grant();
    let before = grant.0.clone();
    let reply = grant.apply(command, at(state.now()));
    let same = grant.0 == before;
    let ended = !same && matches!(grant.0, Some(GrantState::Ended { .. }));
    let plain = match reply {
        Reply::Issued(issued) => return Does::Issues(issued.generation),
        Reply::Refused(refusal) if same => return Does::Refuses(refusal),
        Reply::Refused(refusal) => {
            assert!(ended, "a refusal changed the grant without ending it");
            return Does::RefusesAndEnds(refusal);
        }
        Reply::Active(_) => Plain::Active,
        Reply::Inactive => Plain::Inactive,
        Reply::Revoked => Plain::Revoked,
        Reply::Ended => Plain::Ended,
        Reply::Unchanged => Plain::Unchanged,
        Reply::EndsAt(Some(_)) | Reply::UsedAt(Some(_)) => Plain::Lives,
        Reply::EndsAt(None) | Reply::UsedAt(None) => Plain::LivesNot,
    };
    if same {
        Does::Answers(plain)
    } else if ended {
        Does::Ends(plain)
    } else {
        Does::Remembers(plain)
    }
}

/// A command, and what it does in each column of [`In::ALL`].
type Row = (&'static str, Command, [Does; 6]);

const UNKNOWN: Does = Does::Refuses(Refusal::Unknown);
const HAS_ENDED: Does = Does::Refuses(Refusal::Ended);
const ENDS_NOW: Does = Does::RefusesAndEnds(Refusal::Ended);
const REPLAY: Does = Does::RefusesAndEnds(Refusal::Replayed);
const NEVER: [Does; 6] = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, HAS_ENDED];

/// The same in the three states whose grant lives.
const fn alive(none: Does, live: Does, over: Does, ended: Does) -> [Does; 6] {
    [none, live, live, live, over, ended]
}

/// A change to a refresh with the current token.
fn altered(change: fn(&mut Refresh)) -> Command {
    let mut command = refresh(3);
    change(&mut command);
    Command::Refresh(command)
}

/// An access token of generation 2 that is not over in any state.
fn access_2() -> Presented {
    access(2, at(2 * IDLE))
}

fn exchanges() -> Vec<Row> {
    use Does::{Issues, Refuses};
    use Refusal::{ResourceExceeded, ScopeExceeded, WrongClient};

    let refused = |refusal, over| alive(UNKNOWN, Refuses(refusal), over, HAS_ENDED);
    vec![
        // Live: the code again, more than a second later, is a replay.
        ("the code", redeem_again(), alive(Issues(1), REPLAY, ENDS_NOW, HAS_ENDED)),
        ("current token", exchange(3), alive(UNKNOWN, Issues(4), ENDS_NOW, HAS_ENDED)),
        ("token before", exchange(2), [UNKNOWN, Issues(3), Issues(3), REPLAY, ENDS_NOW, HAS_ENDED]),
        ("older token", exchange(1), alive(UNKNOWN, REPLAY, ENDS_NOW, HAS_ENDED)),
        ("token to come", exchange(4), NEVER),
        ("number 0", exchange(0), NEVER),
        ("wrong MAC", altered(|command| command.mac = [0; 32]), NEVER),
        ("another number's MAC", altered(|command| command.number = 2), NEVER),
        (
            "another client",
            altered(|command| "client-2".clone_into(&mut command.client_id)),
            refused(WrongClient, Refuses(WrongClient)),
        ),
        ("wider scope", altered(|command| command.scope = Some(scope("admin"))), refused(ScopeExceeded, ENDS_NOW)),
        (
            "wider resources",
            altered(|command| command.resources = vec!["https://other.example/".to_owned()]),
            refused(ResourceExceeded, ENDS_NOW),
        ),
    ]
}

fn in_vain() -> Vec<Row> {
    let nothing = [Does::Answers(Plain::Unchanged); 6];
    let noted = alive(nothing[0], Does::Remembers(Plain::Unchanged), Does::Remembers(Plain::Unchanged), nothing[0]);
    vec![
        ("unheard: token before", unheard(&refresh(2)), noted),
        ("unheard: current token", unheard(&refresh(3)), nothing),
        ("unheard: older token", unheard(&refresh(1)), nothing),
        ("unheard: wrong MAC", unheard(&Refresh { mac: [0; 32], ..refresh(2) }), nothing),
    ]
}

fn looks() -> Vec<Row> {
    let (inactive, none) = (Does::Answers(Plain::Inactive), Does::Answers(Plain::LivesNot));
    let good = alive(inactive, Does::Answers(Plain::Active), inactive, inactive);
    let status = |token| Command::Status(token);
    vec![
        ("status: access token", status(access_2()), good),
        ("status: access token over", status(access(3, at(4))), [inactive; 6]),
        ("status: access token to come", status(access(4, at(2 * IDLE))), [inactive; 6]),
        ("status: current token", status(refresh_token(3)), good),
        ("status: token before", status(refresh_token(2)), [inactive; 6]),
        ("status: older token", status(refresh_token(1)), [inactive; 6]),
        ("status: forged token", status(forged(3)), [inactive; 6]),
        ("ends at", Command::EndsAt, alive(none, Does::Answers(Plain::Lives), none, none)),
        ("used at", Command::UsedAt, alive(none, Does::Answers(Plain::Lives), none, none)),
    ]
}

fn ends() -> Vec<Row> {
    use Does::{Answers, Ends, Remembers};
    use Plain::{Ended, Revoked, Unchanged};

    let none = Answers(Unchanged);
    let foreign = |token| Command::Revoke(Revoke { token, client_id: "client-2".to_owned() });
    vec![
        ("revoke: access token", revoke(access_2()), alive(none, Remembers(Revoked), none, none)),
        ("revoke: access token over", revoke(access(3, at(4))), alive(none, Answers(Revoked), none, none)),
        ("revoke: access token to come", revoke(access(4, at(2 * IDLE))), [none; 6]),
        ("revoke: another client's access token", foreign(access_2()), [none; 6]),
        ("revoke: current token", revoke(refresh_token(3)), alive(none, Ends(Ended), none, none)),
        ("revoke: older token", revoke(refresh_token(1)), alive(none, Ends(Ended), none, none)),
        ("revoke: token to come", revoke(refresh_token(4)), [none; 6]),
        ("revoke: forged token", revoke(forged(3)), [none; 6]),
        ("revoke: another client's token", foreign(refresh_token(3)), [none; 6]),
        ("end", end(), alive(Ends(Ended), Ends(Ended), Ends(Unchanged), none)),
    ]
}

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    for (name, command, expected) in [exchanges(), in_vain(), looks(), ends()].concat() {
        for (state, expected) in In::ALL.into_iter().zip(expected) {
            assert_eq!(observe(state, command.clone()), expected, "{name}, in {state:?}");
        }
    }
}
