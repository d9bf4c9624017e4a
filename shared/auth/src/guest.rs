//! Guest tokens, for people without an account.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use spaces_model::Guest;

use crate::claims::Claims;
use crate::jws::Unverified;
use crate::keys::KeySet;
use crate::{Rejected, Secrets, SigningError, SigningKey};

/// The media type of a guest token. It prevents guest tokens from being accepted as tokens of another kind, and vice
/// versa (RFC 8725 section 3.11).
const TYPE: &str = "guest+jwt";

/// The `product_type` of the original service's guest tokens.
const PRODUCT: &str = "onesna";

/// An issuer of guest tokens. It holds the private keys; the public ones are enough to verify guest tokens.
#[derive(Clone)]
pub struct GuestTokens {
    issuer: String,
    audience: String,
    lifetime: SignedDuration,
    current: SigningKey,
    jwks: String,
    keys: KeySet,
}

#[derive(Serialize)]
struct GuestClaims<'a> {
    anonymous_id: String,
    product_type: &'static str,
    displayname: &'a str,
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    came_by: Option<String>,
}

impl GuestTokens {
    /// Creates an issuer of guest tokens with this name and audience. The current secret's key signs; every secret's
    /// key verifies.
    ///
    /// # Errors
    ///
    /// [`SigningError`] if the cryptographic library refuses the keys.
    pub fn new(
        secrets: &Secrets,
        issuer: &str,
        audience: &str,
        lifetime: SignedDuration,
    ) -> Result<Self, SigningError> {
        let current = SigningKey::from_seed(secrets.current_guest_seed())?;
        let previous = secrets.previous_guest_seed().map(SigningKey::from_seed).transpose()?;
        let jwks = SigningKey::jwks([Some(&current), previous.as_ref()].into_iter().flatten())?;
        let (keys, _) = KeySet::from_json(jwks.as_bytes()).map_err(|_| SigningError::own_keys())?;
        Ok(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), lifetime, current, jwks, keys })
    }

    /// Issues a token for a guest at `now`. `id` is the token's id (`jti`) and must be random.
    ///
    /// # Errors
    ///
    /// [`SigningError`] if the cryptographic library fails.
    pub fn issue(&self, guest: &Guest, id: [u8; 16], now: Timestamp) -> Result<String, SigningError> {
        let issued = now.as_second();
        let claims = GuestClaims {
            anonymous_id: guest.id.to_string(),
            product_type: PRODUCT,
            displayname: &guest.display_name,
            iss: &self.issuer,
            aud: &self.audience,
            iat: issued,
            nbf: issued,
            exp: issued.saturating_add(self.lifetime.as_secs()),
            jti: URL_SAFE_NO_PAD.encode(id),
            came_by: guest.came_by.map(|mark| mark.to_string()),
        };
        self.current.sign(TYPE, &claims)
    }

    /// Verifies a token and returns its guest.
    ///
    /// # Errors
    ///
    /// [`Rejected`] naming the check that failed.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Guest, Rejected> {
        let token = Unverified::parse(token)?;
        let rules = GuestRules { issuers: vec![self.issuer.clone()], audiences: vec![self.audience.clone()] };
        let kid = rules.check(&token, now)?;
        let key = self.keys.find(Some(kid), token.algorithm())?;
        guest(&token.verify(key, now)?)
    }

    /// Returns the public keys, current and previous, as a JWK Set in compact JSON.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// Returns the lifetime of a token.
    #[must_use]
    pub const fn lifetime(&self) -> SignedDuration {
        self.lifetime
    }
}

/// The rules that a guest token must meet, regardless of the key that signed it.
#[derive(Debug, Clone)]
pub(crate) struct GuestRules {
    pub(crate) issuers: Vec<String>,
    pub(crate) audiences: Vec<String>,
}

