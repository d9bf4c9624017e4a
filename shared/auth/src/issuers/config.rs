//! Which issuers are trusted, and for what.

use std::fmt;

use jiff::SignedDuration;
use serde_json::Value;
use url::{Host, Url};

use super::fetch::Http;
use super::fields::{AuthConfigError, ConfigFields};
use super::identity::Identities;
use super::remote_keys::RemoteKeys;
use super::tokens::{AccessTokens, Issuer, Keys};
use crate::keys::{Algorithm, KeySet};

/// The issuers whose users we know.
///
/// As JSON, a list of objects with these fields; any other field is an error.
///
/// | field | | |
/// |---|---|---|
/// | `iss` | required | what the claim `iss` must be, letter for letter |
/// | `jwks_url` | one of these two | where the public keys are: https, or http on the loopback interface |
/// | `jwks` | | the keys themselves, a JWK Set |
/// | `algorithms` | all three | those of `RS256`, `ES256` and `EdDSA` that the issuer uses |
/// | `audience` | not checked | a text or a list; the claim `aud` must name one of them |
/// | `user_id_claim` | `user_id`, else `sub` | the claim that says who it is |
/// | `native_user_ids` | `false` | 24 hex digits in that claim are this service's user id: this issuer speaks for all users |
/// | `email_verified_by_default` | `false` | what `email` is worth in a token without `email_verified` |
/// | `access_tokens` | see there | how the scheme `bearer` takes this issuer's JWTs |
///
/// `access_tokens` is an object. Its defaults are RFC 9068; each field is for issuers that deviate from it:
///
/// | field | | |
/// |---|---|---|
/// | `audience` | the issuer's `audience` | the claim `aud` must name one of them |
/// | `client_ids` | | instead of an audience, for issuers that give none (Amazon Cognito): the claim `client_id` must be one of them |
/// | `types` | `at+jwt` | the header's `typ`; `JWT` (Auth0's default, Entra, Keycloak, Cognito) also takes a token without one |
/// | `required_claims` | `sub`, `client_id`, `iat`, `jti` | Entra has neither `client_id` nor `jti`, Keycloak and Auth0 have `azp` for `client_id` |
///
/// Without an audience or client ids, the issuer's access tokens are refused: it would be anybody's token.
#[derive(Debug, Default)]
pub struct Issuers(Vec<IssuerConfig>);

#[derive(Debug)]
struct IssuerConfig {
    iss: String,
    keys: KeySource,
    algorithms: Vec<Algorithm>,
    audience: Option<Vec<String>>,
    identities: Identities,
    access_tokens: Option<AccessTokens>,
}

enum KeySource {
    Url(Url),
    Inline(KeySet),
}

impl Issuers {
    /// Reads the list from JSON.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] names the issuer and the field.
    pub fn from_json(json: &str) -> Result<Self, AuthConfigError> {
        let shape = || AuthConfigError::Shape { place: "issuers".to_owned(), must_be: "a JSON list of objects" };
        let list: Vec<Value> = serde_json::from_str(json).map_err(|_| shape())?;
        let mut issuers: Vec<IssuerConfig> = Vec::new();
        for (place, value) in list.into_iter().enumerate() {
            let issuer = IssuerConfig::from_value(place, value)?;
            if issuers.iter().any(|known| known.iss == issuer.iss) {
                return Err(AuthConfigError::Twice(issuer.iss));
            }
            issuers.push(issuer);
        }
        Ok(Self(issuers))
    }

    pub(super) fn contains(&self, iss: &str) -> bool {
        self.0.iter().any(|issuer| issuer.iss == iss)
    }

    pub(super) fn into_trusted(self, http: &Http, fresh: SignedDuration) -> Vec<Issuer> {
        self.0.into_iter().map(|issuer| issuer.into_trusted(http, fresh)).collect()
    }
}

impl IssuerConfig {
    fn from_value(place: usize, value: Value) -> Result<Self, AuthConfigError> {
        let name = value.get("iss").and_then(Value::as_str).unwrap_or("without a name");
        let mut fields = ConfigFields::new(format!("issuer {} ({name})", place + 1), value)?;
        let iss = fields.required_text("iss")?;
        let audience = fields.texts("audience")?;
        let issuer = Self {
            keys: keys(&mut fields)?,
            algorithms: algorithms(&mut fields)?,
            access_tokens: access_tokens(&mut fields, audience.as_ref())?,
            identities: identities(&mut fields, &iss)?,
            iss,
            audience,
        };
        fields.finish()?;
        Ok(issuer)
    }

    fn into_trusted(self, http: &Http, fresh: SignedDuration) -> Issuer {
        let keys = match self.keys {
            KeySource::Url(url) => Keys::Remote(Box::new(RemoteKeys::new(self.iss.clone(), url, http.clone(), fresh))),
            KeySource::Inline(keys) => Keys::Inline(keys),
        };
        Issuer {
            iss: self.iss,
            keys,
            algorithms: self.algorithms,
            audience: self.audience,
            identities: self.identities,
            access_tokens: self.access_tokens,
        }
    }
}

