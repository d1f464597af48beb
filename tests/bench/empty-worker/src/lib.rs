//! Answers everything with two letters.

use worker::{Context, Env, Request, Response, Result, event};

/// A request.
#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::ok("ok")
}
