//! The claims of a token, read by name and type.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Number, Value};
use spaces_model::representable;

use crate::Rejected;

/// Maximum clock skew.
pub(crate) const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// A JSON object of claims. If a name is given twice, the last value counts, as RFC 7519 section 4 allows.
#[derive(Clone)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, Rejected> {
        let json = std::str::from_utf8(json).map_err(|_| Rejected::Malformed)?;
        serde_json::from_str(&representable(json)).map(Self).map_err(|_| Rejected::Malformed)
    }

    /// Returns a claim of any type. `null` counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Returns whether a claim is present, even as `null`.
    #[cfg(feature = "issuers")]
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns an optional claim that must be a string if present.
    pub(crate) fn optional_text(&self, name: &'static str) -> Result<Option<&str>, Rejected> {
        self.get(name).map(|value| value.as_str().ok_or(Rejected::Claim(name))).transpose()
    }

    /// Returns a required claim that must be a string.
    pub(crate) fn text(&self, name: &'static str) -> Result<&str, Rejected> {
        self.optional_text(name)?.ok_or(Rejected::Missing(name))
    }

    /// Returns an optional claim that must be a `NumericDate` (RFC 7519 section 2) if present.
    pub(crate) fn optional_time(&self, name: &'static str) -> Result<Option<Timestamp>, Rejected> {
        let read = |value: &Value| match value {
            Value::Number(number) => numeric_date(number),
            _ => None,
        };
        self.get(name).map(|value| read(value).ok_or(Rejected::Claim(name))).transpose()
    }

    /// Returns a required claim that must be a `NumericDate`.
    pub(crate) fn time(&self, name: &'static str) -> Result<Timestamp, Rejected> {
        self.optional_time(name)?.ok_or(Rejected::Missing(name))
    }

    /// Checks that the token is valid at `now` according to `exp`, which is required, `nbf`, `iat` and `auth_time`.
    pub(crate) fn check_time(&self, now: Timestamp) -> Result<(), Rejected> {
        if now.duration_since(self.time("exp")?) >= LEEWAY {
            return Err(Rejected::Expired);
        }
        self.check_begun(now)
    }

    /// Performs the part of [`Claims::check_time`] that also applies to an introspection response, which may have no
    /// `exp`.
    pub(crate) fn check_begun(&self, now: Timestamp) -> Result<(), Rejected> {
        let future = |time: Timestamp| time.duration_since(now) > LEEWAY;
        if self.optional_time("nbf")?.is_some_and(future) {
            return Err(Rejected::NotYetValid);
        }
        // An `auth_time` in the future would be a proof that takes precedence over every later one, and one before 1970
        // is no proof at all.
        for name in ["iat", "auth_time"] {
            let time = self.optional_time(name)?;
            if time.is_some_and(future) {
                return Err(Rejected::IssuedInFuture);
            }
            if time.is_some_and(|time| time < Timestamp::UNIX_EPOCH) {
                return Err(Rejected::Claim(name));
            }
        }
        Ok(())
    }

    /// Rejects a token whose lifetime, from `iat` (or from `now` if it has none) to `exp`, exceeds `longest`.
    #[cfg(feature = "issuers")]
    pub(crate) fn check_lifetime(&self, longest: SignedDuration, now: Timestamp) -> Result<(), Rejected> {
        let since = self.optional_time("iat")?.unwrap_or(now);
        if self.time("exp")?.duration_since(since) > longest { Err(Rejected::TooLongLived) } else { Ok(()) }
    }

    /// Returns the time, in whole seconds, of the token's statements about its user: `auth_time` (`OpenID` Connect Core
    /// 1.0 section 2), else `iat`.
    #[cfg(feature = "issuers")]
    pub(crate) fn date(&self) -> Option<Timestamp> {
        let time = |name| self.optional_time(name).ok().flatten();
        Timestamp::from_second(time("auth_time").or_else(|| time("iat"))?.as_second()).ok()
    }

    /// Checks that `aud`, a string or a list of strings (RFC 7519 section 4.1.3), names an accepted audience.
    pub(crate) fn check_audience<S: AsRef<str>>(&self, accepted: &[S]) -> Result<(), Rejected> {
        let malformed = Rejected::Claim("aud");
        let accepts = |given: &str| accepted.iter().any(|one| one.as_ref() == given);
        let named = match self.get("aud").ok_or(Rejected::Missing("aud"))? {
            Value::String(one) => accepts(one),
            Value::Array(several) => {
                let several: Option<Vec<&str>> = several.iter().map(Value::as_str).collect();
                several.ok_or(malformed)?.into_iter().any(accepts)
            }
            _ => return Err(malformed),
        };
        if named { Ok(()) } else { Err(Rejected::Audience) }
    }
}

/// Parses whole or fractional seconds since the epoch, within the range of [`Timestamp`].
fn numeric_date(number: &Number) -> Option<Timestamp> {
    match number.as_i64() {
        Some(seconds) => Timestamp::from_second(seconds).ok(),
        None => SignedDuration::try_from_secs_f64(number.as_f64()?)
            .ok()
            .and_then(|time| Timestamp::from_duration(time).ok()),
    }
}