fn keys(fields: &mut ConfigFields) -> Result<KeySource, AuthConfigError> {
    match (fields.text("jwks_url")?, fields.take("jwks")) {
        (Some(url), None) => {
            Ok(KeySource::Url(safe_url(&url).ok_or_else(|| fields.error("jwks_url", NOT_A_SAFE_URL))?))
        }
        (None, Some(jwks)) => match KeySet::from_value(&jwks) {
            Ok((keys, unusable)) if unusable.is_empty() => Ok(KeySource::Inline(keys)),
            Ok(_) => {
                Err(fields.error("jwks", "has a key that is not a public RSA, P-256 or Ed25519 key for signatures"))
            }
            Err(_) => Err(fields.error("jwks", "must be a JWK Set: an object with a list of keys")),
        },
        _ => Err(fields.error("jwks_url", "or jwks must be there, and not both")),
    }
}

fn algorithms(fields: &mut ConfigFields) -> Result<Vec<Algorithm>, AuthConfigError> {
    let Some(names) = fields.texts("algorithms")? else { return Ok(Algorithm::ALL.to_vec()) };
    let algorithms: Option<_> = names.iter().map(|name| Algorithm::parse(name)).collect();
    algorithms.ok_or_else(|| fields.error("algorithms", "must be of RS256, ES256 and EdDSA"))
}

fn access_tokens(
    fields: &mut ConfigFields,
    audience: Option<&Vec<String>>,
) -> Result<Option<AccessTokens>, AuthConfigError> {
    let Some(mut nested) = fields.nested("access_tokens")? else {
        return Ok(audience.cloned().map(AccessTokens::for_audience));
    };
    let own_audience = nested.texts("audience")?;
    let mut tokens = match (own_audience, nested.texts("client_ids")?, audience) {
        (Some(_), Some(_), _) => return Err(nested.error("client_ids", "can't be there together with audience")),
        (None, Some(clients), _) => AccessTokens::of_clients(clients),
        (Some(audience), None, _) => AccessTokens::for_audience(audience),
        (None, None, Some(audience)) => AccessTokens::for_audience(audience.clone()),
        (None, None, None) => return Err(nested.error("audience", "or client_ids must be there")),
    };
    tokens.types = nested.texts("types")?.unwrap_or(tokens.types);
    tokens.required_claims = nested.texts("required_claims")?.unwrap_or(tokens.required_claims);
    nested.finish()?;
    Ok(Some(tokens))
}

fn identities(fields: &mut ConfigFields, iss: &str) -> Result<Identities, AuthConfigError> {
    Ok(Identities {
        iss: iss.to_owned(),
        id_claim: fields.text("user_id_claim")?,
        native_ids: fields.flag("native_user_ids")?,
        email_verified_by_default: fields.flag("email_verified_by_default")?,
    })
}

/// The endpoint that knows opaque access tokens (RFC 7662).
///
/// As JSON, an object with these fields; any other field is an error.
///
/// | field | | |
/// |---|---|---|
/// | `url` | required | https, or http on the loopback interface |
/// | `client_id`, `client_secret` | required | how we authenticate there (RFC 6749 section 2.3.1, Basic) |
/// | `iss` | required | the issuer whose users they are; an answer that names another is refused |
/// | `audience` | not checked | a text or a list; the answer's `aud` must name one of them |
/// | `user_id_claim`, `native_user_ids`, `email_verified_by_default` | | as for [`Issuers`] |
/// | `cache_seconds` | 30 | how long an answer is good for, 0 to 300, and never past the token's `exp` |
pub struct IntrospectionConfig {
    pub(super) url: Url,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) audience: Option<Vec<String>>,
    pub(super) identities: Identities,
    pub(super) cache: SignedDuration,
}

impl IntrospectionConfig {
    /// Reads the object from JSON.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] names the field.
    pub fn from_json(json: &str) -> Result<Self, AuthConfigError> {
        let place = "introspection".to_owned();
        let mut fields = match serde_json::from_str(json) {
            Ok(value) => ConfigFields::new(place, value)?,
            Err(_) => return Err(AuthConfigError::Shape { place, must_be: "a JSON object" }),
        };
        let url = fields.required_text("url")?;
        let iss = fields.required_text("iss")?;
        let cache = fields.number("cache_seconds")?.unwrap_or(30);
        if !(0..=300).contains(&cache) {
            return Err(fields.error("cache_seconds", "must be 0 to 300"));
        }
        let config = Self {
            url: safe_url(&url).ok_or_else(|| fields.error("url", NOT_A_SAFE_URL))?,
            client_id: fields.required_text("client_id")?,
            client_secret: fields.required_text("client_secret")?,
            audience: fields.texts("audience")?,
            identities: identities(&mut fields, &iss)?,
            cache: SignedDuration::from_secs(cache),
        };
        fields.finish()?;
        Ok(config)
    }
}

/// Without the client's credentials.
impl fmt::Debug for IntrospectionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectionConfig").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(url.as_str()),
            Self::Inline(_) => f.write_str("inline"),
        }
    }
}

const NOT_A_SAFE_URL: &str =
    "must be an https URL (http only for localhost, 127.0.0.0/8 or [::1]) without user and password";

/// Keys and introspection's answers decide who somebody is: they don't travel in the clear.
fn safe_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    (scheme && url.username().is_empty() && url.password().is_none()).then_some(url)
}
