//! Creates a space with invitations: `POST /api/spaces/invite`.

mod body;
mod handler;
#[cfg(feature = "openapi")]
pub mod openapi;

use spaces_api::inviting::lifetime_from_env;
use spaces_api::{Backend, Callers, MailLimits, RateLimit};
use spaces_content::Brand;
use spaces_http::{Body, Boundary, ConfigError, Env, Request, Response, Sources};
use spaces_model::{Lifetime, PublicUrl};
use spaces_store::{IndexSecret, Store};

/// The function with its configuration and clients.
pub struct App {
    boundary: Boundary,
    callers: Callers,
    store: Store,
    index_secret: IndexSecret,
    public_url: PublicUrl,
    brand: Brand,
    lifetime: Lifetime,
    default_member_only: bool,
    limit: RateLimit,
    mail_limits: MailLimits,
    sources: Sources,
}

impl App {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let Backend { store, callers, public_url, index_secret } = Backend::from_env(env)?;
        let brand =
            Brand::read(|name| env.text(name)).map_err(|wrong| ConfigError::wrong(wrong.variable, wrong.reason))?;
        Ok(Self {
            boundary: Boundary::from_env("create-space-invite", env)?,
            callers,
            store,
            index_secret,
            public_url,
            brand,
            lifetime: lifetime_from_env(env)?,
            default_member_only: env.parsed("DEFAULT_MEMBER_ONLY")?.unwrap_or(true),
            limit: RateLimit::per_minute(env.parsed("CREATES_PER_MINUTE")?.unwrap_or(120)),
            mail_limits: MailLimits::from_env(env)?,
            sources,
        })
    }

    /// Opens connections and loads keys before the first request.
    pub async fn warm_up(&self) {
        futures_util::join!(self.store.warm_up(), self.callers.warm_up(self.sources.now()));
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        self.boundary.answer(request, self.sources.now(), async |call| self.handle(call).await).await
    }
}
