//! Configuration of the authentication of callers, read from the environment.

use std::num::{NonZeroU16, NonZeroU32};

use jiff::SignedDuration;
use spaces_auth::{AuthConfig, GuestKeys, Issuers};
use spaces_http::{ConfigError, Env};
use spaces_model::PublicUrl;

use crate::introspection::introspection;

/// Configuration of the authentication of callers.
#[derive(Debug)]
pub struct CallersConfig {
    /// Issuers, introspection, the keys of guest tokens.
    pub auth: AuthConfig,
    /// The name of the session cookie that the web link reads.
    pub cookie: String,
}

impl CallersConfig {
    /// Reads `ISSUERS`, `INTROSPECTION`, `INTROSPECTION_CLIENT_SECRET`, `GUEST_JWKS`, `JWKS_FRESH_MINUTES`,
    /// `JWKS_STALE_HOURS`, `PREVIOUS_PUBLIC_URLS`, `USER_TOKEN_MAX_HOURS` and `SESSION_COOKIE_NAME`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable.
    pub fn from_env(env: &Env, public_url: &PublicUrl) -> Result<Self, ConfigError> {
        let issuers = Issuers::from_json(env.document("ISSUERS")?.as_deref().unwrap_or("[]"))
            .map_err(|error| ConfigError::wrong("ISSUERS", error))?;
        let introspection = introspection(env)?;
        let guests = env.text("GUEST_JWKS").map_or_else(|| Ok(GuestKeys::published()), GuestKeys::from_json);
        let auth = AuthConfig {
            own_urls: env.own_urls(public_url)?,
            guests: guests.map_err(|error| ConfigError::wrong("GUEST_JWKS", error))?,
            issuers,
            introspection,
            jwks_fresh: SignedDuration::from_mins(minutes(env, "JWKS_FRESH_MINUTES", 60)?),
            jwks_stale: SignedDuration::from_hours(hours(env, "JWKS_STALE_HOURS", 24)?),
            user_token_max: SignedDuration::from_hours(hours(env, "USER_TOKEN_MAX_HOURS", 24 * 45)?),
        };
        Ok(Self { auth, cookie: env.session_cookie()? })
    }
}

fn minutes(env: &Env, name: &str, default: u16) -> Result<i64, ConfigError> {
    Ok(env.parsed::<NonZeroU16>(name)?.map_or(default, NonZeroU16::get).into())
}

fn hours(env: &Env, name: &str, default: u32) -> Result<i64, ConfigError> {
    Ok(env.parsed::<NonZeroU32>(name)?.map_or(default, NonZeroU32::get).into())
}
