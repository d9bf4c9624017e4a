//! Public keys, and the use that each allows.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm as Alg, DecodingKey, crypto};
use serde_json::Value;

use crate::{Rejected, TtlCache};

/// The members that only a private or a secret key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Accepted sizes of RSA keys in bits. RFC 7518 section 3.3 requires 2,048; AWS-LC supports up to 8,192.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The accepted algorithms. `none` and the symmetric ones don't exist here, so no token can choose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// Parses an `alg` (RFC 7518 section 3.1, RFC 8037 section 3.1).
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    const fn in_jwk(self) -> KeyAlgorithm {
        match self {
            Self::Rs256 => KeyAlgorithm::RS256,
            Self::Es256 => KeyAlgorithm::ES256,
            Self::EdDsa => KeyAlgorithm::EdDSA,
        }
    }

    const fn in_jws(self) -> Alg {
        match self {
            Self::Rs256 => Alg::RS256,
            Self::Es256 => Alg::ES256,
            Self::EdDsa => Alg::EdDSA,
        }
    }
}

/// A public key that verifies signatures of one algorithm.
#[derive(Debug, Clone)]
pub(crate) struct VerificationKey {
    kid: Option<String>,
    algorithm: Algorithm,
    parameters: AlgorithmParameters,
    decoding: DecodingKey,
    verified: VerifiedSignatures,
}

/// A cache of the signatures that a key has verified, by the SHA-256 of the signed text and the signature.
///
/// A valid signature stays valid, so only its check is skipped: a token's claims are checked each time, `exp` first.
/// The cache belongs to the key and is dropped together with it.
#[derive(Clone)]
struct VerifiedSignatures(Arc<TtlCache<[u8; 32], ()>>);

impl VerifiedSignatures {
    const CAPACITY: usize = 1_000;

    /// Few tokens are used for longer. Those that are have their signatures checked once an hour.
    const TTL: SignedDuration = SignedDuration::from_hours(1);

    /// Returns whether the signature is cached, or else whether `check` finds it valid. Only valid signatures are
    /// cached.
    fn or_check(&self, signed: &str, signature: &str, now: Timestamp, check: impl FnOnce() -> bool) -> bool {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [signed, ".", signature] {
            context.update(part.as_bytes());
        }
        let Ok(digest) = <[u8; 32]>::try_from(context.finish().as_ref()) else { return check() };
        if self.0.get(&digest, now).is_some() {
            return true;
        }
        let valid = check();
        if valid {
            self.0.put(digest, (), now);
        }
        valid
    }
}

impl Default for VerifiedSignatures {
    fn default() -> Self {
        Self(Arc::new(TtlCache::new(Self::TTL, Self::CAPACITY)))
    }
}

/// Omits the digests.
impl fmt::Debug for VerifiedSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedSignatures").finish_non_exhaustive()
    }
}

/// The reason why a key of a set can't be used. The set's other keys still can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    #[error("not a readable JWK")]
    Unreadable,
    #[error("a private or symmetric key in a set of public ones")]
    Private,
    #[error("not for verifying signatures (use, key_ops)")]
    Use,
    #[error("neither an RSA key of 2048 to 8192 bits nor a key on P-256 or Ed25519")]
    Type,
    #[error("for an algorithm that doesn't fit its type or isn't accepted")]
    Algorithm,
}

