//! Parsing of tokens that are not verified yet.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::Rejected;
use crate::claims::Claims;
use crate::keys::{Algorithm, VerificationKey};

/// Maximum size of a token in bytes. Larger tokens are not parsed.
const MAX_BYTES: usize = 8 * 1024;

/// Header parameters that would bring their own key, change what is signed, or demand something that is not supported:
/// RFC 7515 sections 4.1.2, 4.1.3, 4.1.5, 4.1.6 and 4.1.11, RFC 7797 section 3, RFC 7516 sections 4.1.2 and 4.1.3.
const REFUSED: [&str; 8] = ["crit", "b64", "jku", "jwk", "x5u", "x5c", "enc", "zip"];

/// A JWS in compact serialization (RFC 7515 section 7.1), well-formed but unverified.
pub(crate) struct Unverified<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    typ: Option<String>,
    claims: Claims,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Unverified<'a> {
    /// Parses a token.
    pub(crate) fn parse(token: &'a str) -> Result<Self, Rejected> {
        check_size(token)?;
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejected::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Rejected::Malformed)?;
        // A third dot would be in the payload and fails here, because it is not in the base64url alphabet.
        let mut header = json_object(header).ok_or(Rejected::Malformed)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Rejected::Malformed)?;
        if let Some(refused) = REFUSED.into_iter().find(|&name| header.contains_key(name)) {
            return Err(Rejected::Header(refused));
        }
        Ok(Self {
            algorithm: text(&mut header, "alg")?.and_then(|name| Algorithm::parse(&name)).ok_or(Rejected::Algorithm)?,
            kid: text(&mut header, "kid")?,
            typ: text(&mut header, "typ")?,
            claims: Claims::from_json(&payload)?,
            signed,
            signature,
        })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Returns whether `typ` is this media type, with or without `application/`, ignoring case (RFC 7515 section
    /// 4.1.9).
    pub(crate) fn is_of_type(&self, media_type: &str) -> bool {
        self.typ.as_deref().is_some_and(|typ| subtype(typ).eq_ignore_ascii_case(subtype(media_type)))
    }

    /// Returns whether `typ` is absent or only says that the token is a JWT.
    #[cfg(feature = "issuers")]
    pub(crate) fn is_untyped(&self) -> bool {
        self.typ.is_none() || self.is_of_type("JWT")
    }

    /// Returns the claims of the token. They are not verified: use them only to find the key and to reject early.
    pub(crate) const fn unproven(&self) -> &Claims {
        &self.claims
    }

    /// Returns the claims if the key has signed them.
    pub(crate) fn verify(self, key: &VerificationKey, now: Timestamp) -> Result<Claims, Rejected> {
        if self.algorithm != key.algorithm() {
            return Err(Rejected::Algorithm);
        }
        if key.has_signed(self.signed, self.signature, now) { Ok(self.claims) } else { Err(Rejected::Signature) }
    }
}

/// Omits the token.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// Rejects a token over 8 KiB.
pub(crate) const fn check_size(token: &str) -> Result<(), Rejected> {
    if token.len() > MAX_BYTES { Err(Rejected::TooLarge) } else { Ok(()) }
}

/// Returns whether a token has the shape of a JWT: three parts, the first of which is a JSON object. Anything else is
/// opaque.
#[cfg(feature = "issuers")]
pub(crate) fn is_jwt_shaped(token: &str) -> bool {
    let mut parts = token.split('.');
    let header = parts.next().and_then(json_object);
    header.is_some() && parts.count() == 2
}

/// Parses a JSON object. If a name is given twice, the last value counts, as RFC 7515 section 4 allows. Only this code
/// reads the header, so no other code can see a different value.
fn json_object(base64: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(base64).ok()?).ok()
}

fn text(header: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, Rejected> {
    match header.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Rejected::Header(name)),
    }
}

fn subtype(media_type: &str) -> &str {
    const PREFIX: &str = "application/";
    match media_type.split_at_checked(PREFIX.len()) {
        Some((prefix, subtype)) if prefix.eq_ignore_ascii_case(PREFIX) => subtype,
        _ => media_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;
    use crate::keys::KeySet;

    #[test]
    fn a_key_verifies_only_tokens_that_name_its_algorithm() {
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        let (keys, _) = KeySet::from_json(SigningKey::jwks([&key]).unwrap().as_bytes()).unwrap();
        let public = keys.find(Some(key.kid()), Algorithm::EdDsa).unwrap();
        let token = key.sign("JWT", &serde_json::json!({"sub": "alice"})).unwrap();
        assert!(Unverified::parse(&token).unwrap().verify(public, Timestamp::UNIX_EPOCH).is_ok());
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
        let (_, rest) = token.split_once('.').unwrap();
        let renamed = format!("{header}.{rest}");
        assert_eq!(
            Unverified::parse(&renamed).unwrap().verify(public, Timestamp::UNIX_EPOCH).err(),
            Some(Rejected::Algorithm)
        );
    }
}
