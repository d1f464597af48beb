//! Does to a request what a mutation says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::draft::{Carrier, Draft, Field, Value};
use crate::mutation::{CookieChange, Credentials, Junk, Mutation};
use crate::world::World;

impl Junk {
    /// As a value of a field.
    fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Encoded(text.as_bytes().to_vec()),
            Self::Raw(bytes) => Value::AsIs(bytes.to_vec()),
            Self::Json(text) => Value::AsIs(text.as_bytes().to_vec()),
            Self::Long(byte, length) => Value::Encoded(vec![*byte; usize::from(*length)]),
            Self::Deep(depth) => Value::AsIs(deep(usize::from(*depth))),
            Self::Letters(text) => Value::Encoded(text.as_bytes().to_vec()),
            Self::Bytes(bytes) => Value::Encoded(bytes.clone()),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        self.value().bytes().to_vec()
    }
}

fn deep(depth: usize) -> Vec<u8> {
    [vec![b'['; depth], vec![b']'; depth]].concat()
}

/// The thing that the number means.
fn pick<T>(things: &[T], number: usize) -> Option<usize> {
    number.checked_rem(things.len())
}

/// The place in `length` that `place` 65536ths of it are.
fn place(length: usize, place: u16) -> usize {
    length * usize::from(place) / 65_536
}

/// A value of this world, whichever.
fn known(world: &World, number: u8) -> String {
    let at = usize::from(number) % world.known.len();
    world.known.values().nth(at).cloned().unwrap_or_default()
}

impl Draft {
    pub fn mutated(mut self, world: &World, mutations: &[Mutation]) -> Self {
        for mutation in mutations {
            self.mutate(world, mutation);
        }
        self
    }

    fn mutate(&mut self, world: &World, mutation: &Mutation) {
        match mutation {
            Mutation::Authorization(change) => self.change_authorization(world, change),
            Mutation::Cookie(change) => self.change_cookies(world, change),
            Mutation::ContentTypes(types) => {
                self.content_types = Some(types.iter().map(|text| text.as_bytes().to_vec()).collect());
            }
            Mutation::AsJson => self.carrier = Carrier::Json,
            Mutation::AsForm => self.carrier = Carrier::Form,
            Mutation::AsQuery => self.carrier = Carrier::Query,
            Mutation::Header(name, junk) => self.headers.push(((*name).to_owned(), junk.bytes())),
            Mutation::DropHeader(at) => {
                if let Some(at) = pick(&self.headers, usize::from(*at)) {
                    self.headers.remove(at);
                }
            }
            Mutation::FlipHeader(at, where_, with) => {
                if let Some(at) = pick(&self.headers, usize::from(*at)) {
                    flip(&mut self.headers[at].1, *where_, *with);
                }
            }
            Mutation::Method(method) => (*method).clone_into(&mut self.method),
            Mutation::Host(host) => self.host = host.as_bytes().to_vec(),
            Mutation::Path(path) => (*path).clone_into(&mut self.path),
            Mutation::PathEnd(junk) => {
                let cut = self.path.rfind('/').map_or(0, |slash| slash + 1);
                self.path.truncate(cut);
                self.path.push_str(&String::from_utf8_lossy(&junk.bytes()));
            }
            Mutation::Insert(place, junk) => self.inserted.push((*place, junk.bytes())),
            Mutation::Oversize => self.fields.push(Field::text("padding", &"a".repeat(64 * 1024 + 1))),
            Mutation::Later(seconds) => self.later = *seconds,
            of_field => self.change_field(world, of_field),
        }
    }

    fn field(&mut self, number: u8) -> Option<&mut Field> {
        let at = pick(&self.fields, usize::from(number))?;
        self.fields.get_mut(at)
    }

