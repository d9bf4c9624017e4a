//! Configuration of the trusted issuers.

use std::fmt;

use serde_json::Value;
use url::{Host, Url};

use super::fields::{AuthConfigError, ConfigFields};
use super::identity::Identities;
use super::remote_keys::{IssuerKeys, JwksAccess};
use super::requirements::Requirements;
use super::tokens::{AccessTokens, Issuer};
use crate::keys::{Algorithm, KeyError, KeySet};

/// The trusted issuers.
///
/// In JSON, they are a list of objects. Their fields are described in `docs/configuration.md`; any other field is an
/// error.
#[derive(Debug, Default)]
pub struct Issuers(pub(super) Vec<IssuerConfig>);

#[derive(Debug)]
pub(super) struct IssuerConfig {
    place: String,
    keys: KeySource,
    algorithms: Vec<Algorithm>,
    audience: Option<Vec<String>>,
    pub(super) identities: Identities,
    access_tokens: Option<AccessTokens>,
}

/// The source of an issuer's public keys.
pub(super) enum KeySource {
    Url(Url),
    Inline(KeySet),
}

impl Issuers {
    /// Parses the list from JSON.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] naming the issuer and the field.
    pub fn from_json(json: &str) -> Result<Self, AuthConfigError> {
        let shape = || AuthConfigError::Shape { place: "issuers".to_owned(), must_be: "a JSON list of objects" };
        let list: Vec<Value> = serde_json::from_str(json).map_err(|_| shape())?;
        let mut issuers: Vec<IssuerConfig> = Vec::new();
        for (place, value) in list.into_iter().enumerate() {
            let issuer = IssuerConfig::from_value(place, value)?;
            let spellings: Vec<&str> = issuers.iter().flat_map(|known| known.identities.spellings()).collect();
            if let Some(iss) = issuer.identities.spellings().find(|iss| spellings.contains(iss)) {
                return Err(AuthConfigError::Twice(iss.to_owned()));
            }
            issuers.push(issuer);
        }
        Ok(Self(issuers))
    }

    pub(super) fn contains(&self, iss: &str) -> bool {
        self.0.iter().any(|issuer| issuer.identities.is_spelled(iss))
    }

    /// Rejects issuers on http or a loopback host: anybody on the network path could forge their keys, and a deployment
    /// has no issuer on its loopback interface.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError::Field`].
    pub(super) fn check_remote(&self) -> Result<(), AuthConfigError> {
        for issuer in &self.0 {
            let spellings = issuer.identities.spellings().filter_map(|iss| Url::parse(iss).ok());
            let keys = if let KeySource::Url(url) = &issuer.keys { Some(url.clone()) } else { None };
            for (field, url) in spellings.map(|url| ("iss", url)).chain(keys.map(|url| ("jwks_url", url))) {
                if url.scheme() == "http" || is_loopback(&url) {
                    let fault = "is on http or a loopback host, but PUBLIC_URL is not";
                    return Err(AuthConfigError::Field { place: issuer.place.clone(), field: field.to_owned(), fault });
                }
            }
        }
        Ok(())
    }

    pub(super) fn into_trusted(self, keys: &JwksAccess) -> Vec<Issuer> {
        self.0.into_iter().map(|issuer| issuer.into_trusted(keys)).collect()
    }
}

impl IssuerConfig {
    fn from_value(place: usize, value: Value) -> Result<Self, AuthConfigError> {
        let iss = value.get("iss").map(|iss| iss.get(0).unwrap_or(iss));
        let name = iss.and_then(Value::as_str).unwrap_or("without a name");
        let place = format!("issuer {} ({name})", place + 1);
        let mut fields = ConfigFields::new(place.clone(), value)?;
        let iss = fields.required_texts("iss")?;
        let audience = fields.explicit_texts("audience")?;
        let issuer = Self {
            keys: keys(&mut fields)?,
            algorithms: algorithms(&mut fields)?,
            access_tokens: access_tokens(&mut fields, audience.as_ref())?,
            identities: Identities::from_fields(&mut fields, iss)?,
            place,
            audience,
        };
        fields.finish()?;
        Ok(issuer)
    }

    fn into_trusted(self, keys: &JwksAccess) -> Issuer {
        Issuer {
            keys: IssuerKeys::new(self.keys, &self.identities.iss, keys),
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
        (None, Some(jwks)) => KeySource::inline(&jwks).map_err(|fault| fields.error("jwks", fault)),
        _ => Err(fields.error("jwks_url", "or jwks must be given, but not both")),
    }
}

fn algorithms(fields: &mut ConfigFields) -> Result<Vec<Algorithm>, AuthConfigError> {
    let Some(names) = fields.texts("algorithms")? else { return Ok(Algorithm::ALL.to_vec()) };
    let algorithms: Option<_> = names.iter().map(|name| Algorithm::parse(name)).collect();
    algorithms.ok_or_else(|| fields.error("algorithms", "must be among RS256, ES256 and EdDSA"))
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
        (Some(_), Some(_), _) => return Err(nested.error("client_ids", "can't be given together with audience")),
        (None, Some(clients), _) => AccessTokens::of_clients(clients),
        (Some(audience), None, _) => AccessTokens::for_audience(audience),
        (None, None, Some(audience)) => AccessTokens::for_audience(audience.clone()),
        (None, None, None) => return Err(nested.error("audience", "or client_ids must be given")),
    };
    if let Some(claim) = nested.text("client_claim")? {
        tokens = tokens.with_client_claim(claim);
    }
    tokens.types = nested.texts("types")?.unwrap_or(tokens.types);
    tokens.required_claims = nested.texts("required_claims")?.unwrap_or(tokens.required_claims);
    tokens.requirements = Requirements::from_fields(&mut nested)?;
    nested.finish()?;
    Ok(Some(tokens))
}

impl KeySource {
    /// Parses a JWK Set. Keys that can't be used are ignored (RFC 7517 section 5), like those from a URL.
    ///
    /// # Errors
    ///
    /// The fault of the set: it has no usable key, or it has a private or symmetric key.
    pub(super) fn inline(jwks: &Value) -> Result<Self, &'static str> {
        let (keys, unusable) =
            KeySet::from_value(jwks).map_err(|_| "must be a JWK Set: an object with a list of keys")?;
        if unusable.iter().any(|(_, reason)| *reason == KeyError::Private) {
            return Err("has a private or symmetric key");
        }
        if keys.is_empty() {
            return Err("has no public RSA, P-256 or Ed25519 key for signatures");
        }
        for (place, reason) in unusable {
            tracing::warn!(place, %reason, "a configured key is not used");
        }
        Ok(Self::Inline(keys))
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

pub(super) const NOT_A_SAFE_URL: &str =
    "must be an https URL (http only for localhost, 127.0.0.0/8 or [::1]) without a user name or password";

/// Parses a URL with https, or with http and a loopback host. Keys and introspection responses decide who a caller is,
/// so they must not travel in the clear.
pub(super) fn safe_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    (scheme && url.host().is_some() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
