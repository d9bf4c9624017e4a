//! What the functions that callers reach have in common behind them.

use std::num::NonZeroU16;
use std::time::Duration;

use jiff::SignedDuration;
use spaces_http::{ConfigError, Env};
use spaces_model::{CompanyDomains, PublicUrl};
use spaces_store::{IndexSecret, Store, aws};

use crate::{Callers, CallersConfig};

/// How often a call of the table is tried. With the default time-out that is 6 seconds at most: time for an attempt on each of
/// two connections that have died in silence while the environment was frozen, and for one on a new connection. API Gateway
/// gives up after 30, a person much sooner.
const ATTEMPTS: u32 = 4;

/// The table, and who may reach it.
pub struct Backend {
    /// The table.
    pub store: Store,
    /// Who is calling.
    pub callers: Callers,
    /// Where the service is reached from outside.
    pub public_url: PublicUrl,
    /// The secret that repeatable ids are derived from.
    pub index_secret: IndexSecret,
}

impl Backend {
    /// Reads `PUBLIC_URL`, `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, `EMAIL_PROOF_DAYS`, `COMPANY_DOMAINS`, what
    /// [`CallersConfig`] reads and what the Lambda runtime sets.
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
