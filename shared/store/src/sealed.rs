//! Short encrypted texts that only this deployment can make and read.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use spaces_model::SecretError;

/// AES-GCM-SIV tolerates a repeated nonce (RFC 8452 section 9): it reveals only that equal contents have equal texts.
const NONCE: [u8; NONCE_LEN] = [0; NONCE_LEN];

/// A key that encrypts and authenticates bytes. Sealed texts consist of letters, digits, `_` and `-`.
pub(crate) struct SealingKey(LessSafeKey);

impl SealingKey {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, SecretError> {
        Ok(Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key)?)))
    }

    /// Seals bytes; the same bytes always give the same text. Returns `None` only if the cryptographic library fails.
    pub(crate) fn seal(&self, mut bytes: Vec<u8>) -> Option<String> {
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(NONCE), Aad::empty(), &mut bytes).ok()?;
        Some(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Opens a sealed text. Returns `None` if it was not sealed with this key.
    pub(crate) fn open(&self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let opened = self.0.open_in_place(Nonce::assume_unique_for_key(NONCE), Aad::empty(), &mut bytes).ok()?;
        Some(opened.to_vec())
    }
}

/// Hides the key.
impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SealingKey").finish_non_exhaustive()
    }
}
