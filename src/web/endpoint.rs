//! Handlers of one type, whatever they take from a request.
//!
//! axum's routing is compiled anew for every type of handler, and a function is a type of its own. Behind one type it is
//! compiled once: 60 KB less of program.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{self, MethodRouter};

use crate::app::App;

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler.
#[derive(Clone)]
struct Endpoint(Arc<dyn Fn(Request, Arc<App>) -> Answer + Send + Sync>);

impl Handler<(), Arc<App>> for Endpoint {
    type Future = Answer;

    fn call(self, request: Request, app: Arc<App>) -> Answer {
        (self.0)(request, app)
    }
}

impl Endpoint {
    fn of<T>(handler: impl Handler<T, Arc<App>, Future = Answer>) -> Self {
        Self(Arc::new(move |request, app| handler.clone().call(request, app)))
    }
}

macro_rules! methods {
    ($($name:ident)*) => {$(
        #[doc = concat!("`handler` answers ", stringify!($name), "; `merge` adds those of other methods.")]
        pub fn $name<T>(handler: impl Handler<T, Arc<App>, Future = Answer>) -> MethodRouter<Arc<App>> {
            routing::$name(Endpoint::of(handler))
        }
    )*};
}

methods!(any delete get patch post put);
