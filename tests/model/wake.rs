//! The object's one alarm.

use ostiary::model::grant::{GrantState, Wake, wake};

use crate::fixture::*;

fn state(grant: &Grant) -> &GrantState {
    grant.0.as_ref().expect("a state")
}

#[test]
fn a_grant_used_since_the_alarm_was_set_is_looked_at_again_at_its_new_end() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    assert_eq!(state(&grant).looks_at(), at(IDLE));
    grant.expect_issued(exchange(1), at(10));
    assert_eq!(wake(state(&grant), at(IDLE)), (state(&grant).clone(), Wake::At(at(10 + IDLE))));
}

#[test]
fn a_grant_past_its_end_whose_tokens_are_over_is_removed() {
    let grant = Grant::redeemed(Kind::Confidential);
    assert_eq!(wake(state(&grant), at(IDLE)).1, Wake::Remove);
}

#[test]
fn a_grant_that_ends_before_its_code_does_stays_as_a_tombstone() {
    let mut grant = Grant::none();
    let mut command = redeem(Kind::NotRefreshable, "first");
    command.code_expires_at = at(ACCESS + 60);
    grant.expect_issued(ostiary::model::grant::Command::Redeem(Box::new(command)), at(0));
    let tombstone = GrantState::Ended { keep_until: at(ACCESS + 60) };
    assert_eq!(wake(state(&grant), at(ACCESS)), (tombstone.clone(), Wake::At(at(ACCESS + 60))));
    assert_eq!(wake(&tombstone, at(ACCESS + 60)).1, Wake::Remove);
}

#[test]
fn a_tombstone_stays_until_the_last_code_and_access_token_are_over() {
    let grant = Grant::ended();
    assert_eq!(wake(state(&grant), at(ACCESS - 1)).1, Wake::At(at(ACCESS)));
    assert_eq!(wake(state(&grant), at(ACCESS)).1, Wake::Remove);
}

#[test]
fn the_state_survives_being_stored() {
    for grant in [Grant::redeemed(Kind::Public), Grant::ended()] {
        let stored = serde_json::to_string(state(&grant)).expect("JSON");
        assert_eq!(serde_json::from_str::<GrantState>(&stored).expect("a state"), *state(&grant));
    }
}
