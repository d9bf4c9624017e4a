//! Tokens of the development issuers and of the sample service app, for tests and for `cargo xtask token`.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spaces_model::{EmailAddress, UserId};

use crate::LocalError;
use crate::jws::{DevelopmentKey, ISSUER_KEY, PARTNER_KEY, SERVICE_APP_KEY};

/// The `iss` of user tokens and of introspected tokens. The name can't resolve (RFC 6761, section 6.4).
pub const ISSUER: &str = "https://accounts.dev.invalid";

/// The `iss` of tokens of the partner's users.
pub const PARTNER_ISSUER: &str = "https://partner.dev.invalid";

/// Domain whose addresses the partner is trusted to verify.
pub const PARTNER_DOMAIN: &str = "partner.test";

/// Claim with a user's organization.
pub const ORGANIZATION_CLAIM: &str = "org";

/// Id of the sample service app.
pub const SERVICE_APP_ID: &str = "sample-service-app";

/// Address of the sample service app's account. The app may act as users of this address's domain.
pub const SERVICE_APP_EMAIL: &str = "service@example.com";

/// Scope that lets a service app act as a user.
pub const ACT_AS_SCOPE: &str = "spaces.create.actas";

const USER_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Maximum lifetime that the service accepts.
const SERVICE_APP_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// An issuer of user tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DevelopmentIssuer {
    /// The service's own accounts. The user ids in its tokens are those of the service.
    #[default]
    Accounts,
    /// Another company's accounts. The service is configured to trust this issuer for addresses at `partner.test` only.
    /// Its tokens can claim that any address is verified, as those of any issuer could.
    Partner,
}

impl DevelopmentIssuer {
    /// Returns the issuer's `iss`.
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

    /// Returns the JWK set that verifies the issuer's tokens.
    ///
    /// # Errors
    /// [`LocalError::Token`] when the public key can't be derived.
    pub fn jwks(self) -> Result<Value, LocalError> {
        self.key().jwks()
    }
}

/// A user of a development issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevelopmentUser {
    /// The user id.
    pub id: UserId,
    /// The address.
    pub email: EmailAddress,
    /// True if the issuer has verified the address.
    pub email_verified: bool,
    /// The name to show.
    pub name: Option<String>,
    /// A BCP 47 tag.
    pub locale: Option<String>,
    /// An IANA time zone.
    pub zone: Option<String>,
    /// The organization.
    pub organization: Option<String>,
    /// True if the user's tokens carry claims other than the user id.
    pub identity: bool,
}

impl DevelopmentUser {
    /// Creates a user with a verified address. The id is derived from the address: the same address is always the same
    /// user.
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

    /// Returns the claims `email`, `email_verified`, `name`, `locale` and `zoneinfo` of OpenID Connect Core 1.0,
    /// section 5.1, and the organization.
    fn identity_claims(&self) -> Map<String, Value> {
        let claims = [
            ("email", Some(json!(self.email.as_typed()))),
            ("email_verified", Some(json!(self.email_verified))),
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("locale", self.locale.as_ref().map(|locale| json!(locale))),
            ("zoneinfo", self.zone.as_ref().map(|zone| json!(zone))),
            (ORGANIZATION_CLAIM, self.organization.as_ref().map(|organization| json!(organization))),
        ];
        let included = claims.into_iter().filter(|_| self.identity);
        included.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// The claims of a user token: those of the original tokens in their order, then others.
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

/// Issues a user token (`Authorization: jwt …`) in the format of the original tokens, issued at `now` and valid for
/// twelve hours.
///
/// # Errors
/// [`LocalError::Token`] when signing fails.
pub fn user(person: &DevelopmentUser, now: Timestamp) -> Result<String, LocalError> {
    user_of_issuer(DevelopmentIssuer::Accounts, person, now, Some(now))
}

/// Issues a user token of an issuer, with `issued_at` as its `iat`, valid for twelve hours from `now`.
///
/// # Errors
/// [`LocalError::Token`] when signing fails.
pub fn user_of_issuer(
    issuer: DevelopmentIssuer,
    person: &DevelopmentUser,
    now: Timestamp,
    issued_at: Option<Timestamp>,
) -> Result<String, LocalError> {
    let key = issuer.key();
    let claims = UserClaims {
        user_id_sig: key.user_id_signature(&person.id.to_string()),
        product_type: "accounts",
        lastupdatetime: now.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        iss: issuer.name(),
        publickeyid: key.id,
        exp: (now + USER_TOKEN_LIFE).as_second(),
        user_id: person.id,
        ver: "2.0",
        iat: issued_at.map(Timestamp::as_second),
        identity: person.identity_claims(),
    };
    // Like the original tokens, it has no `kid`: the claim `publickeyid` names the key.
    key.sign(&json!({ "alg": "EdDSA", "typ": "JWT" }), &claims)
}

/// Issues a token of the sample service app (`Authorization: service_app …`) for the service at `audience`, with
/// blank-separated `scope`, valid for an hour from `now`.
///
/// # Errors
/// [`LocalError::Token`] when signing fails.
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

/// Returns the JWK set that verifies the tokens of [`user`].
///
/// # Errors
/// [`LocalError::Token`] when the public key can't be derived.
pub fn issuer_jwks() -> Result<Value, LocalError> {
    DevelopmentIssuer::Accounts.jwks()
}

/// Returns the JWK set that the sample service app registers.
///
/// # Errors
/// [`LocalError::Token`] when the public key can't be derived.
pub fn service_app_jwks() -> Result<Value, LocalError> {
    SERVICE_APP_KEY.jwks()
}

/// The issuer's response to the introspection of an opaque access token (RFC 7662, section 2.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntrospectionResponse {
    iss: String,
    sub: String,
    token_type: String,
    exp: i64,
    iat: i64,
    #[serde(flatten)]
    identity: Map<String, Value>,
}

impl IntrospectionResponse {
    /// Describes a token of `person` that is issued at `now` and valid for twelve hours.
    #[must_use]
    pub fn of(person: &DevelopmentUser, now: Timestamp) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            sub: person.id.to_string(),
            token_type: "Bearer".to_owned(),
            exp: (now + USER_TOKEN_LIFE).as_second(),
            iat: now.as_second(),
            identity: person.identity_claims(),
        }
    }

    /// Sets the time of issue.
    #[must_use]
    pub fn issued(self, at: Timestamp) -> Self {
        Self { iat: at.as_second(), ..self }
    }

    /// Sets the expiry time.
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
