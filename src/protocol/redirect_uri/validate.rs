//! Which redirect URIs may be registered.

use super::is_loopback_host;
use super::parts::Parts;
use crate::protocol::error::OAuthError;
use crate::protocol::uri;

/// Longest redirect URI that may be registered, in bytes.
const LONGEST: usize = 2000;

/// Schemes whose handler runs code, reads files, opens another channel or starts what nobody asked for; and
/// `localhost`, which is what a forgotten `http://` makes of `localhost:8080/callback`.
const DENIED_SCHEMES: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "intent",
    "jar",
    "javascript",
    "ldap",
    "ldaps",
    "localhost",
    "mailto",
    "search",
    "shell",
    "ms-msdt",
    "resource",
    "search-ms",
    "sftp",
    "sms",
    "ssh",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Whether a client may register this redirect URI: `https` anywhere, `http` on the loopback interface (RFC 8252
/// 7.3), or a scheme of the app's own (7.1).
///
/// # Errors
/// `invalid_request` that says what is wrong with it.
pub fn validate(text: &str) -> Result<(), OAuthError> {
    check_text(text).and_then(|()| check_parts(text)).map_err(OAuthError::invalid_request)
}

fn check_text(text: &str) -> Result<(), &'static str> {
    if text.len() > LONGEST {
        return Err("redirect_uri is longer than 2000 characters");
    }
    if text.contains('#') {
        return Err("redirect_uri must not have a fragment");
    }
    if !text.bytes().all(is_uri_character) {
        return Err("redirect_uri holds a character that a URI may not have");
    }
    if text.get(..OUT_OF_BAND.len()).is_some_and(|start| start.eq_ignore_ascii_case(OUT_OF_BAND)) {
        return Err("urn:ietf:wg:oauth:2.0:oob is not supported, use a loopback URI such as http://127.0.0.1/callback");
    }
    Ok(())
}

/// What an authorization response says (RFC 6749 4.1.2, RFC 9207). A redirect URI that said one of them itself would say
/// it before we do.
const RESPONSE_PARAMETERS: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

fn check_query(text: &str) -> Result<(), &'static str> {
    let query = text.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let says = |name: &str| url::form_urlencoded::parse(query.as_bytes()).any(|(found, _)| found == name);
    if RESPONSE_PARAMETERS.iter().any(|name| says(name)) {
        return Err("redirect_uri must not hold a parameter of the response, such as code or state");
    }
    Ok(())
}

fn check_parts(text: &str) -> Result<(), &'static str> {
    check_query(text)?;
    let parts = Parts::of(text).ok_or("redirect_uri must be an absolute URI")?;
    if parts.authority.is_some_and(|authority| authority.contains('@')) {
        return Err("redirect_uri must not hold a user name or password");
    }
    if parts.authority.is_some_and(|authority| authority.contains('*')) {
        return Err("redirect_uri must not have a wildcard");
    }
    if parts.has_scheme("https") || parts.has_scheme("http") {
        check_web_host(text, &parts)
    } else {
        check_own_scheme(text, &parts)
    }
}

