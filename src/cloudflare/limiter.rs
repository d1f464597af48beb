//! The rate-limit bindings: approximate, counted per location, in the memory of the machine that the Worker runs on.

use std::time::Duration;

use async_trait::async_trait;
use worker::RateLimiter;
use worker::js_sys::{Object, Promise, Reflect};
use worker::send::SendWrapper;
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;

use super::hop::hop;
use crate::ports::{Limit, Limiter, Stored};

/// It stands before nearly every request, and answers at once or is broken.
const DEADLINE: Duration = Duration::from_millis(250);

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding, as JavaScript has it: the `worker` crate brings a serializer along for these two objects.
    type Counting;

    #[wasm_bindgen(method, catch)]
    fn limit(this: &Counting, options: &JsValue) -> Result<Promise, JsValue>;
}

/// The rate limits, by what they limit.
pub struct RateLimits(Vec<(Limit, SendWrapper<RateLimiter>)>);

impl RateLimits {
    /// Over these bindings, one for each limit.
    #[must_use]
    pub fn new(bindings: Vec<(Limit, RateLimiter)>) -> Self {
        Self(bindings.into_iter().map(|(limit, binding)| (limit, SendWrapper::new(binding))).collect())
    }

    async fn allow_now(&self, limit: Limit, key: &str) -> worker::Result<bool> {
        let binding = self.0.iter().find(|(bound, _)| *bound == limit).map(|(_, binding)| binding);
        let binding = binding.ok_or_else(|| worker::Error::RustError(format!("no {}", limit.binding())))?;
        let options = Object::new();
        Reflect::set(&options, &JsValue::from_str("key"), &JsValue::from_str(key))?;
        let binding: &Counting = AsRef::<JsValue>::as_ref(&**binding).unchecked_ref();
        let outcome = JsFuture::from(binding.limit(&options)?).await?;
        Ok(Reflect::get(&outcome, &JsValue::from_str("success"))?.is_truthy())
    }
}

#[async_trait]
impl Limiter for RateLimits {
    async fn allow(&self, limit: Limit, key: &str) -> Stored<bool> {
        hop("limiter", DEADLINE, self.allow_now(limit, key)).await
    }
}
