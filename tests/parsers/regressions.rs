//! Inputs that broke a rule once.

use crate::targets::TARGETS;

/// Each with the parser it was found at.
const FOUND: &[(&str, &[u8])] = &[
    // A member that was there twice was taken from its second place.
    ("registration", b"{\"client_id\":\"a\",\"client_id\":\"b\",\"client_name\":\"A\"}"),
    // A query that ends with a question mark swallowed the first parameter of the answer.
    ("redirect_uri", b"https://client.example/cb?next=?"),
    // What no browser could follow was registered, as long as its scheme was an app's own.
    ("redirect_uri", b"app://[::zz]/callback"),
    // A name with an empty last label was none of the local ones.
    ("outbound", b"https://printer.local../"),
    // What is passed over in an assertion was not looked at, so not even whether it was text.
    (
        "client_assertion",
        b"{\"alg\":\"ES256\",\"\x80\":\"\"}\n{\"iss\":\"c\",\"sub\":\"c\",\"aud\":\"a\",\"jti\":\"j\",\"exp\":1}\ns",
    ),
];

#[test]
fn what_broke_a_rule_once_does_not_break_it_again() {
    for (name, input) in FOUND {
        let target = TARGETS.iter().find(|target| target.name == *name).expect("a parser of this name");
        (target.check)(input);
    }
}
