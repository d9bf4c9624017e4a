//! The function's configuration.

use std::time::Duration;

use spaces_http::{ConfigError, Counter, Env, Sources};
use spaces_model::PublicUrl;
use spaces_store::{IndexSecret, Store, aws};
use spaces_stream::Failures;

use crate::App;
use crate::queue::Queues;

/// A failed call makes the stream redeliver the whole record, so the table gets more attempts than in a request.
const TABLE_ATTEMPTS: u32 = 5;
/// Sending a batch of messages usually takes 10 to 50 ms.
const QUEUE_TIMEOUTS: aws::Timeouts = aws::Timeouts { attempt: Duration::from_secs(5), attempts: 3 };

impl App {
    /// Reads `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, `MAIL_QUEUE_URL`, `BULK_MAIL_QUEUE_URL`,
    /// `RELAY_FAILURES_URL`, `METRICS_NAMESPACE` and the variables that the Lambda runtime sets.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let access = |service| {
            aws::Access::read(service, |name| env.text(name).map(str::to_owned))
                .map_err(|missing| ConfigError::Missing(missing.0.to_owned()))
        };
        let url = |name| env.required(name).map(str::to_owned);
        let attempt = Duration::from_millis(env.parsed("TABLE_TIMEOUT_MS")?.unwrap_or(2_000));
        let table = aws::sdk_config(access("DYNAMODB")?, aws::Timeouts { attempt, attempts: TABLE_ATTEMPTS });
        // The operator's redrive, which also runs this code, has no public URL.
        let secret = match env.parsed::<PublicUrl>("PUBLIC_URL")? {
            Some(public_url) => env.secret("INDEX_SECRET", &public_url)?,
            None => env.required("INDEX_SECRET")?,
        };
        let sqs = aws::sdk_config(access("SQS")?, QUEUE_TIMEOUTS);
        let index_secret = IndexSecret::new(secret).map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?;
        Ok(Self {
            store: Store::new(&table, env.required("TABLE_NAME")?, index_secret),
            queues: Queues::new(&sqs, url("MAIL_QUEUE_URL")?, url("BULK_MAIL_QUEUE_URL")?),
            failures: Failures::new(&sqs, url("RELAY_FAILURES_URL")?),
            sources,
            counter: Counter::from_env("relay-outbox", env)?,
        })
    }
}
