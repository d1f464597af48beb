//! `crypto.subtle`, as far as we use it.

use worker::js_sys::{JSON, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// A key that the runtime holds. It outlives the request it was imported in.
    #[derive(Clone)]
    pub type CryptoKey;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: Vec<String>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = sign, catch)]
    fn sign_with(algorithm: &JsValue, key: &CryptoKey, bytes: &[u8]) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn verify_with(algorithm: &JsValue, key: &CryptoKey, signature: &[u8], bytes: &[u8]) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = encrypt, catch)]
    fn encrypt_with(algorithm: &JsValue, key: &CryptoKey, bytes: &[u8]) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = decrypt, catch)]
    fn decrypt_with(algorithm: &JsValue, key: &CryptoKey, bytes: &[u8]) -> Result<Promise, JsValue>;
}

/// The parameters of an algorithm, written as JSON.
pub fn algorithm(json: &str) -> worker::Result<JsValue> {
    Ok(JSON::parse(json)?)
}

/// AES-GCM (NIST SP 800-38D) with this nonce and associated data.
pub fn aes_gcm(nonce: &[u8], associated: &[u8]) -> worker::Result<JsValue> {
    let parameters = algorithm(r#"{"name":"AES-GCM"}"#)?;
    Reflect::set(&parameters, &"iv".into(), &Uint8Array::from(nonce))?;
    Reflect::set(&parameters, &"additionalData".into(), &Uint8Array::from(associated))?;
    Ok(parameters)
}

/// A JWK as a key that may do `usage` and cannot be read out again.
pub async fn import_jwk(jwk: &str, parameters: &JsValue, usage: &str) -> worker::Result<CryptoKey> {
    let key = import_key("jwk", &JSON::parse(jwk)?, parameters, false, vec![usage.to_owned()])?;
    Ok(JsFuture::from(key).await?.unchecked_into())
}

/// 32 bytes as an AES-256-GCM key.
pub async fn import_aes(bytes: &[u8; 32]) -> worker::Result<CryptoKey> {
    let usages = vec!["encrypt".to_owned(), "decrypt".to_owned()];
    let key = import_key("raw", &Uint8Array::from(&bytes[..]), &algorithm(r#"{"name":"AES-GCM"}"#)?, false, usages)?;
    Ok(JsFuture::from(key).await?.unchecked_into())
}

/// The signature of `bytes`.
pub async fn sign(parameters: &JsValue, key: &CryptoKey, bytes: &[u8]) -> worker::Result<Vec<u8>> {
    content(sign_with(parameters, key, bytes)?).await
}

/// Whether `signature` is that of `bytes`.
pub async fn verify(parameters: &JsValue, key: &CryptoKey, signature: &[u8], bytes: &[u8]) -> worker::Result<bool> {
    Ok(JsFuture::from(verify_with(parameters, key, signature, bytes)?).await?.is_truthy())
}

/// The ciphertext of `bytes`, its tag at the end.
pub async fn encrypt(parameters: &JsValue, key: &CryptoKey, bytes: &[u8]) -> worker::Result<Vec<u8>> {
    content(encrypt_with(parameters, key, bytes)?).await
}

/// The plaintext; `None` when the tag does not fit.
pub async fn decrypt(parameters: &JsValue, key: &CryptoKey, bytes: &[u8]) -> worker::Result<Option<Vec<u8>>> {
    match content(decrypt_with(parameters, key, bytes)?).await {
        // What WebCrypto calls a tag that does not fit (and anything else that is wrong with the ciphertext).
        Err(worker::Error::UnknownJsError { name: Some(name), .. }) if name == "OperationError" => Ok(None),
        answer => answer.map(Some),
    }
}

async fn content(promise: Promise) -> worker::Result<Vec<u8>> {
    Ok(Uint8Array::new(&JsFuture::from(promise).await?).to_vec())
}
