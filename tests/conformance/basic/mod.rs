//! Basic OP, and the same once more as Form Post OP: each module in a file of its subject, run with both response modes.

/// Each rule as two tests: answered in the query, and by a form.
macro_rules! in_both_modes {
    ($($rule:ident),+ $(,)?) => {
        mod basic_op {
            use crate::relying_party::Mode;
            $(#[tokio::test] async fn $rule() { super::$rule(Mode::Query).await; })+
        }
        mod form_post_op {
            use crate::relying_party::Mode;
            $(#[tokio::test] async fn $rule() { super::$rule(Mode::FormPost).await; })+
        }
    };
}

mod algorithms;
mod codes;
mod happy;
mod prompts;
mod request_objects;
mod scopes;
mod userinfo;
mod wishes;
