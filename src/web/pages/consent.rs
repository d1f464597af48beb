//! `/consent`

use std::fmt;

use askama::Template;

use super::Brand;

/// Asks whether a client may have what it asks for. The form goes to `POST /consent`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The sealed interaction, which says for whom and for what the answer counts.
    pub interaction: &'a str,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Who asks.
    pub client_name: &'a str,
    /// The path of its logo, which must come from us.
    pub logo: Option<&'a str>,
    /// Where people can read about it.
    pub links: ClientLinks<'a>,
    /// What is known of who asks.
    pub trust: ClientTrust<'a>,
    /// Where the answer goes.
    pub destination: Destination<'a>,
    /// What is asked for.
    pub scopes: &'a [ScopeLine<'a>],
    /// For which APIs, by name; none: this server's own.
    pub resources: &'a [String],
    /// Who is signed in.
    pub username: &'a str,
    /// Whether a yes is remembered.
    pub remembered: bool,
}

/// A client's own pages; each checked to be `https` (in development also loopback) when it was stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientLinks<'a> {
    /// Its home page.
    pub home: Option<&'a str>,
    /// Its terms.
    pub terms: Option<&'a str>,
    /// What it does with people's data.
    pub privacy: Option<&'a str>,
}

impl<'a> ClientLinks<'a> {
    /// Those that there are: id, text and address.
    fn shown(self) -> impl Iterator<Item = (&'static str, &'static str, &'a str)> {
        let links = [
            ("client-home", "Home page", self.home),
            ("client-terms", "Terms", self.terms),
            ("client-privacy", "Privacy", self.privacy),
        ];
        links.into_iter().filter_map(|(id, text, href)| href.map(|href| (id, text, href)))
    }
}

/// Who vouches for a client's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientTrust<'a> {
    /// It is one of the operator's own.
    FirstParty,
    /// An administrator registered it.
    Administrator,
    /// Nobody; but what it says of itself is said at this host.
    Described(&'a str),
    /// Nobody.
    Unverified,
}

impl<'a> ClientTrust<'a> {
    /// The host at which the client describes itself.
    const fn described_at(self) -> Option<&'a str> {
        match self {
            Self::Described(host) => Some(host),
            Self::FirstParty | Self::Administrator | Self::Unverified => None,
        }
    }
}

impl fmt::Display for ClientTrust<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirstParty => "One of our own apps.",
            Self::Administrator => "Registered by your administrator.",
            Self::Described(_) | Self::Unverified => "Not known to your administrator: nobody has checked its name.",
        })
    }
}

/// Where the browser goes with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A web site, by its host (and port).
    Site(&'a str),
    /// A program on the person's own device, by its loopback host and port or by its URI scheme. Another program can
    /// listen there too (RFC 8252 section 8.6).
    ThisDevice(&'a str),
}

impl<'a> Destination<'a> {
    const fn name(self) -> &'a str {
        match self {
            Self::Site(name) | Self::ThisDevice(name) => name,
        }
    }

    const fn is_on_this_device(self) -> bool {
        matches!(self, Self::ThisDevice(_))
    }
}

/// One scope that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeLine<'a> {
    /// The scope token.
    pub name: &'a str,
    /// What it allows, in words, from the scope table.
    pub sentence: &'a str,
}

impl ConsentPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
