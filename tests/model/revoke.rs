//! Taking tokens back.

use ostiary::model::grant::commands::{Command, Presented, Reply};
use ostiary::model::grant::{AccessTokenId, GrantState};

use crate::fixture::*;

#[test]
fn a_revoked_access_token_dies_alone() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(10));
    assert_eq!(grant.apply(revoke(access(1, at(ACCESS))), at(11)), Reply::Revoked);
    assert_eq!(grant.apply(Command::Status(access(1, at(ACCESS))), at(12)), Reply::Inactive);
    grant.expect_active(access(2, at(10 + ACCESS)), at(12));
    grant.expect_active(refresh_token(2), at(12));
}

#[test]
fn revoking_twice_answers_alike_and_writes_once() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    assert_eq!(grant.apply(revoke(access(1, at(ACCESS))), at(1)), Reply::Revoked);
    let written = grant.0.clone();
    assert_eq!(grant.apply(revoke(access(1, at(ACCESS))), at(2)), Reply::Revoked);
    assert_eq!(grant.0, written);
}

#[test]
fn a_revoked_refresh_token_takes_the_grant_and_its_access_tokens() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    assert_eq!(grant.apply(revoke(refresh_token(1)), at(1)), Reply::Ended);
    assert_eq!(grant.0, Some(GrantState::Ended { keep_until: at(ACCESS) }));
    assert_eq!(grant.apply(Command::Status(access(1, at(ACCESS))), at(2)), Reply::Inactive);
}

#[test]
fn revoked_tokens_are_forgotten_when_they_are_over_by_themselves() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    assert_eq!(grant.apply(revoke(access(1, at(ACCESS))), at(1)), Reply::Revoked);
    grant.expect_issued(exchange(1), at(ACCESS));
    let Some(GrantState::Live(live)) = grant.0 else { panic!("the grant ended") };
    assert_eq!(live.revoked, Vec::new());
}

#[test]
fn a_client_that_revokes_more_tokens_than_can_be_remembered_loses_the_grant() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let token = |n: u32| {
        let id = AccessTokenId::new(1, 0, &scope(&format!("scope-{n}")), &[]);
        Presented::Access { id, expires_at: at(ACCESS) }
    };
    for n in 0..64 {
        assert_eq!(grant.apply(revoke(token(n)), at(1)), Reply::Revoked);
    }
    assert_eq!(grant.apply(revoke(token(64)), at(1)), Reply::Ended);
    for n in 0..=64 {
        assert_eq!(grant.apply(Command::Status(token(n)), at(2)), Reply::Inactive);
    }
}
