//! Exchanging a refresh token.

use std::time::Duration;

use ostiary::model::grant::commands::{Command, Issued, Lifetimes, Refresh, Refusal};
use ostiary::model::grant::tokens::refresh_token_mac;

use crate::fixture::*;

#[test]
fn a_refresh_issues_the_next_token_of_the_chain() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let issued = grant.expect_issued(exchange(1), at_millis(10_400));
    let expected = Issued {
        authority: authority(false),
        refresh: Some((2, refresh_token_mac(&KEY, 2))),
        generation: 2,
        repetition: 0,
        issued_at: at(10),
        expires_at: at(10 + ACCESS),
        ends_at: Some(at(10 + IDLE)),
    };
    assert_eq!(issued, expected);
}

#[test]
fn ten_refreshes_of_one_token_are_one_successor_with_the_same_dates_and_one_write() {
    let mut grant = Grant::redeemed(Kind::Public);
    let issued = grant.expect_issued(exchange(1), at(10));
    let written = grant.0.clone();
    for second in 11..20 {
        assert_eq!(grant.expect_issued(exchange(1), at(second)), issued);
        assert_eq!(grant.0, written);
    }
}

#[test]
fn the_token_before_is_a_replay_once_its_successor_was_used() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(10));
    grant.expect_issued(exchange(2), at(20));
    grant.refuses_and_ends(exchange(1), at(21), Refusal::Replayed, at(20 + ACCESS));
}

#[test]
fn a_public_client_may_repeat_the_token_before_within_the_retry_window_only() {
    let mut grant = Grant::redeemed(Kind::Public);
    let issued = grant.expect_issued(exchange(1), at(10));
    assert_eq!(grant.expect_issued(exchange(1), at(10 + RETRY)), issued);
    let late = at_millis((10 + RETRY) * 1000 + 1);
    grant.refuses_and_ends(exchange(1), late, Refusal::Replayed, at(10 + ACCESS));
}

#[test]
fn a_public_client_whose_exchange_was_in_vain_may_repeat_it_and_its_retry_window_begins_when_it_goes_well() {
    let mut grant = Grant::redeemed(Kind::Public);
    let issued = grant.expect_issued(exchange(1), at(10));
    grant.apply(unheard(&refresh(1)), at(14));
    let later = 10 + 10 * RETRY;
    assert_eq!(grant.expect_issued(exchange(1), at(later)), issued);
    assert_eq!(grant.expect_issued(exchange(1), at(later + RETRY)), issued);
    grant.refuses_and_ends(exchange(1), at(later + RETRY + 1), Refusal::Replayed, at(10 + ACCESS));
}

#[test]
fn an_exchange_in_vain_is_forgotten_once_its_successor_is_used() {
    let mut grant = Grant::redeemed(Kind::Public);
    grant.expect_issued(exchange(1), at(10));
    grant.apply(unheard(&refresh(1)), at(14));
    grant.expect_issued(exchange(2), at(20));
    grant.refuses_and_ends(exchange(2), at(21 + RETRY), Refusal::Replayed, at(20 + ACCESS));
}

#[test]
fn a_confidential_client_may_repeat_the_token_before_as_long_as_its_successor_is_unused() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let issued = grant.expect_issued(exchange(1), at(10));
    assert_eq!(grant.expect_issued(exchange(1), at(10 + ACCESS - 1)), issued);
}

#[test]
fn a_repetition_whose_access_token_is_over_is_dated_anew_once_with_the_same_successor() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let first = grant.expect_issued(exchange(1), at(10));
    let again = grant.expect_issued(exchange(1), at(10 + ACCESS));
    assert_eq!((again.refresh, again.generation, again.repetition), (first.refresh, 2, 1));
    assert_eq!((again.issued_at, again.expires_at), (at(10 + ACCESS), at(10 + 2 * ACCESS)));
    let written = grant.0.clone();
    assert_eq!(grant.expect_issued(exchange(1), at(11 + ACCESS)), again);
    assert_eq!(grant.0, written);
    assert_eq!(grant.expect_issued(exchange(2), at(12 + ACCESS)).repetition, 0);
}

#[test]
fn every_use_moves_the_idle_end_but_never_past_the_absolute_end() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let mut now = 0;
    for number in 1.. {
        now += IDLE - 1;
        if now >= ABSOLUTE {
            grant.refuses_and_ends(exchange(number), at(ABSOLUTE), Refusal::Ended, at(ABSOLUTE));
            break;
        }
        let issued = grant.expect_issued(exchange(number), at(now));
        assert_eq!(issued.expires_at, at(now + ACCESS).min(at(ABSOLUTE)));
    }
}

#[test]
fn an_access_token_issued_near_the_absolute_end_ends_with_the_grant() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    for number in 1..=6 {
        grant.expect_issued(exchange(number), at(i64::from(number) * (IDLE - 1)));
    }
    let issued = grant.expect_issued(exchange(7), at(ABSOLUTE - 1));
    assert_eq!(issued.expires_at, at(ABSOLUTE));
}

#[test]
fn a_grant_not_used_for_its_idle_time_has_ended() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.refuses_and_ends(exchange(1), at(IDLE), Refusal::Ended, at(ACCESS));
}

#[test]
fn narrowing_leaves_the_grant_and_the_new_refresh_token_as_wide_as_they_were() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let narrow = Refresh { scope: Some(scope("read:tools")), ..refresh(1) };
    let issued = grant.expect_issued(Command::Refresh(narrow), at(10));
    assert_eq!(issued.authority.scope, scope("read:tools call:tools"));
    let whole = Refresh { scope: Some(scope("call:tools read:tools")), ..refresh(2) };
    let resources = vec!["https://api.example/".to_owned()];
    grant.expect_issued(Command::Refresh(Refresh { resources, ..whole }), at(11));
}

#[test]
fn a_refused_widening_rotates_nothing() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let wide = Refresh { scope: Some(scope("read:tools admin")), ..refresh(1) };
    grant.refuses_without_effect(Command::Refresh(wide), at(10), Refusal::ScopeExceeded);
    assert_eq!(grant.expect_issued(exchange(1), at(11)).generation, 2);
}

#[test]
fn a_replay_ends_the_grant_whatever_scope_it_asks_for() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    grant.expect_issued(exchange(1), at(10));
    grant.expect_issued(exchange(2), at(11));
    let wide = Refresh { scope: Some(scope("admin")), ..refresh(1) };
    grant.refuses_and_ends(Command::Refresh(wide), at(12), Refusal::Replayed, at(11 + ACCESS));
}

#[test]
fn a_tombstone_outlasts_an_older_token_issued_before_lifetimes_were_shortened() {
    let mut grant = Grant::redeemed(Kind::Confidential);
    let lifetimes = Lifetimes { access: Duration::from_mins(1), ..LIFETIMES };
    let issued = grant.expect_issued(Command::Refresh(Refresh { lifetimes, ..refresh(1) }), at(10));
    assert_eq!(issued.expires_at, at(70));
    grant.expect_issued(Command::Refresh(Refresh { lifetimes, ..refresh(2) }), at(11));
    grant.refuses_and_ends(exchange(1), at(12), Refusal::Replayed, at(ACCESS));
}
