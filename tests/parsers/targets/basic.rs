//! Client credentials: the `Authorization` header (first line) and the form (after it).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ostiary::protocol::client_auth::ClientCredentials;
use ostiary::protocol::jose::client_assertion::{ClientAssertion, TYPE};
use ostiary::protocol::parameters::Parameters;
use url::form_urlencoded::byte_serialize;

use super::form::decoded;
use super::{assert_describable, halves};

pub const SEEDS: &[&[u8]] = &[
    b"Basic ZGVtby1zZXJ2ZXI6ZGVtby1zZXJ2ZXItc2VjcmV0\ngrant_type=client_credentials",
    b"basic  YSUzQWI6YyUyMGQ=\nclient_id=a%3Ab",
    b"Basic !!!\nclient_secret=x",
    b"Bearer abc\nclient_id=web",
    b"Basic OnNlY3JldA==\n",
    b"\nclient_id=web&client_secret=a%20secret&client_assertion=x",
    b"\nclient_id=web&client_secret=",
    b"\nclient_id=c&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=\
      eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjIiwic3ViIjoiYyIsImF1ZCI6ImEiLCJqdGkiOiJqIiwiZXhwIjoxfQ.c2ln",
];

pub fn check(data: &[u8]) {
    let (header, form) = halves(data);
    let Ok(form) = Parameters::parse(form) else { return };
    let header = Some(header).filter(|header| !header.is_empty());
    match ClientCredentials::parse(header, &form) {
        Ok(read) => {
            assert_meant(&read, header, &form);
            if read.assertion().is_some() {
                return;
            }
            assert_eq!(format!("{read:?}"), format!("{:?}", with_another_secret(&read)), "a secret is printed");
            assert_eq!(
                ClientCredentials::parse(Some(&written(&read)), &Parameters::default()).ok(),
                Some(as_basic(&read))
            );
        }
        Err(error) => assert_describable(&error),
    }
}

/// By exactly one method, and that one says what was read.
fn assert_meant(read: &ClientCredentials, header: Option<&[u8]>, form: &Parameters) {
    let (id, secret) = (form.first("client_id"), form.first("client_secret"));
    let assertion = ["client_assertion", "client_assertion_type"].map(|name| form.first(name));
    assert_eq!(assertion.iter().flatten().count(), if read.assertion().is_some() { 2 } else { 0 });
    match read {
        ClientCredentials::Basic { client_id, secret: presented } => {
            let header = header.expect("a header");
            assert!(header[..6].eq_ignore_ascii_case(b"basic "));
            let pair = STANDARD.decode(header[6..].trim_ascii()).expect("base64");
            let mut parts = pair.splitn(2, |byte| *byte == b':').map(decoded);
            assert_eq!(parts.next().flatten().as_ref(), Some(client_id));
            assert_eq!(parts.next().flatten().as_ref(), Some(presented));
            assert!(secret.is_none() && id.is_none_or(|id| id == client_id) && !client_id.is_empty());
        }
        ClientCredentials::Body { client_id, secret: presented } => {
            assert_eq!((header, id, secret), (None, Some(client_id.as_str()), Some(presented.as_str())));
        }
        ClientCredentials::Public { client_id } => {
            assert_eq!((header, id, secret), (None, Some(client_id.as_str()), None));
        }
        ClientCredentials::Assertion(read) => {
            assert_eq!(assertion, [form.first("client_assertion"), Some(TYPE)]);
            assert_eq!(assertion[0].and_then(|text| ClientAssertion::parse(text).ok()).as_ref(), Some(&**read));
            assert!(header.is_none() && secret.is_none() && id.is_none_or(|id| id == read.client_id()));
        }
    }
}

/// As the header that says the same (RFC 6749 2.3.1).
fn written(read: &ClientCredentials) -> Vec<u8> {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(read.client_id()), encode(read.secret().unwrap_or_default()));
    format!("Basic {}", STANDARD.encode(pair)).into_bytes()
}

fn with_another_secret(read: &ClientCredentials) -> ClientCredentials {
    let (client_id, secret) = (read.client_id().to_owned(), "another".to_owned());
    match read {
        ClientCredentials::Basic { .. } => ClientCredentials::Basic { client_id, secret },
        ClientCredentials::Body { .. } => ClientCredentials::Body { client_id, secret },
        other => other.clone(),
    }
}

fn as_basic(read: &ClientCredentials) -> ClientCredentials {
    let secret = read.secret().unwrap_or_default().to_owned();
    ClientCredentials::Basic { client_id: read.client_id().to_owned(), secret }
}
