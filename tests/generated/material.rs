//! What requests are spoiled with.

/// Names of parameters and members, of ours and of others.
pub const NAMES: &[&str] = &[
    "grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "code_challenge",
    "code_challenge_method", "refresh_token", "scope", "state", "nonce", "resource", "audience", "response_type",
    "response_mode", "prompt", "max_age", "login_hint", "id_token_hint", "claims", "display", "ui_locales", "acr_values",
    "post_logout_redirect_uri", "access_token", "request", "request_uri", "token", "token_type_hint",
    "client_assertion", "client_assertion_type", "interaction", "csrf_token", "action", "username", "password", "name",
    "role", "disabled", "client_name", "public", "redirect_uris", "grant_types", "consent_policy", "require_pkce",
    "first_party", "resource_server", "resources", "logo_uri", "backchannel_logout_uri", "post_logout_redirect_uris",
    "id_token_signed_response_alg", "userinfo_signed_response_alg", "client_uri", "policy_uri", "tos_uri", "after", "limit",
    "id", "__proto__", "", "é",
];

/// Values: right ones of other places, borders, and what has broken others.
pub const TEXTS: &[&str] = &[
    "", " ", "a", "x y", "0", "1", "201", "-1", "4294967296", "18446744073709551616", "1e999", "NaN", "true", "null",
    "authorization_code", "refresh_token", "client_credentials", "password", "token", "query", "fragment",
    "form_post", "none", "login", "none login", "consent select_account", "select_account", "keep_account", "sign_out", "stay",
    "openid", "openid email", "openid unknown:scope", "{}", "{\"userinfo\":{\"email\":null}}", "{\"id_token\":{\"sub\":{\"value\":\"x\"}}}",
    "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"x\"}}}", "{\"userinfo\":[]}", "https://server.example/bye",
    "https://server.example/bye?x", "https://server.example/bye/", "plain", "S256", "approve", "deny", "cancel", "switch_account", "admin", "user",
    "skip", "always", "read:tools", "call:tools", "admin read:tools", "manage:tools", "openid offline_access",
    "unknown:scope", "read:tools read:tools", "a\"b", "a\\b", "\u{e9}", "https://server.example/callback",
    "https://server.example/callback/", "https://server.example/callback#f", "https://server.example:443/callback",
    "https://SERVER.example/callback", "https://server.example@evil.example/callback", "http://localhost:9/callback",
    "http://localhost:3000/callback?x", "http://127.0.0.1:3000/callback", "com.example.app:/cb", "javascript:alert(1)",
    "data:text/html,x", "//evil.example", "/\\evil.example", "https://evil.example/", "https://auth.example",
    "https://auth.example/api", "https://10.0.0.1/", "https://[::1]/", "http://0x7f.1/", "urn:x", "web", "server",
    "plain", "own", "off", "WEB", "we\u{200b}b", "\u{455}erver", "agent_user_x", "usr_x", "alice", "ALICE", " alice ",
    "al\u{456}ce", "bob\0", "'; DROP TABLE users; --", "\" OR 1=1 --", "%", "_", "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:ldap://x}", "\r\nSet-Cookie: a=b", "\r\n\r\n<html>", "\0",
    "\u{202e}abc", "\u{feff}", "\u{fffd}", "\u{10ffff}", "e\u{301}", "\u{130}\u{131}\u{17f}\u{212a}", "../../etc/passwd",
    "..", "....", ".", "a.b", "a.b.c", "a.1.AAAA", "a.-1.AAAA", "eyJhbGciOiJub25lIn0.e30.", "test-1.", "test-1.AAAA",
    "test-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
];

/// Bytes that are not encoded as they should be.
pub const RAW: &[&[u8]] = &[
    b"%", b"%4", b"%zz", b"%00", b"%0d%0a", b"%ff", b"%c0%af", b"%c0%80", b"%ed%a0%80", b"%f4%90%80%80", b"%e2%82",
    b"%u0041", b"%2525", b"+", b"&", b"=", b"&&==", b";", b"#", b"a&client_id=own", b"a&state=x&state=y", b"\"", b"\\",
    b"\x80", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"}", b"{", b",", b"]",
    b"\"\\ud800\"", b"\"\\u0000\"", b"/*", b"//",
];

