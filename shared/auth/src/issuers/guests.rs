//! Verification of guest tokens with public keys alone.

use jiff::Timestamp;
use serde_json::Value;
use spaces_model::Guest;

use super::authenticator::Failure;
use super::config::{KeySource, NOT_A_SAFE_URL, safe_url};
use super::fields::AuthConfigError;
use super::remote_keys::{IssuerKeys, JwksAccess};
use crate::guest::{GuestRules, guest};
use crate::jws::Unverified;

/// The path under which the service publishes the public keys of its guest tokens.
const PUBLISHED: &str = "/.well-known/jwks.json";

/// The source of the public keys of our own guest tokens.
#[derive(Debug)]
pub struct GuestKeys(Option<KeySource>);

impl GuestKeys {
    /// Returns the keys that the service itself publishes. They are fetched with the first guest token.
    #[must_use]
    pub const fn published() -> Self {
        Self(None)
    }

    /// Parses the keys from a JWK Set.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] if the text is not a JWK Set, has no usable key, or has a private or symmetric key.
    pub fn from_json(json: &str) -> Result<Self, AuthConfigError> {
        let jwks = serde_json::from_str(json).unwrap_or(Value::Null);
        KeySource::inline(&jwks).map(Some).map(Self).map_err(|fault| wrong("jwks", fault))
    }
}

/// Verifies guest tokens.
#[derive(Debug)]
pub(super) struct Guests {
    rules: GuestRules,
    keys: IssuerKeys,
}

impl Guests {
    /// Creates a verifier of the tokens of the service at these URLs. The keys are published at the first URL.
    pub(super) fn new(keys: GuestKeys, addresses: Vec<String>, access: &JwksAccess) -> Result<Self, AuthConfigError> {
        let issuer = addresses.first().map_or("", String::as_str);
        let published = || safe_url(&format!("{issuer}{PUBLISHED}")).map(KeySource::Url);
        let source = keys.0.or_else(published).ok_or_else(|| wrong("jwks_url", NOT_A_SAFE_URL))?;
        let keys = IssuerKeys::new(source, issuer, access);
        Ok(Self { keys, rules: GuestRules { issuers: addresses.clone(), audiences: addresses } })
    }

    /// Verifies a token and returns its guest.
    pub(super) async fn guest(&self, token: Unverified<'_>, now: Timestamp) -> Result<Guest, Failure> {
        let kid = self.rules.check(&token, now)?;
        let key = self.keys.find(Some(kid), token.algorithm(), now).await?;
        Ok(guest(&token.verify(&key, now)?)?)
    }
}

fn wrong(field: &str, fault: &'static str) -> AuthConfigError {
    AuthConfigError::Field { place: "guest tokens".to_owned(), field: field.to_owned(), fault }
}
