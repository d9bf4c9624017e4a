//! The secret of a deployment and the keys derived from it.

use std::fmt;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hkdf, hmac};

/// So many characters a secret has at least. Secrets Manager takes them from 62 or more, so 40 are at least 238 bits.
const MIN_CHARACTERS: usize = 40;

/// HKDF's salt (RFC 5869 section 3.1). It is no secret: it keeps our keys apart from those that anything else might
/// derive from the same text.
const SALT: &[u8] = b"spaces invitation service";

/// What the keys are for: HKDF's `info`. Changing one of them is a rotation that nothing remembers.
const GUEST_TOKENS: &str = "guest token, Ed25519";
const IDS: &str = "id of an idempotency key, HMAC-SHA-256";

/// The secrets of a deployment: the current one and the one before it.
///
/// The current one makes everything new; the previous one still recognises what was made before a rotation. Only what is
/// derived from the texts is kept.
#[derive(Clone)]
pub struct Secrets {
    guest_seed: [u8; 32],
    previous_guest_seed: Option<[u8; 32]>,
    id_keys: IdKeys,
}

/// Why a text can't be the secret of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The current secret is too short.
    #[error("the current secret must have at least {MIN_CHARACTERS} characters")]
    Current,
    /// The previous secret is too short.
    #[error("the previous secret must have at least {MIN_CHARACTERS} characters")]
    Previous,
    /// The cryptographic library refused to derive keys.
    #[error("no key could be derived from the secret")]
    Derivation,
}

impl Secrets {
    /// The current secret and the one that it has replaced.
    ///
    /// # Errors
    ///
    /// [`SecretError`] says which of them has fewer than 40 characters.
    pub fn new(current: &str, previous: Option<&str>) -> Result<Self, SecretError> {
        let long_enough = |secret: &str| secret.chars().count() >= MIN_CHARACTERS;
        if !long_enough(current) {
            return Err(SecretError::Current);
        }
        if !previous.is_none_or(long_enough) {
            return Err(SecretError::Previous);
        }
        let previous = previous.filter(|&previous| previous != current);
        Self::derive(current, previous).map_err(|Unspecified| SecretError::Derivation)
    }

    fn derive(current: &str, previous: Option<&str>) -> Result<Self, Unspecified> {
        let of_previous = |purpose| previous.map(|previous| derive(previous, purpose)).transpose();
        Ok(Self {
            guest_seed: derive(current, GUEST_TOKENS)?,
            previous_guest_seed: of_previous(GUEST_TOKENS)?,
            id_keys: IdKeys { current: hmac_key(derive(current, IDS)?), previous: of_previous(IDS)?.map(hmac_key) },
        })
    }

    /// The keys that make ids of idempotency keys.
    #[must_use]
    pub fn id_keys(&self) -> IdKeys {
        self.id_keys.clone()
    }

    /// The seed of the key that signs guest tokens.
    pub(crate) const fn current_guest_seed(&self) -> &[u8; 32] {
        &self.guest_seed
    }

    /// The seed of the key that signed guest tokens before the last rotation.
    pub(crate) const fn previous_guest_seed(&self) -> Option<&[u8; 32]> {
        self.previous_guest_seed.as_ref()
    }
}

/// Without anything secret.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Makes ids that nobody can guess and that a retry makes again: HMAC-SHA-256 of who asks for what.
#[derive(Clone)]
pub struct IdKeys {
    current: hmac::Key,
    previous: Option<hmac::Key>,
}

impl IdKeys {
    /// The 96 bits of the id of a `purpose` (`space`, `invitation`) that a caller asks for with an idempotency key.
    #[must_use]
    pub fn current(&self, purpose: &str, caller: &str, key: &str) -> [u8; 12] {
        id(&self.current, [purpose, caller, key])
    }