impl VerificationKey {
    fn from_json(json: &Value) -> Result<Self, KeyError> {
        let members = json.as_object().ok_or(KeyError::Unreadable)?;
        if PRIVATE.into_iter().any(|name| members.contains_key(name)) {
            return Err(KeyError::Private);
        }
        let jwk: Jwk = serde_json::from_value(json.clone()).map_err(|_| KeyError::Unreadable)?;
        let signs = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let verifies =
            jwk.common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        if !signs || !verifies {
            return Err(KeyError::Use);
        }
        let algorithm = algorithm(&jwk.algorithm).ok_or(KeyError::Type)?;
        if jwk.common.key_algorithm.is_some_and(|named| named != algorithm.in_jwk()) {
            return Err(KeyError::Algorithm);
        }
        let decoding = DecodingKey::from_jwk(&jwk).map_err(|_| KeyError::Unreadable)?;
        Ok(Self {
            kid: jwk.common.key_id,
            algorithm,
            parameters: jwk.algorithm,
            decoding,
            verified: VerifiedSignatures::default(),
        })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns whether this key has made the signature, in base64url, of the text `signed`.
    pub(crate) fn has_signed(&self, signed: &str, signature: &str, now: Timestamp) -> bool {
        self.verified.or_check(signed, signature, now, || {
            crypto::verify(signature, signed.as_bytes(), &self.decoding, self.algorithm.in_jws()).unwrap_or(false)
        })
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.kid == other.kid && self.parameters == other.parameters
    }
}

/// Returns the one algorithm of a key of this type and size.
fn algorithm(parameters: &AlgorithmParameters) -> Option<Algorithm> {
    let octets = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let is_32_octets = |text: &str| octets(text).is_some_and(|octets| octets.len() == 32);
    match parameters {
        AlgorithmParameters::RSA(rsa) => RSA_BITS.contains(&bits(&octets(&rsa.n)?)).then_some(Algorithm::Rs256),
        AlgorithmParameters::EllipticCurve(ec) => {
            let fits = ec.curve == EllipticCurve::P256 && is_32_octets(&ec.x) && is_32_octets(&ec.y);
            fits.then_some(Algorithm::Es256)
        }
        AlgorithmParameters::OctetKeyPair(pair) => {
            (pair.curve == EllipticCurve::Ed25519 && is_32_octets(&pair.x)).then_some(Algorithm::EdDsa)
        }
        _ => None,
    }
}

/// Returns the length of a big-endian number in bits, without leading zeros.
fn bits(number: &[u8]) -> usize {
    let mut significant = number.iter().skip_while(|octet| **octet == 0);
    significant.next().map_or(0, |first| (8 - first.leading_zeros() as usize) + 8 * significant.count())
}

/// A JWK Set (RFC 7517 section 5).
#[derive(Debug, Clone)]
pub(crate) struct KeySet {
    keys: Vec<VerificationKey>,
}

/// The error for a string that is not a JWK Set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a JWK Set")]
pub(crate) struct NotAKeySet;

impl KeySet {
    /// Parses a set. Also returns the errors of the keys that can't be used, with their positions in the set: the RFC
    /// asks to ignore such keys, and callers should log them.
    pub(crate) fn from_json(json: &[u8]) -> Result<(Self, Vec<(usize, KeyError)>), NotAKeySet> {
        let set: Value = serde_json::from_slice(json).map_err(|_| NotAKeySet)?;
        Self::from_value(&set)
    }

    /// Does the same as [`from_json`](Self::from_json) for JSON that is already parsed.
    pub(crate) fn from_value(set: &Value) -> Result<(Self, Vec<(usize, KeyError)>), NotAKeySet> {
        let members = set.get("keys").and_then(Value::as_array).ok_or(NotAKeySet)?;
        let mut keys: Vec<VerificationKey> = Vec::new();
        let mut unusable = Vec::new();
        for (place, member) in members.iter().enumerate() {
            match VerificationKey::from_json(member) {
                Ok(key) if keys.iter().any(|known| known.is_same_as(&key)) => {}
                Ok(key) => keys.push(key),
                Err(error) => unusable.push((place, error)),
            }
        }
        Ok((Self { keys }, unusable))
    }

