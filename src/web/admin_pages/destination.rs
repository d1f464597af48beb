//! To which page of administrators a sign-in leads. It stands in an address, so anybody may have written it.

use url::form_urlencoded::byte_serialize;

/// More than the address of any page of ours.
const LONGEST: usize = 1024;
/// What is below `/admin` and no page to come back to.
const NO_PAGES: [&str; 3] = ["/admin/api", "/admin/login", "/admin/logout"];

/// `address`, if it is the path of a page of administrators, with or without a query. Whatever is below `/admin` is ours, as long
/// as nothing in it leads out again: the browser takes `/.` for a way up, however it is written.
#[must_use]
pub fn admin_page(address: &str) -> Option<&str> {
    let path = address.split('?').next().unwrap_or_default();
    let is_below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let plain = address.bytes().all(|letter| letter.is_ascii_graphic() && !b"\\\"'<>#".contains(&letter));
    let lower = path.to_ascii_lowercase();
    let straight = !["//", "/.", "/%2e", "%5c"].iter().any(|detour| lower.contains(detour));
    let is_page = is_below("/users") || is_below("/admin") && !NO_PAGES.iter().any(|other| is_below(other));
    (address.len() <= LONGEST && plain && straight && is_page).then_some(address)
}

/// The address of the sign-in page that leads to this one.
#[must_use]
pub fn login_for(page: &str) -> String {
    format!("/admin/login?to={}", byte_serialize(page.as_bytes()).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_pages_of_administrators() {
        for page in [
            "/admin",
            "/admin?x=1",
            "/users",
            "/users?after=usr_a",
            "/admin/users",
            "/admin/users/usr_a",
            "/admin/clients/https%3A%2F%2Fa.example%2Fb",
        ] {
            assert_eq!(admin_page(page), Some(page));
            assert!(login_for(page).starts_with("/admin/login?to=%2F"), "{page}");
        }
        assert_eq!(
            admin_page("/admin/audit?actor=a&from=2026-11-21T08%3A00"),
            Some("/admin/audit?actor=a&from=2026-11-21T08%3A00")
        );
    }

    #[test]
    fn a_sign_in_leads_nowhere_else() {
        for other in [
            "",
            "/",
            "admin",
            "/account",
            "/userspace",
            "/administer",
            "//evil.example",
            "//evil.example/admin",
            "https://evil.example/admin",
            "/admin//evil.example",
            "/admin/../logout",
            "/admin/./x",
            "/admin/%2E%2e/logout",
            "/admin/.%2e/logout",
            "/admin/\\evil.example",
            "/admin/%5Cevil.example",
            "/admin\\evil.example",
            "/admin/a b",
            "/admin/\r\nset-cookie:x=1",
            "/admin/é",
            "/admin#x",
            "/admin/login",
            "/admin/login?to=/admin",
            "/admin/logout",
            "/admin/api/users",
            "javascript:alert(1)",
        ] {
            assert_eq!(admin_page(other), None, "{other}");
        }
        assert_eq!(admin_page(&format!("/admin?{}", "x".repeat(LONGEST))), None);
    }
}
