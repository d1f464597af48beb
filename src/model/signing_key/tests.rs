use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const LIFE: Duration = Duration::from_mins(30);

fn key(kid: &str) -> SigningKeyRecord {
    SigningKeyRecord::new(kid.to_owned(), Algorithm::Es256, Value::from(kid), NOW)
}

/// One that was seen so long ago.
fn seen(kid: &str, ago: Duration) -> SigningKeyRecord {
    SigningKeyRecord { first_seen_at: NOW - ago, ..key(kid) }
}

fn chosen(kid: &str, at: i64) -> SigningKeyRecord {
    SigningKeyRecord { chosen_at: Some(Timestamp::from_seconds(at)), ..key(kid) }
}

/// One that signs, as everybody knows.
fn signing_since(kid: &str, since: Timestamp) -> SigningKeyRecord {
    SigningKeyRecord { signed_from: Some(since), longest_life: LIFE, ..key(kid) }
}

fn retired(record: SigningKeyRecord) -> SigningKeyRecord {
    SigningKeyRecord { retired_at: Some(NOW), ..record }
}

fn signer(remembered: Vec<SigningKeyRecord>, in_slots: &[&str]) -> Option<String> {
    let ring = KeyRing::new(remembered, in_slots.iter().map(|kid| key(kid)).collect(), NOW);
    ring.signing(Algorithm::Es256).map(|key| key.kid.clone())
}

#[test]
fn the_first_key_of_the_settings_signs_while_none_was_promoted() {
    assert_eq!(signer(vec![], &["a", "b"]).as_deref(), Some("a"));
    assert_eq!(signer(vec![seen("b", PUBLISHED_BEFORE), seen("a", PUBLISHED_BEFORE)], &["a", "b"]).unwrap(), "a");
    assert_eq!(signer(vec![], &[]), None);
}

#[test]
fn the_key_that_was_promoted_last_signs_of_those_that_can() {
    let all = || vec![chosen("a", 1), chosen("b", 3), chosen("c", 2), key("d")];
    assert_eq!(signer(all(), &["d", "a", "b", "c"]).unwrap(), "b");
    assert_eq!(signer(all(), &["d", "a", "c"]).unwrap(), "c", "b is in no slot");
    assert_eq!(signer(all(), &["d"]).unwrap(), "d");
    let without_b = vec![chosen("a", 1), retired(chosen("b", 3))];
    assert_eq!(signer(without_b, &["b", "a"]).unwrap(), "a");
    assert_eq!(signer(vec![retired(key("a"))], &["a"]), None, "rather none than a retired one");
}

#[test]
fn a_key_that_nobody_knows_yet_signs_only_where_there_is_no_other() {
    let just_short = Duration::from_secs(359);
    assert_eq!(signer(vec![seen("b", PUBLISHED_BEFORE)], &["a", "b"]).unwrap(), "b", "a is new");
    assert_eq!(signer(vec![seen("a", just_short), seen("b", PUBLISHED_BEFORE)], &["a", "b"]).unwrap(), "b");
    assert_eq!(signer(vec![seen("a", PUBLISHED_BEFORE), seen("b", PUBLISHED_BEFORE)], &["a", "b"]).unwrap(), "a");
    assert_eq!(signer(vec![seen("b", just_short)], &["a", "b"]).unwrap(), "a");
}

#[test]
fn each_algorithm_has_a_key_of_its_own_that_signs() {
    let rsa = |kid: &str| SigningKeyRecord { algorithm: Algorithm::Rs256, ..chosen(kid, 9) };
    let ring = KeyRing::new(vec![chosen("b", 5), rsa("r")], vec![key("a"), key("b"), rsa("q"), rsa("r")], NOW);
    assert_eq!(ring.signing(Algorithm::Es256).unwrap().kid, "b");
    assert_eq!(ring.signing(Algorithm::Rs256).unwrap().kid, "r");
    assert_eq!(ring.signing(Algorithm::Rs256).unwrap().algorithm, Algorithm::Rs256);
}

fn owed(remembered: Vec<SigningKeyRecord>, in_slots: &[&str], life: Duration) -> Vec<String> {
    let ring = KeyRing::new(remembered, in_slots.iter().map(|kid| key(kid)).collect(), NOW);
    let said = |owed: Owed<'_>| match owed {
        Owed::Seen(key) => format!("{} is seen", key.kid),
        Owed::Signs(key) => format!("{} signs", key.kid),
        Owed::Stopped(key) => format!("{} stopped", key.kid),
    };
    ring.owed(life).map(said).collect()
}

