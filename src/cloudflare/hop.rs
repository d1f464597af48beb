//! Around every call into JavaScript: its future made `Send`, what it throws made a value.

use std::future::Future;
use std::time::Duration;

use worker::send::SendFuture;

use super::clock;
use super::deadline::within;
use super::problem::storage_error;
use super::scope;
use crate::ports::{StorageError, Stored};

/// Makes `call` to `store`, which is elsewhere: under a deadline, and noted in the request's scope.
///
/// The future is `Send` although it holds JavaScript values: a Worker has one thread.
pub fn hop<T>(
    store: &'static str,
    limit: Duration,
    call: impl Future<Output = worker::Result<T>>,
) -> SendFuture<impl Future<Output = Stored<T>>> {
    SendFuture::new(async move {
        let started = clock::millis();
        let answer = within(limit, call).await;
        scope::note(store, clock::millis().saturating_sub(started));
        match answer {
            Ok(answer) => answer.map_err(|error| storage_error(store, &error)),
            Err(_) => Err(StorageError::new(store, format!("no answer within {limit:?}")).late()),
        }
    })
}

/// Makes `call` to what is in the isolate itself (WebCrypto): no hop, so no deadline.
pub fn local<T>(
    name: &'static str,
    call: impl Future<Output = worker::Result<T>>,
) -> SendFuture<impl Future<Output = Stored<T>>> {
    SendFuture::new(async move { call.await.map_err(|error| storage_error(name, &error)) })
}
