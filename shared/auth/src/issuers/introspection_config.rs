//! Configuration of the introspection endpoint.

use std::fmt;

use jiff::SignedDuration;
use regex_lite::Regex;
use url::Url;

use super::budget::Budget;
use super::config::{NOT_A_SAFE_URL, safe_url};
use super::fields::{AuthConfigError, ConfigFields};
use super::identity::Identities;

/// The introspection endpoint for opaque access tokens (RFC 7662).
///
/// In JSON, it is an object. Its fields are described in `docs/configuration.md`; any other field is an error.
pub struct IntrospectionConfig {
    pub(super) url: Url,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) audience: Option<Vec<String>>,
    pub(super) identities: Identities,
    pub(super) cache: SignedDuration,
    pub(super) pattern: Option<Regex>,
    pub(super) budget: Budget,
}

impl IntrospectionConfig {
    /// Parses the object from JSON.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] naming the field.
    pub fn from_json(json: &str) -> Result<Self, AuthConfigError> {
        let place = "introspection".to_owned();
        let mut fields = match serde_json::from_str(json) {
            Ok(value) => ConfigFields::new(place, value)?,
            Err(_) => return Err(AuthConfigError::Shape { place, must_be: "a JSON object" }),
        };
        let url = fields.required_text("url")?;
        let iss = fields.required_texts("iss")?;
        let cache = fields.number("cache_seconds")?.unwrap_or(30);
        if !(0..=300).contains(&cache) {
            return Err(fields.error("cache_seconds", "must be 0 to 300"));
        }
        let config = Self {
            url: safe_url(&url).ok_or_else(|| fields.error("url", NOT_A_SAFE_URL))?,
            client_id: fields.required_text("client_id")?,
            client_secret: fields.required_text("client_secret")?,
            audience: fields.explicit_texts("audience")?,
            identities: Identities::from_fields(&mut fields, iss)?,
            cache: SignedDuration::from_secs(cache),
            pattern: pattern(&mut fields)?,
            budget: Budget::new(
                limit(&mut fields, "unknown_per_minute", 60)?,
                limit(&mut fields, "unknown_burst", 10)?,
            ),
        };
        fields.finish()?;
        Ok(config)
    }
}

/// Parses a regular expression that a whole token must match.
fn pattern(fields: &mut ConfigFields) -> Result<Option<Regex>, AuthConfigError> {
    const FIELD: &str = "token_pattern";
    let Some(pattern) = fields.text(FIELD)? else { return Ok(None) };
    // The pattern is first compiled alone, because an unbalanced bracket could close the group that anchors it.
    let whole = Regex::new(&pattern).and_then(|_| Regex::new(&format!(r"\A(?:{pattern})\z")));
    whole.map(Some).map_err(|_| fields.error(FIELD, "must be a regular expression"))
}

fn limit(fields: &mut ConfigFields, name: &'static str, default: u32) -> Result<u32, AuthConfigError> {
    let Some(number) = fields.number(name)? else { return Ok(default) };
    let number = u32::try_from(number).ok().filter(|number| (1..=6_000).contains(number));
    number.ok_or_else(|| fields.error(name, "must be 1 to 6000"))
}

/// Omits the client's credentials.
impl fmt::Debug for IntrospectionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectionConfig").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
