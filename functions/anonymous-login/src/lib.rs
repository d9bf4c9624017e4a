//! Logs people in without an account (`POST /api/anonymous/auth`), and publishes the keys that verify their tokens
//! (`/.well-known/jwks.json`).
//!
//! The function depends on its configuration alone: it calls no other service and links no AWS SDK.

mod body;
mod handler;
mod next;
#[cfg(feature = "openapi")]
pub mod openapi;

use jiff::SignedDuration;
use spaces_auth::{GuestTokens, Secrets};
use spaces_content::Brand;
use spaces_http::{Body, Boundary, Call, ConfigError, Env, Problem, Request, Response, Sources};
use spaces_model::PublicUrl;

/// The function with its configuration.
pub struct App {
    boundary: Boundary,
    guests: GuestTokens,
    own_urls: Vec<PublicUrl>,
    brand: Brand,
    sources: Sources,
}

impl App {
    /// Reads the configuration: `PUBLIC_URL`, `PREVIOUS_PUBLIC_URLS`, `SIGNING_SECRET`, `SIGNING_SECRET_PREVIOUS`,
    /// `GUEST_TOKEN_HOURS`, the brand, `CORS_ALLOWED_ORIGINS`, `METRICS_NAMESPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let public_url: PublicUrl =
            env.required("PUBLIC_URL")?.parse().map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        Ok(Self {
            boundary: Boundary::from_env("anonymous-login", env)?,
            guests: guest_tokens(env, &public_url)?,
            own_urls: env.own_urls(&public_url)?,
            brand: Brand::read(|name| env.text(name))
                .map_err(|wrong| ConfigError::wrong(wrong.variable, wrong.reason))?,
            sources,
        })
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let failed = async |call: &Call, problem: &Problem| self.failure_page(call, problem);
        self.boundary.answer_or(request, self.sources.now(), async |call| self.handle(call), failed).await
    }
}

fn guest_tokens(env: &Env, public_url: &PublicUrl) -> Result<GuestTokens, ConfigError> {
    const SECRET: &str = "SIGNING_SECRET";
    // A deployment sets it by a dynamic reference, whose value CloudFormation does not allow to be empty.
    let previous = env.optional_secret("SIGNING_SECRET_PREVIOUS", public_url)?.filter(|secret| *secret != "none");
    let secrets =
        Secrets::new(env.secret(SECRET, public_url)?, previous).map_err(|error| ConfigError::wrong(SECRET, error))?;
    GuestTokens::new(&secrets, public_url.as_str(), public_url.as_str(), lifetime(env)?)
        .map_err(|error| ConfigError::wrong(SECRET, error))
}

/// Reads the lifetime of a guest token: at most a week, since a token cannot be revoked.
fn lifetime(env: &Env) -> Result<SignedDuration, ConfigError> {
    const HOURS: &str = "GUEST_TOKEN_HOURS";
    match env.parsed::<u16>(HOURS)?.unwrap_or(24) {
        hours @ 1..=168 => Ok(SignedDuration::from_hours(hours.into())),
        _ => Err(ConfigError::wrong(HOURS, "must be 1 to 168 (7 days)")),
    }
}
