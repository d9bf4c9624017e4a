//! Creates a space with invitations: `POST /api/spaces/invite`.

mod act_as;
mod answer;
mod body;
mod command;
mod handler;
mod limit;
#[cfg(feature = "openapi")]
pub mod openapi;
mod repeat;

use std::num::NonZeroU16;

use jiff::SignedDuration;
use spaces_api::{Backend, Callers};
use spaces_auth::IdKeys;
use spaces_http::{Body, Boundary, ConfigError, Env, Request, Response, Sources};
use spaces_model::{Lifetime, PublicUrl};
use spaces_store::Store;

use crate::limit::Limit;

/// The function with all that it needs.
pub struct App {
    boundary: Boundary,
    callers: Callers,
    store: Store,
    ids: IdKeys,
    public_url: PublicUrl,
    lifetime: Lifetime,
    limit: Limit,
    sources: Sources,
}

impl App {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let Backend { store, callers, public_url, secrets } = Backend::from_env(env)?;
        Ok(Self {
            boundary: Boundary::from_env("create-space-invite", env)?,
            callers,
            store,
            ids: secrets.id_keys(),
            public_url,
            lifetime: Lifetime {
                without_end: SignedDuration::from_hours(lifetime_days(env)? * 24),
                after_end: SignedDuration::from_hours(env.parsed::<u16>("INVITE_GRACE_HOURS")?.unwrap_or(24).into()),
            },
            limit: Limit::per_minute(env.parsed("CREATES_PER_MINUTE")?.unwrap_or(120)),
            sources,
        })
    }

    /// Does what the first request would otherwise wait for.
    pub async fn warm_up(&self) {
        futures_util::join!(self.store.warm_up(), self.callers.warm_up(self.sources.now()));
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        self.boundary.answer(request, self.sources.now(), async |call| self.handle(call).await).await
    }
}

/// No invitation is born expired.
fn lifetime_days(env: &Env) -> Result<i64, ConfigError> {
    Ok(env.parsed::<NonZeroU16>("INVITE_LIFETIME_DAYS")?.map_or(30, NonZeroU16::get).into())
}
