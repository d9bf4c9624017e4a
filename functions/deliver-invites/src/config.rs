//! The function's configuration.

use std::num::NonZeroU16;
use std::time::Duration;

use spaces_content::{Brand, Sender};
use spaces_http::{ConfigError, Counter, Env, Sources};
use spaces_model::{EmailAddress, PublicUrl};
use spaces_store::{IndexSecret, Store, aws};

use crate::App;
use crate::backoff::SesBreaker;
use crate::lanes::{Lane, Lanes};
use crate::pace::Pacer;
use crate::rate::Rate;
use crate::ses::Ses;

const TABLE_ATTEMPTS: u32 = 5;
/// A single attempt: the queue retries.
const SES_TIMEOUTS: aws::Timeouts = aws::Timeouts { attempt: Duration::from_secs(10), attempts: 1 };
/// A call to SQS takes a few milliseconds.
const QUEUE_TIMEOUTS: aws::Timeouts = aws::Timeouts { attempt: Duration::from_secs(3), attempts: 3 };

/// The shares of the account's send rate that the two queues may use.
const SHARE: f64 = 0.4;
const BULK_SHARE: f64 = 0.6;

impl App {
    /// Reads `PUBLIC_URL`, `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, `MAIL_FROM`, the brand,
    /// `SES_CONFIGURATION_SET`, `MAILS_PER_SECOND`, `MAILS_PER_RECEIVER`, `METRICS_NAMESPACE`; for each queue
    /// `MAIL_QUEUE_ARN`, `MAIL_QUEUE_URL`, `MAIL_CONCURRENCY` and `MAIL_DEAD_LETTERS_URL`, prefixed with `BULK_` for
    /// the bulk queue; and the variables that the Lambda runtime sets.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let access = |service| {
            aws::Access::read(service, |name| env.text(name).map(str::to_owned))
                .map_err(|missing| ConfigError::Missing(missing.0.to_owned()))
        };
        let public_url: PublicUrl =
            env.required("PUBLIC_URL")?.parse().map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        let address: EmailAddress =
            env.required("MAIL_FROM")?.parse().map_err(|error| ConfigError::wrong("MAIL_FROM", error))?;
        let attempt = Duration::from_millis(env.parsed("TABLE_TIMEOUT_MS")?.unwrap_or(2_000));
        let table = aws::sdk_config(access("DYNAMODB")?, aws::Timeouts { attempt, attempts: TABLE_ATTEMPTS });
        let index_secret = IndexSecret::new(env.secret("INDEX_SECRET", &public_url)?)
            .map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?;
        let brand =
            Brand::read(|name| env.text(name)).map_err(|wrong| ConfigError::wrong(wrong.variable, wrong.reason))?;
        let configured = env.parsed::<u32>("MAILS_PER_SECOND")?.filter(|rate| *rate > 0);
        Ok(Self {
            store: Store::new(&table, env.required("TABLE_NAME")?, index_secret),
            ses: Ses::new(
                &aws::sdk_config(access("SESV2")?, SES_TIMEOUTS),
                env.text("SES_CONFIGURATION_SET").map(str::to_owned),
                address.clone(),
            ),
            lanes: Lanes::new(
                &aws::sdk_config(access("SQS")?, QUEUE_TIMEOUTS),
                [lane(env, "", SHARE)?, lane(env, "BULK_", BULK_SHARE)?],
            ),
            rate: Rate::new(configured.map(f64::from)),
            mails_per_receiver: env.bounded("MAILS_PER_RECEIVER", 1..=100)?.unwrap_or(10),
            breaker: SesBreaker::default(),
            sender: Sender { address, brand },
            public_url,
            sources,
            counter: Counter::from_env("deliver-invites", env)?,
        })
    }
}

fn lane(env: &Env, prefix: &str, share: f64) -> Result<Lane, ConfigError> {
    let name = |suffix: &str| format!("{prefix}MAIL_{suffix}");
    let text = |suffix: &str| env.required(&name(suffix)).map(str::to_owned);
    let instances: NonZeroU16 = env.parsed(&name("CONCURRENCY"))?.unwrap_or(NonZeroU16::MIN);
    Ok(Lane {
        arn: text("QUEUE_ARN")?,
        url: text("QUEUE_URL")?,
        dead_letters: text("DEAD_LETTERS_URL")?,
        share: share / f64::from(instances.get()),
        pace: Pacer::default(),
    })
}
