//! The function's configuration.

use std::time::Duration;

use spaces_http::{ConfigError, Counter, Env, Sources};
use spaces_model::PublicUrl;
use spaces_store::{IndexSecret, Store, aws};

use crate::App;

/// Few attempts suffice, since the queue redelivers events that the table did not record.
const TABLE_ATTEMPTS: u32 = 3;

impl App {
    /// Reads `PUBLIC_URL`, `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, `METRICS_NAMESPACE` and the variables that
    /// the Lambda runtime sets.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let access = aws::Access::read("DYNAMODB", |name| env.text(name).map(str::to_owned))
            .map_err(|missing| ConfigError::Missing(missing.0.to_owned()))?;
        let public_url: PublicUrl =
            env.required("PUBLIC_URL")?.parse().map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        let attempt = Duration::from_millis(env.parsed("TABLE_TIMEOUT_MS")?.unwrap_or(2_000));
        let table = aws::sdk_config(access, aws::Timeouts { attempt, attempts: TABLE_ATTEMPTS });
        let index_secret = IndexSecret::new(env.secret("INDEX_SECRET", &public_url)?)
            .map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?;
        Ok(Self {
            store: Store::new(&table, env.required("TABLE_NAME")?, index_secret),
            sources,
            counter: Counter::from_env("track-mail", env)?,
        })
    }
}
