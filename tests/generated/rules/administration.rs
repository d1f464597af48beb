//! What requests of administrators may change.

/// The parts of what is stored that this request may change when it is answered so.
pub fn may_change(path: &str, method: &str, status: u16) -> &'static [&'static str] {
    match (path, method, status) {
        // With a new password or role, or switched off, the user's sessions go.
        (path, "PATCH", 200) if path.starts_with("/admin/api/users") => &["users", "sessions", "session_clients"],
        (path, "POST", 201) if path.starts_with("/admin/api/users") => {
            &["users", "clients", "user_tools", "user_tool_groups", "password_tickets"]
        }
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/tools") => &["tools"],
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/providers") => {
            &["providers", "server_connections"]
        }
        (path, "DELETE", 204) if path.starts_with("/admin/api/providers") => {
            &["providers", "connections", "server_connections", "user_identities"]
        }
        (path, "DELETE", 204) if path.starts_with("/admin/api/tools") => &["tools", "tool_group_members", "user_tools"],
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/tool-groups") => {
            &["tool_groups", "tool_group_members"]
        }
        (path, "DELETE", 204) if path.starts_with("/admin/api/tool-groups") => {
            &["tool_groups", "tool_group_members", "user_tool_groups"]
        }
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/clients") => &["clients"],
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/scopes") => &["scopes"],
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/resources") => &["resources"],
        (path, "POST" | "PATCH", 200 | 201) if path.starts_with("/admin/api/initial-access-tokens") => {
            &["initial_access_tokens"]
        }
        (path, "DELETE", 204) if path.starts_with("/admin/api/resources") => &["resources"],
        (path, "DELETE", 204) if path.starts_with("/admin/api/initial-access-tokens") => &["initial_access_tokens"],
        // With a client, and with a user, goes all that is theirs.
        (path, "DELETE", 204) if path.starts_with("/admin/api/clients") => {
            &["clients", "grants", "objects", "consents", "session_clients"]
        }
        (path, "DELETE", 204) if path.starts_with("/admin/api/users") => &[
            "users",
            "clients",
            "grants",
            "objects",
            "consents",
            "sessions",
            "session_clients",
            "user_tools",
            "user_tool_groups",
            "password_tickets",
            "user_identities",
            "admin_sessions",
        ],
        // Clients and resources have it no longer.
        ("/admin/api/scopes/photos", "DELETE", 204) | ("/admin/scopes/photos/remove", "POST", 303) => {
            &["scopes", "clients", "resources"]
        }
        ("/admin/scopes", "POST", 303) => &["scopes"],
        (path, "POST", 303) if path.starts_with("/admin/clients/") => &["clients"],
        ("/admin/clients/server/secret", "POST", 200) => &["clients"],
        ("/users", "POST", 200) => &["users", "clients", "user_tools", "user_tool_groups", "admin_sessions"],
        ("/users/select", "POST", 303) => &["admin_sessions"],
        ("/users/switch", "POST", 303) => &["user_tools", "user_tool_groups"],
        (path, "POST", 200) if path.starts_with("/admin/api/keys/") => &["signing_keys"],
        _ => &[],
    }
}
