//! What configures the function.

use std::time::Duration;

use spaces_content::Sender;
use spaces_http::{ConfigError, Counter, Env, Sources};
use spaces_store::{IndexSecret, Store, aws};

use crate::App;
use crate::pace::Pace;
use crate::ses::Ses;

const TABLE_ATTEMPTS: u32 = 5;
/// SES answers slowly at times, and throttles whoever is over the account's rate for as long as they are.
const SES_TIMEOUTS: aws::Timeouts = aws::Timeouts { attempt: Duration::from_secs(10), attempts: 4 };

impl App {
    /// Reads `PUBLIC_URL`, `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, `MAIL_FROM`, `PRODUCT_NAME`, `SES_CONFIGURATION_SET`, `MAIL_CONCURRENCY`,
    /// `MAILS_PER_SECOND`, `METRICS_NAMESPACE` and what the Lambda runtime sets.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let access = |service| {
            aws::Access::read(service, |name| env.text(name).map(str::to_owned))
                .map_err(|missing| ConfigError::Missing(missing.0.to_owned()))
        };
        let public_url =
            env.required("PUBLIC_URL")?.parse().map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        let address = env.required("MAIL_FROM")?.parse().map_err(|error| ConfigError::wrong("MAIL_FROM", error))?;
        let attempt = Duration::from_millis(env.parsed("TABLE_TIMEOUT_MS")?.unwrap_or(2_000));
        let timeouts = aws::Timeouts { attempt, attempts: TABLE_ATTEMPTS };
        let index_secret = IndexSecret::new(env.required("INDEX_SECRET")?)
            .map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?;
        Ok(Self {
            store: Store::new(
                &aws::sdk_config(access("DYNAMODB")?, timeouts),
                env.required("TABLE_NAME")?,
                index_secret,
            ),
            ses: Ses::new(
                &aws::sdk_config(access("SESV2")?, SES_TIMEOUTS),
                env.text("SES_CONFIGURATION_SET").map(str::to_owned),
            ),
            pace: Pace::per_second(positive(env, "MAILS_PER_SECOND", 14)?),
            concurrency: usize::try_from(positive(env, "MAIL_CONCURRENCY", 10)?).unwrap_or(usize::MAX),
            sender: Sender { address, product: env.text("PRODUCT_NAME").unwrap_or("Spaces").to_owned() },
            public_url,
            sources,
            counter: Counter::from_env("deliver-invites", env)?,
        })
    }
}

fn positive(env: &Env, name: &str, default: u32) -> Result<u32, ConfigError> {
    match env.parsed(name)? {
        Some(0) => Err(ConfigError::wrong(name, "must be at least 1")),
        value => Ok(value.unwrap_or(default)),
    }
}
