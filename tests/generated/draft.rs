//! A request taken apart, so that any piece of it can be spoiled before it is written.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::byte_serialize;

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    pub method: String,
    pub path: String,
    pub carrier: Carrier,
    pub fields: Vec<Field>,
    pub cookies: Vec<(String, String)>,
    pub authorization: Vec<Vec<u8>>,
    pub host: Vec<u8>,
    /// `None`: what fits the carrier.
    pub content_types: Option<Vec<Vec<u8>>>,
    pub headers: Vec<(String, Vec<u8>)>,
    /// Put into the written body (or query) at this place: a fraction of its length in 65536ths.
    pub inserted: Vec<(u16, Vec<u8>)>,
    /// Seconds that pass before it is sent.
    pub later: u64,
}

/// Fields that hold secrets.
const SECRET_FIELDS: [&str; 13] = [
    "password",
    "current_password",
    "new_password",
    "repeat_password",
    "client_secret",
    "code",
    "refresh_token",
    "token",
    "access_token",
    "id_token_hint",
    "code_verifier",
    "interaction",
    "csrf_token",
];

/// Where the fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    Query,
    Form,
    Json,
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: Value,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Bytes, to be encoded as the carrier asks.
    Encoded(Vec<u8>),
    /// Bytes that are written as they are: broken encodings in a form, anything but texts in JSON.
    AsIs(Vec<u8>),
}

impl Field {
    pub fn text(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: Value::Encoded(value.as_bytes().to_vec()) }
    }

    /// A member of a JSON object, written as it is.
    pub fn json(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: Value::AsIs(value.as_bytes().to_vec()) }
    }
}

impl Value {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Encoded(bytes) | Self::AsIs(bytes) => bytes,
        }
    }
}

impl Draft {
    pub fn new(method: &str, path: &str, carrier: Carrier) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            carrier,
            fields: Vec::new(),
            cookies: Vec::new(),
            authorization: Vec::new(),
            host: b"auth.example".to_vec(),
            content_types: None,
            headers: Vec::new(),
            inserted: Vec::new(),
            later: 0,
        }
    }

    pub fn fields(mut self, fields: &[(&str, &str)]) -> Self {
        self.fields.extend(fields.iter().map(|(name, value)| Field::text(name, value)));
        self
    }

    pub fn members(mut self, members: &[(&str, &str)]) -> Self {
        self.fields.extend(members.iter().map(|(name, value)| Field::json(name, value)));
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        self
    }

    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn accepts_html(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Whether `secret` stands where no secret belongs, so that whoever sent it has given it away already.
    pub fn misplaces(&self, secret: &str) -> bool {
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(secret);
        let in_field = |field: &Field| !SECRET_FIELDS.contains(&field.name.as_str()) && holds(field.value.bytes());
        let in_header = |(name, value): &(String, Vec<u8>)| name != "x-admin-token" && holds(value);
        let as_name = self.authorization.iter().any(|header| {
            let pair = header.strip_prefix(b"Basic ").and_then(|encoded| STANDARD.decode(encoded).ok());
            pair.is_some_and(|pair| pair.split(|byte| *byte == b':').next().is_some_and(holds))
        });
        as_name || self.fields.iter().any(in_field) || self.headers.iter().any(in_header) || self.path.contains(secret)
    }

    fn written(&self) -> Vec<u8> {
        let mut written = match self.carrier {
            Carrier::Query | Carrier::Form => self.fields.iter().map(as_pair).collect::<Vec<_>>().join(&b'&'),
            Carrier::Json => {
                let members: Vec<Vec<u8>> = self.fields.iter().map(as_member).collect();
                [b"{".as_slice(), &members.join(&b','), b"}"].concat()
            }
        };
        for (place, bytes) in &self.inserted {
            let at = written.len() * usize::from(*place) / 65_536;
            written.splice(at..at, bytes.iter().copied());
        }
        written
    }

    /// The request; `None` when HTTP itself has no way to write it, so that nobody could send it.
    pub fn request(&self) -> Option<Request<Body>> {
        let written = self.written();
        let in_query = self.carrier == Carrier::Query && !written.is_empty();
        let mut target = as_in_a_url(self.path.as_bytes(), b"?#");
        if in_query {
            target.push(b'?');
            target.extend(as_in_a_url(&written, b"#"));
        }
        let has_body = !in_query && !written.is_empty() && self.carrier != Carrier::Query;
        let uri = Uri::from_maybe_shared(target).ok().filter(|uri| uri.path().starts_with('/'))?;
        let mut request = Request::new(if has_body { Body::from(written) } else { Body::empty() });
        *request.method_mut() = Method::from_bytes(self.method.as_bytes()).ok()?;
        *request.uri_mut() = uri;
        let of_carrier = match self.carrier {
            Carrier::Query => Vec::new(),
            Carrier::Form => vec![b"application/x-www-form-urlencoded".to_vec()],
            Carrier::Json => vec![b"application/json".to_vec()],
        };
        let mut headers = vec![("host".to_owned(), self.host.clone())];
        let types = self.content_types.clone().unwrap_or(of_carrier);
        headers.extend(types.into_iter().map(|value| ("content-type".to_owned(), value)));
        headers.extend(self.authorization.iter().map(|value| ("authorization".to_owned(), value.clone())));
        headers.extend(self.headers.iter().cloned());
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.push(("cookie".to_owned(), pairs.join("; ").into_bytes()));
        }
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            request.headers_mut().append(name, HeaderValue::from_bytes(&value).ok()?);
        }
        Some(request)
    }
}

/// What a URL may not hold as it is, percent-encoded, as whatever stands before us does it.
fn as_in_a_url(bytes: &[u8], beside: &[u8]) -> Vec<u8> {
    let refused = |byte: u8| !byte.is_ascii_graphic() || b"\"<>\\^`{|}".contains(&byte) || beside.contains(&byte);
    let encode = |byte: &u8| if refused(*byte) { format!("%{byte:02X}").into_bytes() } else { vec![*byte] };
    bytes.iter().flat_map(encode).collect()
}

fn as_pair(field: &Field) -> Vec<u8> {
    let name: String = byte_serialize(field.name.as_bytes()).collect();
    let value = match &field.value {
        Value::Encoded(bytes) => byte_serialize(bytes).collect::<String>().into_bytes(),
        Value::AsIs(bytes) => bytes.clone(),
    };
    [name.as_bytes(), b"=", &value].concat()
}

fn as_member(field: &Field) -> Vec<u8> {
    let name = serde_json::to_vec(&field.name).expect("a text");
    let value = match &field.value {
        Value::Encoded(bytes) => serde_json::to_vec(&String::from_utf8_lossy(bytes)).expect("a text"),
        Value::AsIs(bytes) => bytes.clone(),
    };
    [name.as_slice(), b":", &value].concat()
}