#[test]
fn what_signs_is_written_down_before_it_does_and_nothing_twice() {
    assert_eq!(owed(vec![], &["a", "b"], LIFE), ["a is seen", "b is seen", "a signs"]);
    assert_eq!(owed(vec![key("a"), key("b")], &["a", "b"], LIFE), ["a signs"]);
    assert_eq!(owed(vec![signing_since("a", NOW), key("b")], &["a", "b"], LIFE), [""; 0]);
}

#[test]
fn another_that_takes_over_is_written_down_with_the_end_of_the_one_before() {
    let before = || signing_since("a", NOW);
    assert_eq!(owed(vec![before(), chosen("b", 1)], &["a", "b"], LIFE), ["a stopped", "b signs"]);
    assert_eq!(owed(vec![before()], &["c"], LIFE), ["c is seen", "c signs", "a stopped"], "its slot was overwritten");
    let over = SigningKeyRecord { over_at: Some(NOW), ..before() };
    assert_eq!(owed(vec![over.clone(), signing_since("c", NOW)], &["c"], LIFE), [""; 0]);
    assert_eq!(owed(vec![over], &["a"], LIFE), ["a signs"], "it signs again");
}

#[test]
fn tokens_that_live_longer_than_before_are_written_down() {
    assert_eq!(owed(vec![signing_since("a", NOW)], &["a"], LIFE * 2), ["a signs"]);
    assert_eq!(owed(vec![signing_since("a", NOW)], &["a"], LIFE / 2), [""; 0], "those of before live on");
}

/// What each key does, and whether it is published, so long after `NOW`.
fn states(remembered: Vec<SigningKeyRecord>, in_slots: &[&str], later: Duration) -> Vec<(String, KeyState, bool)> {
    let ring = KeyRing::new(remembered, in_slots.iter().map(|kid| key(kid)).collect(), NOW);
    let published: Vec<_> = ring.published(NOW + later).collect();
    let state = |(key, state): (&SigningKeyRecord, KeyState)| {
        (key.kid.clone(), state, published.contains(&&Value::from(key.kid.as_str())))
    };
    ring.iter(NOW + later).map(state).collect()
}

#[test]
fn a_key_in_a_slot_is_published_and_any_other_while_its_tokens_live() {
    let over = SigningKeyRecord { over_at: Some(NOW + LIFE), ..signing_since("old", NOW) };
    let all =
        || vec![over.clone(), signing_since("a", NOW), retired(key("r")), key("never"), signing_since("lost", NOW)];
    let found = states(all(), &["a", "b", "r"], Duration::from_secs(1799));
    let expected = [
        ("a", KeyState::Signing, true),
        ("b", KeyState::Published, true),
        ("r", KeyState::Retired, false),
        ("old", KeyState::Old, true),
        ("never", KeyState::Over, false),
        ("lost", KeyState::Old, true),
    ];
    assert_eq!(found, expected.map(|(kid, state, published)| (kid.to_owned(), state, published)));
    let later = states(all(), &["a", "b", "r"], LIFE);
    assert_eq!(later[3], ("old".to_owned(), KeyState::Over, false), "at that moment its last token is over");
    assert_eq!(later[5], ("lost".to_owned(), KeyState::Old, true), "nobody has written down that it stopped");
    assert_eq!(states(vec![retired(over.clone())], &["a"], Duration::ZERO)[1].1, KeyState::Retired);
    assert_eq!(states(vec![over.clone()], &["old"], LIFE)[0].1, KeyState::Signing, "as it is the only one");
}

#[test]
fn what_a_retired_key_signed_does_not_count_nor_what_an_unknown_one_did() {
    let ring = KeyRing::new(vec![retired(key("r")), signing_since("old", NOW)], vec![key("a"), key("r")], NOW);
    let stands = ["a", "old", "r", "x"].map(|kid| ring.stands(kid));
    assert_eq!(stands, [true, true, false, false]);
}

#[test]
fn a_key_is_forgotten_when_nothing_needs_it_and_a_retired_one_never() {
    let over = |kid: &str| SigningKeyRecord { over_at: Some(NOW), ..signing_since(kid, NOW) };
    let all =
        vec![over("over"), over("in a slot"), retired(over("retired")), signing_since("signs", NOW), key("never")];
    let ring = KeyRing::new(all, vec![key("in a slot")], NOW);
    assert_eq!(ring.forgettable(NOW - Duration::from_secs(1)).count(), 0);
    assert_eq!(ring.forgettable(NOW).collect::<Vec<_>>(), ["over", "never"]);
}
