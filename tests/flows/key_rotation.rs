//! A change of the signing keys, from beginning to end: nobody who verifies what is signed ever fails.

use ostiary::ports::Clock;
use ostiary::protocol::time::Timestamp;
use serde_json::{Value, json};

use crate::support::admin::{change_key, edit_client, show};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::forge::Jwt;
use crate::support::keys::{set, signing_jwks};
use crate::support::made_keys::made;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::verifier::Verifier;

const MINUTE: u64 = 60;

/// Sets of keys, an ES256 and an RS256 key each, as the operator makes them one after the other.
struct Sets([Vec<(String, Value)>; 3]);

impl Sets {
    fn new() -> Self {
        Self([signing_jwks(), made(2), made(3)])
    }

    fn text(&self, number: usize) -> String {
        set(&self.0[number])
    }

    fn kids(&self, number: usize) -> [&str; 2] {
        [&self.0[number][0].0, &self.0[number][1].0]
    }
}

/// What is in use: a client with RS256 ID tokens, tokens of all ages, and those who verify them.
struct Use {
    refresh_token: String,
    /// Each with the moment at which it is over.
    tokens: Vec<(String, Timestamp)>,
    verifiers: [Verifier; 4],
}

impl Use {
    async fn begin(server: &Server) -> Self {
        edit_client(server, SERVER.id, json!({ "id_token_signed_response_alg": "RS256" })).await;
        let asked = [("scope", "openid read:tools")];
        let code = flow::authorize(&mut Browser::new(server), &SERVER, &asked).await.location_parameter("code");
        let first = server.send(SERVER.redeem(&code.expect("a code"))).await;
        let verifiers = [
            Verifier::that_keeps_its_set(),
            Verifier::that_keeps_its_set(),
            Verifier::that_asks_again(),
            Verifier::that_asks_again(),
        ];
        Self { refresh_token: first.text("refresh_token"), tokens: Vec::new(), verifiers }
    }

    /// New tokens from this isolate: the names of the keys that signed the access token and the ID token.
    async fn issue(&mut self, isolate: &Server) -> [String; 2] {
        let reply = isolate.send(SERVER.refresh(&self.refresh_token)).await;
        self.refresh_token = reply.assert_status(200).text("refresh_token");
        ["access_token", "id_token"].map(|name| {
            let token = reply.text(name);
            let jwt = Jwt::of(&token);
            let over = Timestamp::from_seconds(jwt.claims["exp"].as_i64().expect("seconds"));
            self.tokens.push((token, over));
            jwt.header["kid"].as_str().expect("a kid").to_owned()
        })
    }

    /// Everybody verifies every token that is not over, and our own endpoints take them.
    async fn verify_all(&mut self, isolates: &[&Server]) {
        let now = isolates[0].clock.now();
        self.tokens.retain(|(_, over)| now < *over);
        for (number, (token, _)) in self.tokens.iter().enumerate() {
            let isolate = isolates[number / 2 % isolates.len()];
            for verifier in &mut self.verifiers {
                verifier.verify(isolate, token).await;
            }
            if Jwt::of(token).header["typ"] == "at+jwt" {
                assert!(flow::is_active(isolate, token).await);
                isolate.send(Ask::get("/oauth/userinfo").bearer(token)).await.assert_status(200);
            }
        }
    }

    /// So many minutes, in each of which tokens come from each of these isolates.
    async fn go_on(&mut self, isolates: &[&Server], minutes: u64) {
        for _ in 0..minutes {
            for isolate in isolates {
                self.issue(isolate).await;
            }
            self.verify_all(isolates).await;
            isolates[0].advance(MINUTE);
        }
    }
}

async fn promote_all(server: &Server, kids: [&str; 2]) {
    for kid in kids {
        let reply = server.send(change_key(kid, "promote")).await;
        assert_eq!((reply.assert_status(200).text("state"), reply.text("kid")), ("signing".to_owned(), kid.to_owned()));
    }
}

/// The names of the published keys, those in slots first.
async fn published(server: &Server) -> Vec<String> {
    let set = server.send(Ask::get("/.well-known/jwks.json")).await.assert_status(200).json();
    let keys = set["keys"].as_array().expect("keys").clone();
    keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}