    /// Returns whether there is no usable key.
    #[cfg(feature = "issuers")]
    pub(crate) const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the key with this id and algorithm. Without an id, returns the only key of the algorithm (`OpenID`
    /// Connect Core 1.0 section 10.1 lets an issuer with one key leave the id out).
    pub(crate) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<&VerificationKey, Rejected> {
        let mut named = self.keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid).peekable();
        if named.peek().is_none() {
            return Err(Rejected::Key);
        }
        let mut fitting = named.filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(Rejected::Algorithm),
            (Some(_), Some(_)) if kid.is_none() => Err(Rejected::Key),
            (Some(_), Some(_)) => Err(Rejected::AmbiguousKey),
        }
    }
}

/// The reason why keys can't be registered for a service app.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The text is not a JWK Set (RFC 7517 section 5).
    #[error("not a JWK Set: {{\"keys\":[…]}} is needed")]
    NotASet,
    /// The set has no key.
    #[error("a JWK Set without a key")]
    Empty,
    /// A key can't be used to verify tokens.
    #[error("key {place} can't be used: {reason}")]
    Unusable {
        /// The position of the key in the set, from 1.
        place: usize,
        /// The reason why it can't be used.
        reason: String,
    },
    /// Tokens could not select exactly one of the keys.
    #[error("several keys of one type must each have a different kid")]
    Ambiguous,
}

