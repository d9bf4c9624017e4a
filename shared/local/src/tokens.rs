//! Tokens of the development issuers and of the sample service app, for tests and for `cargo xtask token`.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spaces_model::{EmailAddress, UserId};

use crate::LocalError;
use crate::jws::{DevelopmentKey, ISSUER_KEY, PARTNER_KEY, SERVICE_APP_KEY};

/// The `iss` of user tokens and of introspected ones. The name can't resolve (RFC 6761, section 6.4).
pub const ISSUER: &str = "https://accounts.dev.invalid";

/// The `iss` of the tokens of the partner's users.
pub const PARTNER_ISSUER: &str = "https://partner.dev.invalid";

/// The domain whose addresses the partner vouches for.
pub const PARTNER_DOMAIN: &str = "partner.test";

/// The claim that names the organization of a user.
pub const ORGANIZATION_CLAIM: &str = "org";

/// The id of the sample service app.
pub const SERVICE_APP_ID: &str = "sample-service-app";

/// The address of the sample service app's account; it may act as users of this domain.
pub const SERVICE_APP_EMAIL: &str = "service@example.com";

/// The scope that lets a service app act as a user.
pub const ACT_AS_SCOPE: &str = "spaces.create.actas";

const USER_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// The most that the service accepts.
const SERVICE_APP_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// An issuer of user tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Issuer {
    /// The service's own accounts: the user ids of its tokens are those of the service.
    #[default]
    Accounts,
    /// Another company's accounts: an issuer that vouches for addresses at `partner.test` alone. That is the service's
    /// configuration; its tokens say of every address whether it is verified, as those of any issuer could.
    Partner,
}

impl Issuer {
    /// Its `iss`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => ISSUER,
            Self::Partner => PARTNER_ISSUER,
        }
    }

    fn key(self) -> DevelopmentKey {
        match self {
            Self::Accounts => ISSUER_KEY,
            Self::Partner => PARTNER_KEY,
        }
    }

    /// The JWK set that its tokens verify with.
    ///
    /// # Errors
    /// [`LocalError::Token`] when the public key can't be derived.
    pub fn jwks(self) -> Result<Value, LocalError> {
        self.key().jwks()
    }
}

/// A user as a development issuer knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user id.
    pub id: UserId,
    /// The address.
    pub email: EmailAddress,
    /// Whether the issuer vouches for the address.
    pub email_verified: bool,
    /// The name to show.
    pub name: Option<String>,
    /// A BCP 47 tag.
    pub locale: Option<String>,
    /// An IANA time zone.
    pub zone: Option<String>,
    /// The organization.
    pub organization: Option<String>,
    /// Whether tokens tell more than the user id.
    pub identity: bool,
}

impl Person {
    /// Somebody with a verified address, whose id is made from it: the same address is always the same person.
    #[must_use]
    pub fn with_email(email: EmailAddress) -> Self {
        Self {
            id: id_of(&email),
            email,
            email_verified: true,
            name: None,
            locale: None,
            zone: None,
            organization: None,
            identity: true,
        }
    }