    /// The same as it was before the last rotation of the secret, so that a retry across it meets its own items.
    #[must_use]
    pub fn previous(&self, purpose: &str, caller: &str, key: &str) -> Option<[u8; 12]> {
        self.previous.as_ref().map(|previous| id(previous, [purpose, caller, key]))
    }
}

/// Without anything secret.
impl fmt::Debug for IdKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdKeys").finish_non_exhaustive()
    }
}

/// Each part is preceded by its length, so that no two lists of parts are the same bytes.
fn id(key: &hmac::Key, parts: [&str; 3]) -> [u8; 12] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut id = [0; 12];
    for (byte, tag) in id.iter_mut().zip(context.sign().as_ref()) {
        *byte = *tag;
    }
    id
}

fn hmac_key(bytes: [u8; 32]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &bytes)
}

/// A key for one purpose: HKDF-SHA-256 (RFC 5869) with the purpose as `info`.
fn derive(secret: &str, purpose: &str) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(secret.as_bytes());
    extracted.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)?.fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const OLD: &str = "an old secret, of more than forty characters";
    const NEW: &str = "a new secret, of more than forty characters!";

    #[test]
    fn a_secret_has_at_least_40_characters() {
        let (short, long) = ("s".repeat(39), "s".repeat(40));
        assert_eq!(Secrets::new(&short, None).err(), Some(SecretError::Current));
        assert_eq!(Secrets::new(&long, Some(&short)).err(), Some(SecretError::Previous));
        assert!(Secrets::new(&long, None).is_ok());
        assert_eq!(Secrets::new(&"ä".repeat(39), None).err(), Some(SecretError::Current));
    }

    #[test]
    fn keys_are_those_of_rfc_5869_and_ids_those_of_rfc_2104() {
        // Computed by another implementation (Python's hmac). A change here loses every guest and every retry.
        let secrets = Secrets::new(NEW, None).unwrap();
        assert_eq!(
            hex(secrets.current_guest_seed()),
            "1c86dde6904e259d7be1b67fe22f19d4ee6a2da413791a88a39b641df1dffcd2"
        );
        assert_eq!(hex(&secrets.id_keys().current("space", "user 1", "key 1")), "da802467a062b38fd784ad2f");
    }

    #[test]
    fn an_id_is_the_same_again_and_different_for_anything_else() {
        let keys = Secrets::new(NEW, None).unwrap().id_keys();
        assert_eq!(keys.current("space", "a", "b"), keys.current("space", "a", "b"));
        let parts = [
            ("space", "a", "b"),
            ("invitation", "a", "b"),
            ("space", "ab", ""),
            ("space", "", "ab"),
            ("spacea", "", "b"),
        ];
        let ids: BTreeSet<_> = parts.iter().map(|(purpose, caller, key)| keys.current(purpose, caller, key)).collect();
        assert_eq!(ids.len(), parts.len());
    }

    #[test]
    fn a_retry_after_a_rotation_finds_the_id_from_before_it() {
        let before = Secrets::new(OLD, None).unwrap().id_keys();
        let after = Secrets::new(NEW, Some(OLD)).unwrap().id_keys();
        assert_eq!(after.previous("space", "a", "b"), Some(before.current("space", "a", "b")));
        assert_ne!(after.current("space", "a", "b"), before.current("space", "a", "b"));
        assert_eq!(before.previous("space", "a", "b"), None);
    }

    #[test]
    fn a_secret_given_twice_is_one_secret() {
        let secrets = Secrets::new(NEW, Some(NEW)).unwrap();
        assert!(secrets.previous_guest_seed().is_none());
        assert_eq!(secrets.id_keys().previous("space", "a", "b"), None);
    }

    #[test]
    fn a_log_shows_no_secret() {
        let secrets = Secrets::new(NEW, Some(OLD)).unwrap();
        assert_eq!(format!("{secrets:?} {:?}", secrets.id_keys()), "Secrets { .. } IdKeys { .. }");
    }

    fn hex(bytes: &[u8]) -> String {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
    }
}