/// Checks that every key of a JWK Set can be used to verify tokens, and returns the number of keys.
///
/// Parsing a set is lenient, because one bad key must not disable the others (RFC 7517 section 5). Check a set when it
/// is registered, while its faults can still be corrected.
///
/// # Errors
///
/// [`KeyFault`].
pub fn check_keys(json: &str) -> Result<usize, KeyFault> {
    let (set, unusable) = KeySet::from_json(json.as_bytes()).map_err(|NotAKeySet| KeyFault::NotASet)?;
    if let Some((place, reason)) = unusable.first() {
        return Err(KeyFault::Unusable { place: place + 1, reason: reason.to_string() });
    }
    let is_found = |key: &VerificationKey| set.find(key.kid.as_deref(), key.algorithm).is_ok();
    match set.keys.len() {
        0 => Err(KeyFault::Empty),
        _ if !set.keys.iter().all(is_found) => Err(KeyFault::Ambiguous),
        count => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::SigningKey;

    const JWKS: &str = include_str!("../tests/fixtures/jwks.json");
    const WEAK: &str = include_str!("../tests/fixtures/weak-jwks.json");

    fn unusable(key: &Value) -> Option<KeyError> {
        let (_, errors) = KeySet::from_value(&json!({"keys": [key]})).unwrap();
        errors.first().map(|(_, error)| *error)
    }

    fn sample(index: usize, name: &str, value: Value) -> Value {
        let mut set: Value = serde_json::from_str(JWKS).unwrap();
        set["keys"][index][name] = value;
        set["keys"][index].clone()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn only_a_valid_signature_of_the_same_text_is_cached() {
        let verified = VerifiedSignatures::default();
        let or_check = |signed, signature, check: fn() -> bool| verified.or_check(signed, signature, at(0), check);
        assert!(!or_check("header.payload", "bad", || false));
        assert!(or_check("header.payload", "bad", || true), "a bad one is checked again");
        assert!(or_check("header.payload", "good", || true));
        assert!(or_check("header.payload", "good", || panic!("it was checked already")));
        assert!(!or_check("header.forged", "good", || false));
        assert!(!or_check("header.payload.good", "", || false));
    }

    #[test]
    fn a_signature_is_checked_again_after_an_hour() {
        let verified = VerifiedSignatures::default();
        assert!(verified.or_check("header.payload", "good", at(0), || true));
        assert!(verified.or_check("header.payload", "good", at(3_599), || false));
        assert!(!verified.or_check("header.payload", "good", at(3_600), || false));
    }

    #[test]
    fn a_key_caches_nothing_for_another() {
        let token = |key: &SigningKey| key.sign("JWT", &json!({"sub": "1"})).unwrap();
        let key =
            |key: &SigningKey| KeySet::from_json(SigningKey::jwks([key]).unwrap().as_bytes()).unwrap().0.keys.remove(0);
        let (one, other) = [[1; 32], [2; 32]].map(|seed| SigningKey::from_seed(&seed).unwrap()).into();
        let token = token(&one);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (one, other) = (key(&one), key(&other));
        assert!(one.has_signed(signed, signature, at(0)) && one.has_signed(signed, signature, at(0)));
        assert!(!other.has_signed(signed, signature, at(0)));
    }

    #[test]
    fn an_rsa_key_has_at_least_2048_bits_and_a_curve_is_p_256_or_ed25519() {
        let weak: Value = serde_json::from_str(WEAK).unwrap();
        for key in weak["keys"].as_array().unwrap() {
            assert_eq!(unusable(key), Some(KeyError::Type), "{}", key["kid"]);
        }
        let modulus = |octets: Vec<u8>| sample(0, "n", json!(URL_SAFE_NO_PAD.encode(octets)));
        assert_eq!(unusable(&modulus([vec![0; 16], vec![0xff; 255]].concat())), Some(KeyError::Type));
        assert_eq!(unusable(&modulus([vec![0x7f], vec![0xff; 255]].concat())), Some(KeyError::Type));
        assert_eq!(unusable(&modulus(vec![0xff; 256])), None);
        assert_eq!(unusable(&modulus(vec![0xff; 1025])), Some(KeyError::Type));
    }

    #[test]
    fn a_key_is_used_only_for_its_declared_purpose() {
        for (name, value, error) in [
            ("use", json!("enc"), Some(KeyError::Use)),
            ("key_ops", json!(["encrypt"]), Some(KeyError::Use)),
            ("key_ops", json!(["verify"]), None),
            ("alg", json!("RS512"), Some(KeyError::Algorithm)),
            ("alg", json!("PS256"), Some(KeyError::Algorithm)),
            ("alg", json!("RS256"), None),
            ("d", json!("AQAB"), Some(KeyError::Private)),
            ("kty", json!("oct"), Some(KeyError::Type)),
            ("e", json!(3), Some(KeyError::Type)),
        ] {
            assert_eq!(unusable(&sample(0, name, value.clone())), error, "{name} {value}");
        }
        assert_eq!(unusable(&json!({"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"})), Some(KeyError::Private));
        assert_eq!(unusable(&json!("key")), Some(KeyError::Unreadable));
    }

    #[test]
    fn every_key_of_a_registration_must_be_usable() {
        assert_eq!(check_keys(JWKS), Ok(3));
        assert_eq!(check_keys("{}"), Err(KeyFault::NotASet));
        assert_eq!(check_keys("{\"keys\":[]}"), Err(KeyFault::Empty));
        let private = json!({"keys": [sample(0, "kid", json!("k")), sample(0, "d", json!("AQAB"))]}).to_string();
        assert!(matches!(check_keys(&private), Err(KeyFault::Unusable { place: 2, .. })), "{:?}", check_keys(&private));
        let set: Value = serde_json::from_str(WEAK).unwrap();
        assert!(matches!(check_keys(&set.to_string()), Err(KeyFault::Unusable { place: 1, .. })));
    }

    #[test]
    fn keys_of_one_type_must_have_different_kids() {
        let named = |modulus: u8, kid: Value| {
            let mut key = sample(0, "n", json!(URL_SAFE_NO_PAD.encode([modulus; 256])));
            key["kid"] = kid;
            key
        };
        for (first, second, expected) in [
            (json!("a"), json!("b"), Ok(2)),
            (json!("a"), json!("a"), Err(KeyFault::Ambiguous)),
            (Value::Null, Value::Null, Err(KeyFault::Ambiguous)),
        ] {
            let set = json!({"keys": [named(0xff, first), named(0xfe, second)]}).to_string();
            assert_eq!(check_keys(&set), expected, "{set}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_set_is_refused() {
        for wrong in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":null}", "null"] {
            assert_eq!(KeySet::from_json(wrong.as_bytes()).err(), Some(NotAKeySet), "{wrong}");
        }
    }
}
