//! The function's configuration.

use std::time::Duration;

use spaces_content::Brand;
use spaces_http::{Boundary, ConfigError, Env, Pages, Sources};
use spaces_model::PublicUrl;
use spaces_store::{IndexSecret, Store, aws};

use crate::App;

/// The same number as in the other functions behind API Gateway, which times out after 30 seconds.
const TABLE_ATTEMPTS: u32 = 4;

impl App {
    /// Reads `PUBLIC_URL`, `PREVIOUS_PUBLIC_URLS`, `TABLE_NAME`, `TABLE_TIMEOUT_MS`, `INDEX_SECRET`, the brand,
    /// `METRICS_NAMESPACE` and the variables that the Lambda runtime sets.
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
        let brand =
            Brand::read(|name| env.text(name)).map_err(|wrong| ConfigError::wrong(wrong.variable, wrong.reason))?;
        Ok(Self {
            boundary: Boundary::from_env("stop-mail", env)?,
            store: Store::new(&table, env.required("TABLE_NAME")?, index_secret),
            own_urls: env.own_urls(&public_url)?,
            pages: Pages::new(brand.style_source(), [])?,
            brand,
            sources,
        })
    }
}
