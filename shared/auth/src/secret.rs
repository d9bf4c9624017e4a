//! The signing secret of a deployment and the keys derived from it.

use std::fmt;

use spaces_model::RootSecret;

/// The purpose (HKDF's `info`) of the seed of the guest tokens' key. Changing it invalidates every guest token.
const GUEST_TOKENS: &str = "guest token, Ed25519";

/// The signing secrets of a deployment: the current one and the one before it.
///
/// The current one signs new tokens; the previous one still verifies tokens signed before a rotation. Only the keys
/// derived from them are kept.
#[derive(Clone)]
pub struct Secrets {
    guest_seed: [u8; 32],
    previous_guest_seed: Option<[u8; 32]>,
}

/// The reason why strings are rejected as the signing secrets of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningSecretError {
    /// The current secret cannot be used.
    #[error("the current secret {0}")]
    Current(#[source] spaces_model::SecretError),
    /// The previous secret cannot be used.
    #[error("the previous secret {0}")]
    Previous(#[source] spaces_model::SecretError),
}

impl Secrets {
    /// Derives the keys from the current secret and from the one that it replaced.
    ///
    /// # Errors
    ///
    /// [`SigningSecretError`] naming the secret that has fewer than 40 characters.
    pub fn new(current: &str, previous: Option<&str>) -> Result<Self, SigningSecretError> {
        let seed = |text: &str| RootSecret::new(text)?.key(GUEST_TOKENS);
        let previous_guest_seed = previous.map(seed).transpose().map_err(SigningSecretError::Previous);
        Ok(Self {
            guest_seed: seed(current).map_err(SigningSecretError::Current)?,
            previous_guest_seed: previous_guest_seed?.filter(|_| previous != Some(current)),
        })
    }

    /// Returns the seed of the key that signs guest tokens.
    pub(crate) const fn current_guest_seed(&self) -> &[u8; 32] {
        &self.guest_seed
    }

    /// Returns the seed of the key that signed guest tokens before the last rotation.
    pub(crate) const fn previous_guest_seed(&self) -> Option<&[u8; 32]> {
        self.previous_guest_seed.as_ref()
    }
}

/// Omits the secrets.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use spaces_model::SecretError;

    use super::*;

    const OLD: &str = "an old secret, of more than forty characters";
    const NEW: &str = "a new secret, of more than forty characters!";

    #[test]
    fn the_secret_that_is_too_short_is_named() {
        let (short, long) = ("s".repeat(39), "s".repeat(40));
        assert_eq!(Secrets::new(&short, None).err(), Some(SigningSecretError::Current(SecretError::TooShort)));
        assert_eq!(Secrets::new(&long, Some(&short)).err(), Some(SigningSecretError::Previous(SecretError::TooShort)));
        let error = Secrets::new(&short, None).unwrap_err();
        assert_eq!(error.to_string(), "the current secret must have at least 40 characters");
    }

    #[test]
    fn the_seed_is_derived_as_in_rfc_5869() {
        // Computed by another implementation (Python's hmac). A change here invalidates every guest token.
        const EXPECTED: &str = "1c86dde6904e259d7be1b67fe22f19d4ee6a2da413791a88a39b641df1dffcd2";
        let secrets = Secrets::new(NEW, Some(OLD)).unwrap();
        let seed = secrets.current_guest_seed();
        assert!(format!("{seed:02x?}").replace(", ", "").contains(EXPECTED), "{seed:02x?}");
        assert_eq!(secrets.previous_guest_seed(), Some(Secrets::new(OLD, None).unwrap().current_guest_seed()));
    }

    #[test]
    fn a_secret_given_twice_is_one_secret() {
        assert!(Secrets::new(NEW, Some(NEW)).unwrap().previous_guest_seed().is_none());
    }

    #[test]
    fn a_log_shows_no_secret() {
        assert_eq!(format!("{:?}", Secrets::new(NEW, Some(OLD)).unwrap()), "Secrets { .. }");
    }
}
