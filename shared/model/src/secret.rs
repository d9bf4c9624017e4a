//! Keys derived from a secret of the deployment.

use std::fmt;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf;

/// Minimum length of a secret in characters. Secrets Manager generates secrets from at least 62 different characters,
/// so 40 characters have at least 238 bits.
const MIN_CHARACTERS: usize = 40;

/// The salt of HKDF (RFC 5869 section 3.1). It is not secret; it separates these keys from those that another program
/// derives from the same text.
const SALT: &[u8] = b"spaces invitation service";

/// A secret from which any number of keys can be derived. Only the key that HKDF extracts from the text is kept.
#[derive(Clone)]
pub struct RootSecret(hkdf::Prk);

/// The reason why a string is rejected as a secret, or why no key can be derived from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is too short to be random enough.
    #[error("must have at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// The cryptographic library refused to derive a key.
    #[error("no key could be derived from the secret")]
    Derivation,
}

impl From<Unspecified> for SecretError {
    fn from(_: Unspecified) -> Self {
        Self::Derivation
    }
}

impl RootSecret {
    /// Extracts the secret from a string.
    ///
    /// # Errors
    ///
    /// [`SecretError::TooShort`] for fewer than 40 characters.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        if text.chars().count() < MIN_CHARACTERS {
            return Err(SecretError::TooShort);
        }
        Ok(Self(hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(text.as_bytes())))
    }

    /// Derives the key for one purpose: HKDF-SHA-256 (RFC 5869) with the purpose as `info`.
    ///
    /// # Errors
    ///
    /// [`SecretError::Derivation`].
    pub fn key(&self, purpose: &str) -> Result<[u8; 32], SecretError> {
        let mut key = [0; 32];
        self.0.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)?.fill(&mut key)?;
        Ok(key)
    }
}

/// Omits the secret.
impl fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootSecret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_at_least_40_characters() {
        assert_eq!(RootSecret::new(&"s".repeat(39)).err(), Some(SecretError::TooShort));
        assert_eq!(RootSecret::new(&"ä".repeat(39)).err(), Some(SecretError::TooShort));
        assert!(RootSecret::new(&"s".repeat(40)).is_ok());
    }

    #[test]
    fn a_log_shows_no_secret() {
        let secret = RootSecret::new(&"s".repeat(40)).unwrap();
        assert_eq!(format!("{secret:?}"), "RootSecret { .. }");
    }
}
