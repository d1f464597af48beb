//! Requests nobody thought of, at the whole router: each begins as a right one in a world where people are signed in and
//! tokens are out, and then pieces of it are spoiled. Never a failure of ours, always an error in the protocol's form,
//! and a refusal stores nothing.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod apply;
mod bases;
mod draft;
mod histogram;
#[rustfmt::skip]
mod material;
mod mutation;
mod regressions;
mod rules;
mod run;
mod still_good;
mod world;

use run::generate;

#[test]
fn whatever_comes_to_authorize_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "authorize",
        bases::AUTHORIZE,
        1_000,
        &[
            "200 sign-in page",
            "200 consent page",
            "303 to the client: code",
            "303 to the client: invalid_request",
            "303 to the client: invalid_scope",
            "303 to the client: invalid_target",
            "303 to the client: unsupported_response_type",
            "200 to the client: code",
        ],
    );
}

#[test]
fn whatever_comes_to_login_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "login",
        bases::LOGIN,
        700,
        &[
            "303 /consent",
            "303 /account",
            "303 /logout",
            "403 sign-in page",
            "403 access_denied",
            "400 This page has expired",
            "303 to the client: access_denied",
        ],
    );
}

#[test]
fn whatever_comes_to_consent_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "consent",
        bases::CONSENT,
        700,
        &[
            "303 to the client: code",
            "303 to the client: access_denied",
            "200 consent page",
            "200 sign-in page",
            "403 access_denied",
            "400 This page has expired",
            "409 Already answered",
        ],
    );
}

#[test]
fn whatever_comes_to_an_account_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "account",
        bases::ACCOUNT,
        700,
        &[
            "200 ",
            "303 /login",
            "303 /account/profile",
            "303 /account/password",
            "303 /account/sessions",
            "303 /account/apps",
            "303 /account/connections",
            "303 /account/client",
            "303 /password/done",
            "400 invalid_request",
            "403 access_denied",
            "410 This link is over",
        ],
    );
}

#[test]
fn whatever_comes_to_end_session_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "end session",
        bases::END_SESSION,
        500,
        &[
            "200 ",
            "303 to the client: signed out",
            "303 /logout",
            "303 /oauth/logout",
            "400 invalid_request",
            "403 access_denied",
            "400 This page has expired",
        ],
    );
}

#[test]
fn whatever_comes_to_token_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "token",
        bases::TOKEN,
        1_000,
        &[
            "200 ",
            "400 invalid_grant",
            "400 invalid_scope",
            "400 invalid_target",
            "400 unauthorized_client",
            "400 unsupported_grant_type",
            "401 invalid_client",
        ],
    );
}

#[test]
fn whatever_comes_to_introspect_revoke_and_userinfo_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "introspect, revoke and UserInfo",
        bases::TOKENS_OUT,
        900,
        &[
            "200 ",
            "400 invalid_request",
            "400 invalid_grant",
            "401 invalid_client",
            "401 invalid_token",
            "403 insufficient_scope",
        ],
    );
}

#[test]
fn whatever_comes_to_the_admin_api_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "admin API",
        bases::ADMIN,
        700,
        &[
            "200 ",
            "201 ",
            "400 invalid_request",
            "400 invalid_scope",
            "401 invalid_token",
            "409 conflict",
            "415 unsupported_media_type",
        ],
    );
}

#[test]
fn whatever_comes_to_the_admin_pages_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "admin pages",
        bases::ADMIN_PAGES,
        500,
        &[
            "200 ",
            "303 /admin",
            "303 /admin/audit",
            "303 /admin/login",
            "400 invalid_request",
            "403 access_denied",
            "409 conflict",
        ],
    );
}

#[test]
fn whatever_comes_to_the_pages_of_what_administrators_look_after_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "pages of what administrators look after",
        bases::NOUN_PAGES,
        500,
        &[
            "200 ",
            "303 /admin/clients/plain",
            "303 /admin/login",
            "303 /admin/scopes",
            "303 /users",
            "400 invalid_request",
            "403 access_denied",
        ],
    );
}

#[test]
fn whatever_comes_of_accounts_at_providers_is_refused_in_its_form_and_stores_nothing() {
    generate(
        "accounts at providers",
        bases::BROKER,
        700,
        &[
            "200 ",
            "201 ",
            "204 ",
            "303 /account/connections",
            "303 /login",
            "303 https://mailer.example/authorize",
            "400 invalid_request",
            "401 invalid_token",
            "403 access_denied",
            "404 not_found",
        ],
    );
}

#[test]
fn whatever_comes_to_what_is_open_to_all_is_answered_in_its_form_and_stores_nothing() {
    generate("open to all", bases::OPEN, 200, &[]);
}
