//! The rate-limit binding: approximate, counted per location.

use std::time::Duration;

use async_trait::async_trait;
use worker::js_sys::{Object, Promise, Reflect};
use worker::send::SendWrapper;
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Env, RateLimiter};

use super::hop::hop;
use crate::ports::{Limiter, Stored};

const DEADLINE: Duration = Duration::from_secs(1);

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding, as JavaScript has it: the `worker` crate brings a serializer along for these two objects.
    type Counting;

    #[wasm_bindgen(method, catch)]
    fn limit(this: &Counting, options: &JsValue) -> Result<Promise, JsValue>;
}

/// One rate limit.
pub struct RateLimit {
    binding: SendWrapper<RateLimiter>,
}

impl RateLimit {
    /// The limit bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        Ok(Self { binding: SendWrapper::new(env.rate_limiter(binding)?) })
    }

    async fn allow_now(&self, key: &str) -> worker::Result<bool> {
        let options = Object::new();
        Reflect::set(&options, &JsValue::from_str("key"), &JsValue::from_str(key))?;
        let binding: &Counting = AsRef::<JsValue>::as_ref(&*self.binding).unchecked_ref();
        let outcome = JsFuture::from(binding.limit(&options)?).await?;
        Ok(Reflect::get(&outcome, &JsValue::from_str("success"))?.is_truthy())
    }
}

#[async_trait]
impl Limiter for RateLimit {
    async fn allow(&self, key: &str) -> Stored<bool> {
        hop("limiter", DEADLINE, self.allow_now(key)).await
    }
}
