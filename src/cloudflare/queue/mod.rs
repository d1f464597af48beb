//! Events and logout notices by way of the Queue: sent after the answer, stored, counted or delivered by the consumer.

mod consume;
mod produce;

pub use consume::consume;
pub use produce::Producing;
