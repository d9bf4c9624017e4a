//! The backend that all functions called by clients share.

use std::num::NonZeroU16;
use std::time::Duration;

use jiff::SignedDuration;
use spaces_http::{ConfigError, Env};
use spaces_model::{CompanyDomains, PublicUrl};
use spaces_store::{IndexSecret, Store, aws};

use crate::{Callers, CallersConfig};

/// Maximum number of attempts of a table call. With the default time-out, they may take 6 seconds in all: enough for an
/// attempt on each of two connections that were dropped unnoticed while the environment was frozen, and for one on a
/// new connection. API Gateway gives up after 30 seconds, a person much sooner.
const ATTEMPTS: u32 = 4;

/// The table and the authentication of callers.
pub struct Backend {
    /// The table.
    pub store: Store,
    /// The authentication of callers.
    pub callers: Callers,
    /// The public URL of the service.
    pub public_url: PublicUrl,
    /// The secret from which repeatable ids are derived.
    pub index_secret: IndexSecret,
}

impl Backend {
    /// Reads `PUBLIC_URL`, `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, `EMAIL_PROOF_DAYS`, `COMPANY_DOMAINS`, the
    /// variables of [`CallersConfig`] and those that the Lambda runtime sets.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let public_url: PublicUrl =
            env.required("PUBLIC_URL")?.parse().map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        let access = aws::Access::read("DYNAMODB", |name| env.text(name).map(str::to_owned))
            .map_err(|missing| ConfigError::Missing(missing.0.to_owned()))?;
        let attempt = Duration::from_millis(env.parsed("TABLE_TIMEOUT_MS")?.unwrap_or(2_000));
        let timeouts = aws::Timeouts { attempt, attempts: ATTEMPTS };
        let index_secret = IndexSecret::new(env.secret("INDEX_SECRET", &public_url)?)
            .map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?;
        let domains = env.parsed::<CompanyDomains>("COMPANY_DOMAINS")?.unwrap_or_default();
        let store = Store::new(&aws::sdk_config(access, timeouts), env.required("TABLE_NAME")?, index_secret.clone())
            .with_company_domains(domains);
        let proof_days = env.parsed::<NonZeroU16>("EMAIL_PROOF_DAYS")?.map_or(30, NonZeroU16::get);
        let proof_lifetime = SignedDuration::from_hours(24 * i64::from(proof_days));
        let callers = Callers::new(CallersConfig::from_env(env, &public_url)?, store.clone(), proof_lifetime)?;
        Ok(Self { store, callers, public_url, index_secret })
    }
}
