//! The Worker: the only room that knows the runtime. Adapters of the [ports](crate::ports), one file each, and the
//! handlers that the runtime calls.
//!
//! Every JavaScript future passes through [`hop`], which makes it `Send`, gives it its deadline and turns what it
//! throws into a value. A panic here hangs all other requests of the isolate, so nothing here panics.

#![expect(clippy::disallowed_methods, reason = "here is where time and chance come in; elsewhere they are ports")]

mod clock;
mod console;
mod cron;
mod crypto;
mod d1;
mod deadline;
mod entry;
mod hop;
mod http;
mod isolate;
mod kv;
mod limiter;
mod objects;
mod problem;
mod queue;
mod random;
mod received;
mod reply;
mod schemas;
mod scope;
