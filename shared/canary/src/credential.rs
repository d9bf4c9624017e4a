//! The credentials with which the canary creates its space.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use spaces_model::{PublicUrl, ServiceAppId};

/// Lifetime of the canary's token in seconds, longer than the canary waits for a mail.
const TOKEN_LIFE: i64 = 600;

/// The credentials of the canary: a service app's key, or the value of an `Authorization` header.
pub struct Credential(Kind);

enum Kind {
    ServiceApp { app: ServiceAppId, key_id: String, key: Ed25519KeyPair },
    Header(String),
}

/// The error returned when a text is not a credential. It doesn't quote the text, which may be a mistyped secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an Authorization header (bearer TOKEN, jwt TOKEN) or a service app's key, as cargo xtask canary new-key prints it"
)]
pub struct CredentialError;

#[derive(Deserialize)]
struct ServiceAppKey {
    service_app: ServiceAppId,
    key: PrivateKey,
}

/// A private key on the curve Ed25519 (RFC 8037 section 2).
#[derive(Deserialize)]
struct PrivateKey {
    kid: String,
    d: String,
}

impl Credential {
    /// Parses a credential.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if the text is not a credential.
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let text = text.trim();
        if !text.starts_with('{') {
            let is_header = text.split_once(' ').is_some_and(|(_, token)| !token.trim().is_empty());
            let is_header = is_header && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            return if is_header { Ok(Self(Kind::Header(text.to_owned()))) } else { Err(CredentialError) };
        }
        let ServiceAppKey { service_app, key } = serde_json::from_str(text).map_err(|_| CredentialError)?;
        let seed = BASE64_URL_SAFE_NO_PAD.decode(key.d).map_err(|_| CredentialError)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| CredentialError)?;
        Ok(Self(Kind::ServiceApp { app: service_app, key_id: key.kid, key: pair }))
    }

    /// Returns the value of the `Authorization` header for a request to this service.
    pub(crate) fn authorization(&self, service: &PublicUrl, now: Timestamp) -> String {
        match &self.0 {
            Kind::Header(header) => header.clone(),
            Kind::ServiceApp { app, key_id, key } => {
                let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": key_id });
                let (issued, app) = (now.as_second(), app.as_str());
                let claims = json!({
                    "iss": app, "sub": app, "aud": service.as_str(), "iat": issued, "exp": issued + TOKEN_LIFE,
                });
                let signed = format!("{}.{}", encoded(&header), encoded(&claims));
                let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).as_ref());
                format!("service_app {signed}.{signature}")
            }
        }
    }
}

/// Omits the key.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").finish_non_exhaustive()
    }
}

/// A new key of a service app: the credential to keep, and the public key to register.
pub struct NewKey {
    /// The credential.
    pub credential: Value,
    /// The JWK Set to register.
    pub jwks: Value,
}

impl NewKey {
    /// Creates a key from these random bytes.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if the bytes are not a key.
    pub fn new(app: &ServiceAppId, seed: [u8; 32]) -> Result<Self, CredentialError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| CredentialError)?;
        let public = pair.public_key().as_ref();
        let x = BASE64_URL_SAFE_NO_PAD.encode(public);
        // The key id distinguishes the keys of one app.
        let key_id: String = x.chars().take(12).collect();
        let jwk = |private: Option<String>| {
            let mut jwk =
                json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key_id, "x": x });
            if let (Some(private), Some(members)) = (private, jwk.as_object_mut()) {
                members.insert("d".to_owned(), private.into());
            }
            jwk
        };
        let private = BASE64_URL_SAFE_NO_PAD.encode(seed);
        Ok(Self {
            credential: json!({ "service_app": app.as_str(), "key": jwk(Some(private)) }),
            jwks: json!({ "keys": [jwk(None)] }),
        })
    }
}

fn encoded(part: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(part.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_a_header_or_a_key() {
        let service: PublicUrl = "https://spaces.example.com".parse().unwrap();
        let header = Credential::parse(" bearer abc\n").unwrap();
        assert_eq!(header.authorization(&service, Timestamp::UNIX_EPOCH), "bearer abc");
        let key = NewKey::new(&"canary".parse().unwrap(), [7; 32]).unwrap();
        let token = Credential::parse(&key.credential.to_string()).unwrap();
        assert!(token.authorization(&service, Timestamp::UNIX_EPOCH).starts_with("service_app ey"));
        assert!(!key.jwks.to_string().contains("\"d\""));
        for text in
            ["", "token", "bearer ", "bearer a\u{e9}", "{}", r#"{"service_app":"canary","key":{"kid":"k","d":"AA"}}"#]
        {
            assert_eq!(Credential::parse(text).unwrap_err(), CredentialError, "{text}");
        }
    }
}
