//! Configuration of who may call, read from the environment.

use std::num::NonZeroU16;

use jiff::SignedDuration;
use spaces_auth::{AuthConfig, GuestTokens, Issuers, Secrets};
use spaces_http::{ConfigError, Env};
use spaces_model::PublicUrl;

use crate::introspection::introspection;

/// Configuration of who may call.
#[derive(Debug)]
pub struct CallersConfig {
    /// Issuers, introspection, guest tokens.
    pub auth: AuthConfig,
    /// The name of the session cookie that the web link reads.
    pub cookie: String,
}

impl CallersConfig {
    /// Reads `ISSUERS`, `INTROSPECTION`, `INTROSPECTION_CLIENT_SECRET`, `SESSION_COOKIE_NAME`, `GUEST_TOKEN_HOURS` and `JWKS_FRESH_MINUTES`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable.
    pub fn from_env(env: &Env, secrets: &Secrets, public_url: &PublicUrl) -> Result<Self, ConfigError> {
        let issuers = Issuers::from_json(env.text("ISSUERS").unwrap_or("[]"))
            .map_err(|error| ConfigError::wrong("ISSUERS", error))?;
        let introspection = introspection(env)?;
        let guests = guest_tokens(env, secrets, public_url)?;
        let jwks_fresh = SignedDuration::from_mins(
            env.parsed::<NonZeroU16>("JWKS_FRESH_MINUTES")?.map_or(60, NonZeroU16::get).into(),
        );
        let auth =
            AuthConfig { guests, issuers, introspection, service_app_audience: public_url.to_string(), jwks_fresh };
        Ok(Self { auth, cookie: env.session_cookie()? })
    }
}

fn guest_tokens(env: &Env, secrets: &Secrets, public_url: &PublicUrl) -> Result<GuestTokens, ConfigError> {
    let lifetime =
        SignedDuration::from_hours(env.parsed::<NonZeroU16>("GUEST_TOKEN_HOURS")?.map_or(24, NonZeroU16::get).into());
    GuestTokens::new(secrets, public_url.as_str(), public_url.as_str(), lifetime)
        .map_err(|error| ConfigError::wrong("SIGNING_SECRET", error))
}
