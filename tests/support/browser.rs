//! A person's browser: keeps cookies, fills in the forms of our pages.

use std::collections::BTreeMap;

use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

/// A browser. Each has its own cookies.
pub struct Browser<'a> {
    server: &'a Server,
    pub cookies: BTreeMap<String, String>,
    address: String,
}

impl<'a> Browser<'a> {
    pub fn new(server: &'a Server) -> Self {
        Self { server, cookies: BTreeMap::new(), address: "192.0.2.1".to_owned() }
    }

    /// The same browser at another network address.
    pub fn at(self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self }
    }

    /// A request as this browser sends it now: with its cookies and its address.
    pub fn dress(&self, ask: Ask) -> Ask {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let ask = ask.accepts_html().header("cf-connecting-ip", &self.address);
        if cookies.is_empty() { ask } else { ask.header("cookie", &cookies.join("; ")) }
    }

    pub async fn send(&mut self, ask: Ask) -> Reply {
        let reply = self.server.send(self.dress(ask)).await;
        self.keep_cookies(&reply);
        reply
    }

    fn keep_cookies(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie in ASCII");
            let (name, value) = text.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Opens a path or, on our own origin, a whole address.
    pub async fn open(&mut self, address: &str) -> Reply {
        let path = address.strip_prefix(self.server.issuer()).unwrap_or(address);
        self.send(Ask::get(path)).await
    }

    /// The form of a page, its hidden fields and these filled in.
    pub fn filled_in(&self, path: &str, page: &Reply, fields: &[(&str, &str)]) -> Ask {
        let mut form: Vec<(&str, String)> = Vec::new();
        for hidden in ["interaction", "csrf_token", "to", "revision"] {
            if page.body.contains(&format!("name=\"{hidden}\"")) {
                form.push((hidden, page.field(hidden).replace("&#38;", "&")));
            }
        }
        form.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ask::post(path, &form).header("origin", self.server.issuer())
    }

    /// Sends the form of a page: its hidden fields and these.
    pub async fn submit(&mut self, path: &str, page: &Reply, fields: &[(&str, &str)]) -> Reply {
        let form = self.filled_in(path, page, fields);
        self.send(form).await
    }

    /// Fills in the sign-in page and follows to what comes next.
    pub async fn sign_in_on(&mut self, page: &Reply, name: &str, password: &str) -> Reply {
        let fields = [("username", name), ("password", password), ("action", "sign_in")];
        let reply = self.submit("/login", page, &fields).await;
        if reply.status == 303 {
            let location = reply.header("location").to_owned();
            return self.open(&location).await;
        }
        reply
    }

    /// Signs in at `/login`.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        let page = self.open("/login").await;
        self.sign_in_on(&page, name, password).await
    }

    /// Answers the consent page.
    pub async fn answer(&mut self, page: &Reply, action: &str) -> Reply {
        self.submit("/consent", page, &[("action", action)]).await
    }
}