/// JSON values of every kind, and what is none.
pub const JSON: &[&str] = &[
    "null", "true", "false", "0", "-0.0", "1e400", "123456789012345678901234567890", "\"\"", "\"a\"", "[]", "{}",
    "[null]", "[[]]", "[\"\"]", "[1]", "{\"a\":1}", "[\"https://app.example/cb\",\"https://app.example/cb\"]",
    "[\"https://evil.example/#x\"]", "[\"javascript:alert(1)\"]", "[\"http://10.0.0.1/cb\"]", "[\"password\"]",
    "[\"client_credentials\"]", "[\"refresh_token\",\"refresh_token\"]", "{\"sub\":\"x\"}",
    "{\"email\":\"a@b\"}", "{\"email\":1}", "{\"x\":null}", "\"RS256\"", "\"none\"", "\"https://10.0.0.1/out\"", "\"skip\"", "\"admin\"", "\"read:tools admin\"",
    "\"\\u202ealice\"", "\"bob\"", "\"\\ud83d\\ude00\"", "\"1234567\"", "undefined", "NaN", "'a'", "01", "\"\n\"", "tru",
];

/// Pieces of bodies that are none.
pub const PIECES: &[&[u8]] = &[
    b"grant_type=refresh_token&refresh_token=", b"grant_type=authorization_code&", b"client_id=web&", b"token=", b"code=",
    b"csrf_token=", b"interaction=test-1.", b"action=approve&", b"{\"name\":", b"{\"client_name\":\"x\"",
    b"\"redirect_uris\":[", b"}", b"%00", b"%", b"&&==", b"\0", b"\xff\xfe", b"....", b"'\"; DROP TABLE users; --",
    b"\xe2\x80\xae", b"--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n",
];

pub const TYPES: &[&str] = &[
    "application/x-www-form-urlencoded", "application/json", "application/x-www-form-urlencoded; charset=utf-16",
    "application/json; charset=latin1", "APPLICATION/JSON", "text/plain", "multipart/form-data; boundary=x", "",
    "application/jsonx", "application/json, text/plain", ";", "application/x-www-form-urlencoded\u{a0}",
];

/// Headers that somebody here, before us or behind us reads.
pub const HEADERS: &[&str] = &[
    "accept", "origin", "referer", "cf-connecting-ip", "cf-ray", "x-admin-token", "x-forwarded-for", "x-forwarded-host",
    "forwarded", "x-http-method-override", "content-encoding", "content-length", "transfer-encoding", "range", "expect",
    "if-none-match", "upgrade", "user-agent", "cookie", "authorization", "dpop", "access-control-request-method",
    "access-control-request-headers", "sec-fetch-site",
];

pub const METHODS: &[&str] =
    &["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X"];

pub const HOSTS: &[&str] = &[
    "auth.example", "AUTH.EXAMPLE", "auth.example:443", "auth.example.", "evil.example", "localhost:8787", "127.0.0.1", "",
    "auth.example@evil.example", "auth.example, evil.example", "<script>", "a\"b\\c",
];

pub const PATHS: &[&str] = &[
    "/oauth/token", "/token", "/oauth/authorize", "/authorize", "/oauth/introspect", "/oauth/revoke", "/login", "/consent",
    "/logout", "/oauth/logout", "/oauth/userinfo", "/userinfo", "/account", "/admin/api/users", "/admin/api/clients", "/admin/api/users/x", "/admin/api/clients/web",
    "/admin/api/clients/web/secret", "/admin/api/clients/%ff", "/admin/api/clients/..%2f..%2fetc", "/admin/api/users/",
    "/admin/api/tools", "/admin/api/tools/x", "/admin/api/tool-groups", "/api/tools/search/call", "/api/tools/other/call",
    "/mcp", "/mcp/ws", "/api/tools/%2e%2e/call", "/api/users/me", "/api/users/me/tools/search", "/api/users/me/tool-groups/group",
    "/client-logo/web", "/client-logo/server", "/client-logo/%00", "/api/oauth/clients/me", "/healthz", "/brand.css", "/",
    "//", "//oauth/token", "/oauth/token/", "/oauth/../oauth/token", "/oauth%2ftoken", "/OAUTH/TOKEN", "/dev/seed",
    "/dev/client", "/.well-known/jwks.json", "/.well-known/openid-configuration", "/nowhere", "/static/../x", "*",
];

pub const COOKIE_NAMES: &[&str] = &[
    "__Host-ostiary_browser", "__Host-ostiary_session", "ostiary_session", "__host-ostiary_session", "$Version", "a",
];

/// Seconds: a duplicate's, a double click's, and past the end of codes, interactions, tokens, sessions, grants.
pub const PAUSES: &[u64] =
    &[1, 4, 6, 31, 59, 60, 61, 301, 1_801, 7_200, 13 * 3_600, 8 * 86_400, 31 * 86_400, 181 * 86_400, 3_000_000_000];
