//! Guest tokens: who came in without an account.

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

/// The media type of a guest token. No other kind of token is ever taken for one, nor one for any other kind (RFC 8725
/// section 3.11).
const TYPE: &str = "guest+jwt";

/// What the original calls the product of its guests.
const PRODUCT: &str = "onesna";

/// Issues guest tokens and recognises them.
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
}

impl GuestTokens {
    /// Guest tokens of this issuer for this audience. The current secret's key signs, every secret's key verifies.
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

    /// A token for a guest who came in at `now`. `id` is the token's own (`jti`), of random bytes.
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
        };
        self.current.sign(TYPE, &claims)
    }

    /// The guest whom a token is about.
    ///
    /// # Errors
    ///
    /// [`Rejected`] names the check that failed.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Guest, Rejected> {
        self.verify_parsed(Unverified::parse(token)?, now)
    }

    /// The public keys, current and previous, as a JWK Set in compact JSON.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// How long a token lives.
    #[must_use]
    pub const fn lifetime(&self) -> SignedDuration {
        self.lifetime
    }

    /// The issuer that the tokens name.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn verify_parsed(&self, token: Unverified<'_>, now: Timestamp) -> Result<Guest, Rejected> {
        if !is_guest_token(&token) {
            return Err(Rejected::Kind);
        }
        self.check(token.unproven(), now)?;
        let kid = token.kid().ok_or(Rejected::Key)?;
        let key = self.keys.find(Some(kid), token.algorithm())?;
        guest(&token.verify(key)?)
    }

    fn check(&self, claims: &Claims, now: Timestamp) -> Result<(), Rejected> {
        claims.check_time(now)?;
        claims.time("iat")?;
        claims.time("nbf")?;
        claims.text("jti")?;
        if claims.text("iss")? != self.issuer {
            return Err(Rejected::Issuer);
        }
        claims.check_audience(&[&self.audience])?;
        if claims.text("product_type")? == PRODUCT { Ok(()) } else { Err(Rejected::Kind) }
    }
}

/// Without the keys.
impl fmt::Debug for GuestTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestTokens")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// Whether a token says of itself that it is a guest token.
pub(crate) fn is_guest_token(token: &Unverified<'_>) -> bool {
    token.is_of_type(TYPE)
}

fn guest(claims: &Claims) -> Result<Guest, Rejected> {
    Ok(Guest {
        id: claims.text("anonymous_id")?.parse().map_err(|_| Rejected::Claim("anonymous_id"))?,
        display_name: claims.text("displayname")?.to_owned(),
    })
}