/// What the admin API shows of a key.
async fn shown(server: &Server, kid: &str) -> Option<Value> {
    let list = show(server, "/admin/api/keys").await;
    list["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == kid).cloned()
}

#[tokio::test]
async fn a_change_of_keys_by_the_two_slots_breaks_no_client_that_verifies_by_the_published_set() {
    let sets = Sets::new();
    let first = Server::seeded().await;
    let mut everybody = Use::begin(&first).await;
    everybody.go_on(&[&first, &first.fresh_isolate()], 3).await;

    // The second set goes into the other slot. For a minute both deployments serve.
    let both = [("SIGNING_KEYS", sets.text(0)), ("SIGNING_KEYS_NEXT", sets.text(1))];
    let both = both.each_ref().map(|(name, text)| (*name, text.as_str()));
    let (one, two) = (first.redeployed(&both), first.redeployed(&both));
    everybody.go_on(&[&first, &one, &two], 1).await;
    one.send(change_key(sets.kids(1)[0], "promote")).await.assert_error(409, "conflict");
    everybody.go_on(&[&one, &two], 5).await;

    everybody.verify_all(&[&one, &two]).await;
    promote_all(&one, sets.kids(1)).await;
    assert_eq!(everybody.issue(&two).await, sets.kids(0), "it does not know yet");
    assert_eq!(everybody.issue(&one).await, sets.kids(1));
    everybody.verify_all(&[&one, &two]).await;
    one.advance(30);
    assert_eq!(everybody.issue(&two).await, sets.kids(1), "half a minute later all do");
    everybody.go_on(&[&one, &two], 2).await;

    // The third set takes the slot of the first, whose tokens live on.
    let third = [("SIGNING_KEYS", sets.text(2)), ("SIGNING_KEYS_NEXT", sets.text(1))];
    let third = third.each_ref().map(|(name, text)| (*name, text.as_str()));
    let (three, four) = (first.redeployed(&third), first.redeployed(&third));
    everybody.go_on(&[&two, &three, &four], 1).await;
    let slots = [sets.kids(2), sets.kids(1)].concat();
    assert_eq!(published(&three).await[..4], slots);
    for kid in sets.kids(0) {
        let old = shown(&three, kid).await.expect("it is published yet");
        assert_eq!((&old["state"], &old["slot"]), (&json!("old"), &Value::Null));
        assert!(published(&three).await.contains(&kid.to_owned()));
    }
    let until = shown(&three, sets.kids(0)[0]).await.expect("a key")["until"].as_str().map(Timestamp::parse_rfc3339);
    let until = until.flatten().expect("a moment");
    while three.clock.now() < until {
        assert!(published(&three).await.contains(&sets.kids(0)[0].to_owned()));
        everybody.go_on(&[&three, &four], 3).await;
    }
    assert_eq!(published(&three.fresh_isolate()).await, slots, "its last token is over");
    assert_eq!(shown(&three, sets.kids(0)[0]).await, None);
    everybody.go_on(&[&three, &four], 2).await;

    for verifier in &everybody.verifiers {
        assert!(verifier.good > 1_000 && verifier.fetched > 5, "{} {}", verifier.good, verifier.fetched);
    }
}

#[tokio::test]
async fn an_overwritten_slot_takes_no_token_along_and_the_first_key_of_the_settings_signs() {
    let sets = Sets::new();
    let before = Server::seeded().await;
    promote_all(&before, sets.kids(0)).await;
    let mut browser = Browser::new(&before);
    let code = flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await.location_parameter("code");
    let tokens = before.send(SERVER.redeem(&code.expect("a code"))).await;
    let (access_token, id_token) = (tokens.text("access_token"), tokens.text("id_token"));
    let mut verifier = Verifier::that_asks_again();
    verifier.verify(&before, &access_token).await;

    let text = sets.text(1);
    let after = before.redeployed(&[("SIGNING_KEYS", &text)]);
    let new = after.send(SERVER.refresh(&tokens.text("refresh_token"))).await.text("access_token");
    assert_eq!(Jwt::of(&new).header["kid"], sets.kids(1)[0]);
    for token in [&access_token, &id_token, &new] {
        verifier.verify(&after, token).await;
    }
    for isolate in [&after, &after.fresh_isolate(), &before] {
        for token in [&access_token, &new] {
            assert!(flow::is_active(isolate, token).await);
            isolate.send(Ask::get("/oauth/userinfo").bearer(token)).await.assert_status(200);
        }
    }
    let signing = shown(&after, sets.kids(1)[0]).await.expect("a key");
    let words =
        format!("It signs by ES256 in place of {}, which was promoted and cannot sign any more.", sets.kids(0)[0]);
    assert_eq!((&signing["state"], &signing["explanation"]), (&json!("signing"), &json!(words)));
    let old = shown(&after, sets.kids(0)[0]).await.expect("a key");
    assert_eq!((&old["state"], &old["until"]), (&json!("old"), &json!("2027-01-15T08:35:30Z")));
    after.send(change_key(sets.kids(0)[0], "promote")).await.assert_error(409, "conflict");

    // The last of its tokens is over; yet they tell who somebody is that wants to sign out, while a session may last.
    after.advance(36 * MINUTE);
    assert_eq!(published(&after).await, sets.kids(1));
    assert!(!flow::is_active(&after, &access_token).await);
    let mut elsewhere = Browser::new(&after);
    elsewhere.cookies.clone_from(&browser.cookies);
    let path = format!("/oauth/logout?id_token_hint={id_token}");
    assert_eq!(elsewhere.open(&path).await.header("location"), "/logout", "nobody need be asked");
    assert_eq!(after.clean_up().await.count("signing_keys"), 0);
    after.advance(8 * 24 * 60 * MINUTE);
    assert_eq!(after.clean_up().await.count("signing_keys"), 2);
    assert_eq!(after.database.peek("SELECT kid FROM signing_keys").len(), 2);
}

#[tokio::test]
async fn a_key_that_nobody_knows_yet_does_not_sign_while_another_is_known() {
    let sets = Sets::new();
    let before = Server::seeded().await;
    let mut everybody = Use::begin(&before).await;
    let both = [("SIGNING_KEYS", sets.text(0)), ("SIGNING_KEYS_NEXT", sets.text(1))];
    let published_long = before.redeployed(&both.each_ref().map(|(name, text)| (*name, text.as_str())));
    everybody.go_on(&[&published_long], 7).await;
    // By mistake the slot that signs is overwritten.
    let third = [("SIGNING_KEYS", sets.text(2)), ("SIGNING_KEYS_NEXT", sets.text(1))];
    let after = before.redeployed(&third.each_ref().map(|(name, text)| (*name, text.as_str())));
    assert_eq!(everybody.issue(&after).await, sets.kids(1), "the spare one, which everybody knows");
    everybody.go_on(&[&after], 6).await;
    assert_eq!(everybody.issue(&after).await, sets.kids(2), "the first of the settings, now that everybody knows it");
    everybody.go_on(&[&after], 6).await;
}
