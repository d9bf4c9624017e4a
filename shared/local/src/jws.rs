//! The development keys, which sign tokens.
//!
//! These keys are public, because this file contains them. Only a development stack may trust them.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use crate::LocalError;

/// An Ed25519 key for development only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DevelopmentKey {
    /// The key's `kid`.
    pub(crate) id: &'static str,
    seed: &'static [u8; 32],
}

/// Key that signs the tokens of users.
pub(crate) const ISSUER_KEY: DevelopmentKey =
    DevelopmentKey { id: "development-issuer-1", seed: b"DEVELOPMENT ONLY: issuer, public" };

/// Key that signs the tokens of the partner's users.
pub(crate) const PARTNER_KEY: DevelopmentKey =
    DevelopmentKey { id: "development-partner-1", seed: b"DEVELOPMENT ONLY: partner public" };

/// Key that signs the tokens of the sample service app.
pub(crate) const SERVICE_APP_KEY: DevelopmentKey =
    DevelopmentKey { id: "development-service-app-1", seed: b"DEVELOPMENT ONLY: app, a public." };

impl DevelopmentKey {
    /// Signs `claims` as a compact JWS (RFC 7515, section 3.1; `EdDSA` as in RFC 8037, section 3.1).
    pub(crate) fn sign(&self, header: &Value, claims: &impl Serialize) -> Result<String, LocalError> {
        let claims = serde_json::to_vec(claims).map_err(|error| LocalError::Token(error.to_string()))?;
        let signed = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(&claims));
        let signature = base64url(self.pair()?.sign(signed.as_bytes()).as_ref());
        Ok(format!("{signed}.{signature}"))
    }

    /// Returns the public key as a JWK set (RFC 7517, section 5; RFC 8037, section 2).
    pub(crate) fn jwks(&self) -> Result<Value, LocalError> {
        let x = base64url(self.pair()?.public_key().as_ref());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.id, "x": x });
        Ok(json!({ "keys": [key] }))
    }

    /// Returns 43 characters for the claim that holds an undocumented signature of the user id in the original tokens.
    pub(crate) fn user_id_signature(&self, text: &str) -> String {
        base64url(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.seed), text.as_bytes()).as_ref())
    }

    fn pair(&self) -> Result<Ed25519KeyPair, LocalError> {
        Ed25519KeyPair::from_seed_unchecked(self.seed).map_err(|error| LocalError::Token(error.to_string()))
    }
}

fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
