//! Exchanging the code.

use ostiary::model::grant::GrantState;
use ostiary::model::grant::commands::{Command, Lifetimes, Redeem, Refusal, Reply};
use std::time::Duration;

use crate::fixture::*;

fn first(kind: Kind) -> Command {
    Command::Redeem(Box::new(redeem(kind, "first")))
}

#[test]
fn the_first_redemption_issues_generation_1_dated_in_whole_seconds() {
    let issued = Grant::none().expect_issued(first(Kind::Confidential), at_millis(999));
    assert_eq!((issued.generation, issued.repetition), (1, 0));
    assert_eq!((issued.issued_at, issued.expires_at), (at(0), at(ACCESS)));
    assert_eq!(issued.refresh.map(|(number, _)| number), Some(1));
}

#[test]
fn a_code_past_its_time_is_refused_and_nothing_is_kept() {
    let mut grant = Grant::none();
    grant.refuses_without_effect(first(Kind::Confidential), at(CODE_ENDS), Refusal::CodeExpired);
    assert_eq!(grant.0, None);
    grant.expect_issued(first(Kind::Confidential), at_millis(CODE_ENDS * 1000 - 1));
}

#[test]
fn the_same_attempt_gets_the_same_answer_without_a_write() {
    let mut grant = Grant::none();
    let issued = grant.expect_issued(first(Kind::Confidential), at(0));
    let before = grant.0.clone();
    assert_eq!(grant.expect_issued(first(Kind::Confidential), at(CODE_ENDS + 1)), issued);
    assert_eq!(grant.0, before);
}

#[test]
fn the_same_attempt_after_its_tokens_were_used_is_a_duplicate_that_ends_nothing() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(5));
    grant.refuses_without_effect(first(Kind::Confidential), at(6), Refusal::Duplicate);
}

#[test]
fn another_attempt_within_a_second_is_a_duplicate_that_ends_nothing() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.refuses_without_effect(redeem_again(), at_millis(1000), Refusal::Duplicate);
    grant.expect_issued(exchange(1), at(2));
}

#[test]
fn another_attempt_later_is_a_replay_and_the_grant_ends() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.refuses_and_ends(redeem_again(), at_millis(1001), Refusal::Replayed, at(ACCESS));
    grant.refuses_without_effect(redeem_again(), at(2), Refusal::Ended);
    grant.refuses_without_effect(exchange(1), at(2), Refusal::Ended);
}

#[test]
fn a_tombstone_outlasts_a_code_that_lives_longer_than_the_access_token() {
    let command = Redeem { code_expires_at: at(600), ..redeem(Kind::Confidential, "first") };
    let lifetimes = Lifetimes { access: Duration::from_mins(1), ..LIFETIMES };
    let mut grant = Grant::none();
    grant.expect_issued(Command::Redeem(Box::new(Redeem { lifetimes, ..command })), at(0));
    grant.refuses_and_ends(redeem_again(), at(2), Refusal::Replayed, at(600));
}

#[test]
fn a_code_of_an_ended_grant_is_never_redeemed() {
    let mut grant = Grant::none();
    assert_eq!(grant.apply(end(), at(0)), Reply::Ended);
    assert_eq!(grant.0, Some(GrantState::Ended { keep_until: at(CODE_ENDS) }));
    grant.refuses_without_effect(first(Kind::Confidential), at(1), Refusal::Ended);
}

#[test]
fn ending_a_grant_whose_code_is_over_keeps_nothing() {
    let mut grant = Grant::none();
    assert_eq!(grant.apply(end(), at(CODE_ENDS)), Reply::Unchanged);
    assert_eq!(grant.0, None);
}

#[test]
fn a_grant_without_refresh_tokens_ends_with_its_access_token() {
    let mut grant = Grant::none();
    let issued = grant.expect_issued(first(Kind::NotRefreshable), at(0));
    assert_eq!((issued.refresh, issued.expires_at), (None, at(ACCESS)));
    assert_eq!(grant.expect_active(access(1, at(ACCESS)), at(ACCESS - 1)).ends_at, at(ACCESS));
    grant.refuses_without_effect(exchange(1), at(1), Refusal::Unknown);
    assert_eq!(grant.apply(revoke(refresh_token(1)), at(1)), Reply::Unchanged);
    assert_eq!(grant.apply(Command::Status(refresh_token(1)), at(1)), Reply::Inactive);
}

#[test]
fn no_access_token_outlives_its_grant() {
    let lifetimes = Lifetimes { access: Duration::from_hours(2), grant: Duration::from_hours(1), ..LIFETIMES };
    let command = Redeem { lifetimes, ..redeem(Kind::Confidential, "first") };
    let issued = Grant::none().expect_issued(Command::Redeem(Box::new(command)), at(0));
    assert_eq!(issued.expires_at, at(3600));
}