impl GuestRules {
    /// Checks everything that needs no key, and returns the id of the key that must have signed the token.
    pub(crate) fn check<'a>(&self, token: &'a Unverified<'_>, now: Timestamp) -> Result<&'a str, Rejected> {
        if !is_guest_token(token) {
            return Err(Rejected::Kind);
        }
        let claims = token.unproven();
        claims.check_time(now)?;
        claims.time("iat")?;
        claims.time("nbf")?;
        claims.text("jti")?;
        let issuer = claims.text("iss")?;
        if !self.issuers.iter().any(|known| known == issuer) {
            return Err(Rejected::Issuer);
        }
        claims.check_audience(&self.audiences)?;
        if claims.text("product_type")? != PRODUCT {
            return Err(Rejected::Kind);
        }
        token.kid().ok_or(Rejected::Key)
    }
}

/// Omits the keys.
impl fmt::Debug for GuestTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestTokens")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// Returns whether a token has the type of guest tokens.
pub(crate) fn is_guest_token(token: &Unverified<'_>) -> bool {
    token.is_of_type(TYPE)
}

/// Returns the guest that verified claims describe.
pub(crate) fn guest(claims: &Claims) -> Result<Guest, Rejected> {
    Ok(Guest {
        id: claims.text("anonymous_id")?.parse().map_err(|_| Rejected::Claim("anonymous_id"))?,
        display_name: claims.text("displayname")?.to_owned(),
        came_by: claims.optional_text("for")?.map(str::parse).transpose().map_err(|_| Rejected::Claim("for"))?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const OLD: &str = "an old secret, of more than forty characters";
    const NEW: &str = "a new secret, of more than forty characters!";
    const NOW: i64 = 1_795_000_000;

    fn tokens(current: &str, previous: Option<&str>) -> GuestTokens {
        let secrets = Secrets::new(current, previous).unwrap();
        GuestTokens::new(&secrets, "https://spaces.example", "spaces", SignedDuration::from_hours(24)).unwrap()
    }

    fn guest() -> Guest {
        Guest { id: "00112233445566778899aabb".parse().unwrap(), display_name: "Leia Ⓢ".to_owned(), came_by: None }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(NOW + seconds).unwrap()
    }

    fn issued() -> String {
        tokens(NEW, None).issue(&guest(), [9; 16], at(0)).unwrap()
    }

    fn part(token: &str, index: usize) -> Value {
        let part = token.split('.').nth(index).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    /// Verifies a token of our own key with a claim changed or removed.
    fn changed(name: &str, value: Option<Value>) -> Result<Guest, Rejected> {
        let mut claims = part(&issued(), 1);
        match value {
            Some(value) => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
            None => claims.as_object_mut().unwrap().remove(name),
        };
        let tokens = tokens(NEW, None);
        tokens.verify(&tokens.current.sign(TYPE, &claims).unwrap(), at(0))
    }

    #[test]
    fn a_token_has_the_claims_and_the_header_of_the_contract() {
        let token = issued();
        let kid = tokens(NEW, None).current.kid().to_owned();
        assert_eq!(part(&token, 0), json!({"typ": "guest+jwt", "alg": "EdDSA", "kid": kid}));
        assert_eq!(
            part(&token, 1),
            json!({
                "anonymous_id": "00112233445566778899aabb", "product_type": "onesna", "displayname": "Leia Ⓢ",
                "iss": "https://spaces.example", "aud": "spaces", "iat": NOW, "nbf": NOW, "exp": NOW + 86_400,
                "jti": "CQkJCQkJCQkJCQkJCQkJCQ"
            })
        );
    }

    #[test]
    fn a_token_is_valid_until_it_expires() {
        let tokens = tokens(NEW, None);
        for good in [-30, 0, 86_400 + 29] {
            assert_eq!(tokens.verify(&issued(), at(good)), Ok(guest()), "{good}");
        }
        assert_eq!(tokens.verify(&issued(), at(-31)), Err(Rejected::NotYetValid));
        assert_eq!(tokens.verify(&issued(), at(86_400 + 30)), Err(Rejected::Expired));
    }

    #[test]
    fn a_rotation_keeps_the_guests_of_the_previous_secret_and_only_those() {
        let before = tokens(OLD, None).issue(&guest(), [9; 16], at(0)).unwrap();
        assert_eq!(tokens(NEW, Some(OLD)).verify(&before, at(0)), Ok(guest()));
        assert_eq!(tokens(NEW, None).verify(&before, at(0)), Err(Rejected::Key));
        let after = tokens(NEW, Some(OLD)).issue(&guest(), [9; 16], at(0)).unwrap();
        assert_eq!(tokens(NEW, None).verify(&after, at(0)), Ok(guest()));
        assert_eq!(tokens(OLD, None).verify(&after, at(0)), Err(Rejected::Key));
    }

    #[test]
    fn the_published_keys_are_the_current_one_then_the_previous_one() {
        let published: Value = serde_json::from_str(tokens(NEW, Some(OLD)).jwks()).unwrap();
        let kids: Vec<_> = published["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect();
        assert_eq!(kids, [tokens(NEW, None).current.kid(), tokens(OLD, None).current.kid()]);
    }

    #[test]
    fn every_claim_is_required() {
        for name in ["anonymous_id", "product_type", "displayname", "iss", "aud", "iat", "nbf", "exp", "jti"] {
            let missing = changed(name, None);
            assert!(matches!(missing, Err(Rejected::Missing(claim)) if claim == name), "{name}: {missing:?}");
        }
    }

    #[test]
    fn a_claim_of_the_wrong_type_is_refused() {
        for name in ["anonymous_id", "product_type", "displayname", "iss", "aud", "iat", "nbf", "exp", "jti"] {
            for value in [json!({"a": 1}), json!([1]), json!(true), json!([["spaces"]])] {
                let wrong = changed(name, Some(value.clone()));
                assert!(matches!(wrong, Err(Rejected::Claim(claim)) if claim == name), "{name} {value}: {wrong:?}");
            }
        }
        assert_eq!(changed("exp", Some(json!("1795000600"))), Err(Rejected::Claim("exp")));
        assert_eq!(changed("anonymous_id", Some(json!("not an id"))), Err(Rejected::Claim("anonymous_id")));
    }

    #[test]
    fn a_token_for_others_or_of_another_product_is_refused() {
        assert_eq!(changed("iss", Some(json!("https://other.example"))), Err(Rejected::Issuer));
        assert_eq!(changed("aud", Some(json!("other"))), Err(Rejected::Audience));
        assert_eq!(changed("product_type", Some(json!("accounts"))), Err(Rejected::Kind));
    }

    #[test]
    fn a_token_of_our_key_with_another_type_is_refused() {
        let tokens = tokens(NEW, None);
        for typ in ["JWT", "at+jwt", ""] {
            let token = tokens.current.sign(typ, &part(&issued(), 1)).unwrap();
            assert_eq!(tokens.verify(&token, at(0)), Err(Rejected::Kind), "{typ}");
        }
    }

    #[test]
    fn a_token_without_a_key_id_is_refused() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","typ":"guest+jwt"}"#);
        let token = issued();
        let (_, rest) = token.split_once('.').unwrap();
        assert_eq!(tokens(NEW, None).verify(&format!("{header}.{rest}"), at(0)), Err(Rejected::Key));
    }

    #[test]
    fn a_log_shows_no_key() {
        let shown = format!("{:?}", tokens(NEW, Some(OLD)));
        let expected = r#"GuestTokens { issuer: "https://spaces.example", audience: "spaces", lifetime: 24h, .. }"#;
        assert_eq!(shown, expected);
    }

    proptest! {
        #[test]
        fn a_token_with_a_changed_byte_is_never_accepted(
            position in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.=-]",
        ) {
            let token = issued();
            let position = position.index(token.len());
            let mut changed = token.clone();
            changed.replace_range(position..=position, &letter);
            prop_assume!(changed != token);
            prop_assert!(tokens(NEW, None).verify(&changed, at(0)).is_err());
        }
    }
}
