//! The function's configuration.

use std::time::Duration;

use spaces_http::{ConfigError, Counter, Env, Sources};
use spaces_model::PublicUrl;
use spaces_store::{IndexSecret, aws};
use spaces_stream::Failures;

use crate::App;
use crate::bus::Bus;
use crate::news::Naming;

/// A call usually takes 10 to 50 ms. Few attempts suffice, since the stream redelivers records whose events were not
/// published.
const TIMEOUTS: aws::Timeouts = aws::Timeouts { attempt: Duration::from_secs(5), attempts: 3 };

impl App {
    /// Reads `EVENT_BUS`, `EVENT_ADDRESSES`, `PUBLISH_FAILURES_URL`, `PUBLIC_URL`, `INDEX_SECRET`, `METRICS_NAMESPACE`
    /// and the variables that the Lambda runtime sets.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let sdk_config = |service| {
            let access = aws::Access::read(service, |name| env.text(name).map(str::to_owned));
            let access = access.map_err(|missing| ConfigError::Missing(missing.0.to_owned()))?;
            Ok::<_, ConfigError>(aws::sdk_config(access, TIMEOUTS))
        };
        // The operator's redrive, which also runs this code, has no public URL.
        let secret = match env.parsed::<PublicUrl>("PUBLIC_URL")? {
            Some(public_url) => env.secret("INDEX_SECRET", &public_url)?,
            None => env.required("INDEX_SECRET")?,
        };
        let secret = IndexSecret::new(secret).map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?;
        Ok(Self {
            naming: Naming { secret, shows_addresses: env.parsed("EVENT_ADDRESSES")?.unwrap_or(false) },
            bus: Bus::new(&sdk_config("EVENTBRIDGE")?, env.required("EVENT_BUS")?.to_owned()),
            failures: Failures::new(&sdk_config("SQS")?, env.required("PUBLISH_FAILURES_URL")?.to_owned()),
            sources,
            counter: Counter::from_env("publish-events", env)?,
        })
    }
}