/// A web host must be written so plainly that nobody can read another one from it.
fn check_web_host(text: &str, parts: &Parts<'_>) -> Result<(), &'static str> {
    let host = parts.host().filter(|_| uri::parse(text).is_some()).ok_or("redirect_uri must name a host")?;
    let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    if !is_name && !host.starts_with('[') {
        return Err("redirect_uri must name a host in plain letters");
    }
    if parts.has_scheme("http") && !is_loopback_host(host) {
        return Err("redirect_uri must use https, http is for 127.0.0.1, [::1] and localhost only");
    }
    Ok(())
}

fn check_own_scheme(text: &str, parts: &Parts<'_>) -> Result<(), &'static str> {
    // Schemes of the operating system: whatever listens there is no client.
    let of_windows = parts.scheme.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("ms-"));
    if of_windows || DENIED_SCHEMES.iter().any(|denied| parts.has_scheme(denied)) {
        return Err("redirect_uri must not use this scheme");
    }
    // `example.com:443/callback` is a forgotten `https://`, not a scheme of an app.
    if parts.authority.is_none() && !parts.rest.starts_with('/') {
        return Err("redirect_uri must have a slash after its scheme, as in com.example.app:/callback");
    }
    // A browser would not follow it, whatever its scheme.
    if uri::parse(text).is_none() {
        return Err("redirect_uri must be a URI that browsers can read");
    }
    Ok(())
}

/// Unreserved, reserved, or percent (RFC 3986 section 2); not `#`.
const fn is_uri_character(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn https_loopback_http_and_schemes_of_apps_may_be_registered() {
        for uri in [
            "https://client.example/callback",
            "https://client.example",
            "https://client.example:8443/a%20b?c=d&e=*",
            "https://xn--bcher-kva.example/",
            "https://[2001:db8::1]/cb",
            "HTTPS://client.example/",
            "http://127.0.0.1/callback",
            "http://127.0.0.1:8080/callback",
            "http://[::1]:1/",
            "http://localhost:8501/oauth/callback",
            "com.example.app:/callback",
            "com.example.app://callback",
            "cursor://anysphere.cursor-retrieval/oauth/callback",
            "vscode://",
        ] {
            assert_eq!(validate(uri).map_err(|error| error.description.clone()), Ok(()), "{uri}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_is_wrong() {
        let long = format!("https://client.example/{}", "a".repeat(2000));
        for (uri, wrong) in [
            ("", "absolute"),
            ("/callback", "absolute"),
            ("//client.example/", "absolute"),
            ("client.example", "absolute"),
            ("http://client.example/", "https"),
            ("http://10.0.0.1/", "https"),
            ("http://127.0.0.1.client.example/", "https"),
            ("http://127.1/", "https"),
            ("http://2130706433/", "https"),
            ("http://localhost.client.example/", "https"),
            ("http://127.0.0.1@evil.example/", "user name"),
            ("https://user:pass@client.example/", "user name"),
            ("app://user@host/", "user name"),
            ("https://*.client.example/", "wildcard"),
            ("app://*/", "wildcard"),
            ("https://client.example/#", "fragment"),
            ("https://client.example/cb#x", "fragment"),
            ("https://client.example/a b", "character"),
            ("https://client.example/a\r\nLocation: x", "character"),
            ("https://client.example\\@evil.example/", "character"),
            ("https://bücher.example/", "character"),
            ("https://client.example/<script>", "character"),
            ("\thttps://client.example/", "character"),
            ("https:client.example", "host"),
            ("https:/client.example", "host"),
            ("https:///client.example", "host"),
            ("https://", "host"),
            ("https://:443/", "host"),
            ("https://client.example:99999/", "host"),
            ("https://client.example:x/", "host"),
            ("https://[::zz]/", "host"),
            ("https://client%2eexample/", "host"),
            ("javascript:alert(1)", "scheme"),
            ("JavaScript://client.example/%0aalert(1)", "scheme"),
            ("data:text/html,x", "scheme"),
            ("vbscript:x", "scheme"),
            ("file:///etc/passwd", "scheme"),
            ("blob:https://client.example/x", "scheme"),
            ("ws://client.example/", "scheme"),
            ("ftp://client.example/", "scheme"),
            ("mailto:a", "scheme"),
            ("localhost:3000/callback", "scheme"),
            ("ms-settings:/x", "scheme"),
            ("shell:/x", "scheme"),
            ("https://client.example/cb?code=mine", "parameter of the response"),
            ("https://client.example/cb?a=b&%69ss=https://evil.example", "parameter of the response"),
            ("client.example:443/callback", "slash"),
            ("app:callback", "slash"),
            ("app://[::zz]/callback", "browsers"),
            ("app://client.example:99999/callback", "browsers"),
            ("urn:ietf:wg:oauth:2.0:oob", "http://127.0.0.1/callback"),
            ("urn:ietf:wg:oauth:2.0:oob:auto", "http://127.0.0.1/callback"),
            (&long, "2000"),
        ] {
            let refused = validate(uri).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(refused.starts_with("invalid_request: ") && refused.contains(wrong), "{uri}: {refused}");
            assert!(!refused.contains(['"', '\\']), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_validation_panic_and_what_passes_is_what_a_browser_reads(
            uri in "(https?|HTTP|app|javascript|):/{0,3}[a-z0-9.:@\\[\\]%*\\\\ é-]{0,30}[/?#]?[ -~]{0,10}"
        ) {
            if validate(&uri).is_ok() && uri.to_ascii_lowercase().starts_with("http") {
                let written = Parts::of(&uri).and_then(|parts| parts.host()).unwrap_or_default().to_ascii_lowercase();
                let Some(url) = uri::parse(&uri) else { return Err(TestCaseError::fail("no URL")) };
                let is_same = url.domain().is_none_or(|name| name == written);
                let is_secure = url.scheme() == "https" || is_loopback_host(&written);
                prop_assert!(is_same && is_secure && url.username().is_empty() && url.fragment().is_none());
            }
        }
    }
}