    fn change_field(&mut self, world: &World, mutation: &Mutation) {
        match mutation {
            Mutation::Drop(at) => {
                if let Some(at) = pick(&self.fields, usize::from(*at)) {
                    self.fields.remove(at);
                }
            }
            Mutation::Duplicate(at) => {
                let copy = self.field(*at).cloned();
                self.fields.extend(copy);
            }
            Mutation::Repeat(at, junk) => {
                let copy = self.field(*at).map(|field| Field { name: field.name.clone(), value: junk.value() });
                self.fields.extend(copy);
            }
            Mutation::Swap(one, other) => {
                let (one, other) = (pick(&self.fields, usize::from(*one)), pick(&self.fields, usize::from(*other)));
                if let (Some(one), Some(other)) = (one, other) {
                    let value = self.fields[one].value.clone();
                    self.fields[one].value = std::mem::replace(&mut self.fields[other].value, value);
                }
            }
            Mutation::Add(name, junk) => self.fields.push(Field { name: (*name).to_owned(), value: junk.value() }),
            Mutation::Flood(number) => {
                self.fields.extend((0..=u16::from(*number)).map(|at| Field::text(&format!("p{at}"), "x")));
            }
            Mutation::Rename(at, name) => self.with_field(*at, |field| (*name).clone_into(&mut field.name)),
            Mutation::Replace(at, junk) => self.with_field(*at, |field| field.value = junk.value()),
            Mutation::ReplaceByKnown(at, number) => {
                let value = known(world, *number);
                self.with_field(*at, |field| field.value = Value::Encoded(value.into_bytes()));
            }
            Mutation::Splice(at, where_, junk) => self.with_field(*at, |field| splice(field, *where_, &junk.bytes())),
            Mutation::Cut(at, where_) => {
                self.with_field(*at, |field| with_bytes(field, |bytes| bytes.truncate(place(bytes.len(), *where_))));
            }
            Mutation::Flip(at, where_, with) => {
                self.with_field(*at, |field| with_bytes(field, |bytes| flip(bytes, *where_, *with)));
            }
            other => unreachable!("{other:?} changes no field"),
        }
    }

    fn with_field(&mut self, number: u8, change: impl FnOnce(&mut Field)) {
        if let Some(field) = self.field(number) {
            change(field);
        }
    }

    fn change_authorization(&mut self, world: &World, change: &Credentials) {
        let basic = |pair: &[u8]| vec![format!("Basic {}", STANDARD.encode(pair)).into_bytes()];
        match change {
            Credentials::None => self.authorization.clear(),
            Credentials::Twice => self.authorization.extend(self.authorization.clone()),
            Credentials::Bearer(number) => {
                self.authorization = vec![format!("Bearer {}", known(world, *number)).into_bytes()];
            }
            Credentials::Basic(id, secret) => {
                let pair = format!("{}:{}", known(world, *id), known(world, *secret));
                self.authorization = basic(pair.as_bytes());
            }
            Credentials::BasicOf(junk) => self.authorization = basic(&junk.bytes()),
            Credentials::Raw(junk) => self.authorization = vec![junk.bytes()],
            Credentials::Flip(where_, with) => {
                self.authorization.iter_mut().for_each(|header| flip(header, *where_, *with));
            }
        }
    }

    fn change_cookies(&mut self, world: &World, change: &CookieChange) {
        let at = |number: &u8| pick(&self.cookies, usize::from(*number));
        match change {
            CookieChange::None => self.cookies.clear(),
            CookieChange::Drop(number) => {
                if let Some(at) = at(number) {
                    self.cookies.remove(at);
                }
            }
            CookieChange::Twice(number) => {
                let copy = at(number).map(|at| self.cookies[at].clone());
                self.cookies.extend(copy);
            }
            CookieChange::SwapValues => {
                if let [(_, one), (_, other)] = self.cookies.as_mut_slice() {
                    std::mem::swap(one, other);
                }
            }
            CookieChange::Known(number, other) => {
                if let Some(at) = at(number) {
                    self.cookies[at].1 = known(world, *other);
                }
            }
            CookieChange::Cut(number, length) => {
                if let Some(at) = at(number) {
                    let kept: String = self.cookies[at].1.chars().take(usize::from(*length) % 43).collect();
                    self.cookies[at].1 = kept;
                }
            }
            CookieChange::Add(name, value) => self.cookies.push(((*name).to_owned(), value.clone())),
            CookieChange::Flood(number) => {
                self.cookies.extend((0..=u16::from(*number)).map(|at| (format!("c{at}"), "x".repeat(30))));
            }
        }
    }
}

fn with_bytes(field: &mut Field, change: impl FnOnce(&mut Vec<u8>)) {
    match &mut field.value {
        Value::Encoded(bytes) | Value::AsIs(bytes) => change(bytes),
    }
}

fn splice(field: &mut Field, where_: u16, junk: &[u8]) {
    with_bytes(field, |bytes| {
        let at = place(bytes.len(), where_);
        bytes.splice(at..at, junk.iter().copied());
    });
}

fn flip(bytes: &mut [u8], where_: u16, with: u8) {
    let at = place(bytes.len(), where_);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= with;
    }
}
