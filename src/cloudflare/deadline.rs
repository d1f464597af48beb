//! Deadlines: a store that does not answer must not hold the request up for good.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use worker::Delay;

/// The time was over first.
pub struct Elapsed;

/// What `future` answers, unless `limit` passes before it does.
pub async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Result<T, Elapsed> {
    match select(pin!(future), pin!(Delay::from(limit))).await {
        Either::Left((answer, _)) => Ok(answer),
        Either::Right(((), _)) => Err(Elapsed),
    }
}
