//! Keys and tokens as JOSE writes them: JWK (RFC 7517), JWS compact form (RFC 7515), access tokens (RFC 9068), ID tokens,
//! logout tokens, the assertions of clients and the keys that verify them.
//! Signing and verifying are a port's business; here is only what is signed and what is read.

pub mod access_token;
pub mod client_assertion;
pub mod id_token;
pub mod jwk;
pub mod jws;
pub mod logout_token;
pub mod private_jwk;
pub mod received_id_token;
pub mod signed_by_another;
pub mod verification_key;
