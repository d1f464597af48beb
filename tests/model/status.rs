//! Looking at tokens.

use ostiary::model::grant::commands::{Command, Reply};

use crate::fixture::*;

#[test]
fn an_access_token_is_good_until_its_own_end_also_after_a_rotation() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(10));
    assert_eq!(grant.expect_active(access(1, at(ACCESS)), at(ACCESS - 1)).authority, authority(false));
    assert_eq!(grant.apply(Command::Status(access(1, at(ACCESS))), at(ACCESS)), Reply::Inactive);
}

#[test]
fn a_repetition_not_reached_yet_is_not_of_this_grant() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let repeated = access_with(1, 1, at(ACCESS));
    assert_eq!(grant.apply(Command::Status(repeated), at(1)), Reply::Inactive);
}

#[test]
fn an_active_token_tells_when_the_grant_ends_unless_it_is_used() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(10));
    let active = grant.expect_active(refresh_token(2), at(11));
    assert_eq!((active.issued_at, active.ends_at), (at(10), at(10 + IDLE)));
}

#[test]
fn looking_at_an_old_refresh_token_ends_nothing() {
    let mut grant = Grant::redeemed(Kind::Public);
    grant.expect_issued(exchange(1), at(10));
    grant.expect_issued(exchange(2), at(11));
    let before = grant.0.clone();
    assert_eq!(grant.apply(Command::Status(refresh_token(1)), at(12)), Reply::Inactive);
    assert_eq!(grant.0, before);
    grant.expect_active(refresh_token(3), at(12));
}

#[test]
fn a_live_grant_tells_when_it_ends_unless_it_is_used() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(10));
    assert_eq!(grant.apply(Command::EndsAt, at(10 + IDLE - 1)), Reply::EndsAt(Some(at(10 + IDLE))));
    assert_eq!(grant.apply(Command::EndsAt, at(10 + IDLE)), Reply::EndsAt(None));
}