    /// `email`, `email_verified`, `name`, `locale` and `zoneinfo` of OpenID Connect Core 1.0, section 5.1, and the organization.
    fn identity_claims(&self) -> Map<String, Value> {
        let claims = [
            ("email", Some(json!(self.email.as_typed()))),
            ("email_verified", Some(json!(self.email_verified))),
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("locale", self.locale.as_ref().map(|locale| json!(locale))),
            ("zoneinfo", self.zone.as_ref().map(|zone| json!(zone))),
            (ORGANIZATION_CLAIM, self.organization.as_ref().map(|organization| json!(organization))),
        ];
        let told = claims.into_iter().filter(|_| self.identity);
        told.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// The claims of a user token: the original's, in its order, then others.
#[derive(Serialize)]
struct UserClaims {
    user_id_sig: String,
    product_type: &'static str,
    lastupdatetime: String,
    iss: &'static str,
    publickeyid: &'static str,
    exp: i64,
    user_id: UserId,
    ver: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(flatten)]
    identity: Map<String, Value>,
}

/// A user token (`Authorization: jwt …`) of the original's shape, issued at `now` and valid for twelve hours.
///
/// # Errors
/// [`LocalError::Token`] when the signature can't be made.
pub fn user(person: &Person, now: Timestamp) -> Result<String, LocalError> {
    user_of(Issuer::Accounts, person, now, Some(now))
}

/// A user token of an issuer, valid for twelve hours from `now`. Its `iat` is `issued`.
///
/// # Errors
/// [`LocalError::Token`] when the signature can't be made.
pub fn user_of(of: Issuer, person: &Person, now: Timestamp, issued: Option<Timestamp>) -> Result<String, LocalError> {
    let key = of.key();
    let claims = UserClaims {
        user_id_sig: key.mark(&person.id.to_string()),
        product_type: "accounts",
        lastupdatetime: now.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        iss: of.name(),
        publickeyid: key.id,
        exp: (now + USER_TOKEN_LIFE).as_second(),
        user_id: person.id,
        ver: "2.0",
        iat: issued.map(Timestamp::as_second),
        identity: person.identity_claims(),
    };
    // No kid, as in the original: the claim publickeyid names the key.
    key.sign(&json!({ "alg": "EdDSA", "typ": "JWT" }), &claims)
}

/// A token of the sample service app (`Authorization: service_app …`) for the service at `audience`, with blank-separated
/// `scope`, valid for an hour from `now`.
///
/// # Errors
/// [`LocalError::Token`] when the signature can't be made.
pub fn service_app(audience: &str, scope: &str, now: Timestamp) -> Result<String, LocalError> {
    let claims = json!({
        "iss": SERVICE_APP_ID,
        "sub": SERVICE_APP_ID,
        "aud": audience,
        "iat": now.as_second(),
        "exp": (now + SERVICE_APP_TOKEN_LIFE).as_second(),
        "scope": scope,
    });
    SERVICE_APP_KEY.sign(&json!({ "alg": "EdDSA", "typ": "JWT", "kid": SERVICE_APP_KEY.id }), &claims)
}

/// The JWK set that the tokens of [`user`] verify with.
///
/// # Errors
/// [`LocalError::Token`] when the public key can't be derived.
pub fn issuer_jwks() -> Result<Value, LocalError> {
    Issuer::Accounts.jwks()
}

/// The JWK set that the sample service app registers.
///
/// # Errors
/// [`LocalError::Token`] when the public key can't be derived.
pub fn service_app_jwks() -> Result<Value, LocalError> {
    SERVICE_APP_KEY.jwks()
}

/// What the issuer knows of an opaque access token (RFC 7662, section 2.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Introspection {
    iss: String,
    sub: String,
    token_type: String,
    exp: i64,
    iat: i64,
    #[serde(flatten)]
    identity: Map<String, Value>,
}

impl Introspection {
    /// A token for `person`, valid for twelve hours from `now`.
    #[must_use]
    pub fn of(person: &Person, now: Timestamp) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            sub: person.id.to_string(),
            token_type: "Bearer".to_owned(),
            exp: (now + USER_TOKEN_LIFE).as_second(),
            iat: now.as_second(),
            identity: person.identity_claims(),
        }
    }

    /// The same, issued at another time.
    #[must_use]
    pub fn issued(self, at: Timestamp) -> Self {
        Self { iat: at.as_second(), ..self }
    }

    /// The same, valid until another time.
    #[must_use]
    pub fn until(self, end: Timestamp) -> Self {
        Self { exp: end.as_second(), ..self }
    }

    pub(crate) fn is_valid(&self, now: Timestamp) -> bool {
        now.as_second() < self.exp
    }
}

fn id_of(email: &EmailAddress) -> UserId {
    let hash = digest(&SHA256, email.canonical().as_bytes());
    let mut id = [0; 12];
    for (byte, hashed) in id.iter_mut().zip(hash.as_ref()) {
        *byte = *hashed;
    }
    UserId::from_bytes(id)
}
