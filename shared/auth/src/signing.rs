//! Signing of this service's own tokens.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, Jwk, KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType,
    PublicKeyUse, ThumbprintHash,
};
use serde::Serialize;

/// An Ed25519 key that signs tokens (RFC 8037), named by its RFC 7638 thumbprint.
///
/// It does not sign with `jsonwebtoken`, which parses the key again for every token; that costs as much as another
/// signature.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Ed25519KeyPair>,
    public: Jwk,
    kid: String,
}

/// The error for a key or a signature that the cryptographic library refused. The cause is a bug or a broken machine,
/// never a client.
#[derive(Debug, thiserror::Error)]
#[error("the token could not be signed")]
pub struct SigningError(#[source] Option<jsonwebtoken::errors::Error>);

impl SigningError {
    /// Returns the error for this service's own public keys if they can't be parsed back.
    pub(crate) const fn own_keys() -> Self {
        Self(None)
    }
}

impl SigningKey {
    /// Creates the key from a seed (RFC 8032 section 5.1.5). Anyone who knows the seed can sign.
    ///
    /// # Errors
    ///
    /// [`SigningError`] if the cryptographic library refuses it.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, SigningError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| SigningError(None))?;
        let parameters = OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: URL_SAFE_NO_PAD.encode(pair.public_key()),
        };
        let mut public =
            Jwk { common: CommonParameters::default(), algorithm: AlgorithmParameters::OctetKeyPair(parameters) };
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.key_algorithm = Some(KeyAlgorithm::EdDSA);
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { pair: Arc::new(pair), public, kid })
    }

    /// Returns the key's id: its RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs the claims. Returns a compact JWS (RFC 7515 section 7.1) with `typ`, `alg` and `kid` in its header.
    ///
    /// # Errors
    ///
    /// [`SigningError`] if the claims can't be written as JSON.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SigningError> {
        #[derive(Serialize)]
        struct Header<'a> {
            typ: &'a str,
            alg: &'static str,
            kid: &'a str,
        }
        let header = serde_json::to_vec(&Header { typ, alg: "EdDSA", kid: &self.kid }).map_err(json)?;
        let claims = serde_json::to_vec(claims).map_err(json)?;
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Returns the public halves of the keys as a JWK Set (RFC 7517 section 5) in compact JSON.
    ///
    /// # Errors
    ///
    /// [`SigningError`] if they can't be written as JSON.
    pub fn jwks<'a>(keys: impl IntoIterator<Item = &'a Self>) -> Result<String, SigningError> {
        #[derive(Serialize)]
        struct JwkSet<'a> {
            keys: Vec<&'a Jwk>,
        }
        let keys = keys.into_iter().map(|key| &key.public).collect();
        serde_json::to_string(&JwkSet { keys }).map_err(json)
    }
}

fn json(error: serde_json::Error) -> SigningError {
    SigningError(Some(error.into()))
}

impl From<jsonwebtoken::errors::Error> for SigningError {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        Self(Some(error))
    }
}

/// Omits the private half.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// Returns the private key of RFC 8037 appendix A.1.
    fn sample() -> SigningKey {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        SigningKey::from_seed(&seed.try_into().unwrap()).unwrap()
    }

    #[test]
    fn the_key_is_named_as_in_rfc_8037_appendix_a_3() {
        assert_eq!(sample().kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn the_public_half_is_that_of_rfc_8037_appendix_a_2_without_anything_private() {
        let expected = concat!(
            r#"{"keys":[{"use":"sig","alg":"EdDSA","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","#,
            r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#
        );
        assert_eq!(SigningKey::jwks([&sample()]).unwrap(), expected);
    }

    #[test]
    fn a_log_shows_no_private_key() {
        let shown = format!("{:?}", sample());
        assert_eq!(shown, r#"SigningKey { kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", .. }"#);
    }
}
